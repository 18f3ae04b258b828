/**
 * The shape of a cache policy: one idea of what to evict, one file in policies/.
 * What is easily got wrong: a policy knows no time. Expiry and deletion reach it as `remove`, and an object that has expired keeps its place until it is
 * asked for or evicted, as in memcached.
 */
export interface Objects {
  /** Ids are below this. */
  count: number
  /** Size of each object; 1 each without. */
  sizes?: Uint32Array
}

/** A cache as one policy runs it. */
export interface Cache {
  /** Whether the object was there. If it was not, it is fetched and offered to the cache. Allocates nothing. */
  request(id: number): boolean
  /** Takes the object out, if it is there. */
  remove(id: number): void
  /** Units taken by the objects that are there: objects, or bytes where sizes are known. */
  used(): number
}

export interface CachePolicy {
  /** kebab-case: what the command line calls it. */
  id: string
  title: string
  /** Parameters that the paper leaves open, as chosen here; empty when there are none. */
  parameters: string
  create(capacity: number, objects: Objects): Cache
}
