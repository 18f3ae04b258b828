/**
 * Doubly linked lists of objects in two typed arrays: an object is in at most one list of a set.
 * Each list is a ring through a node of its own behind the objects, so that inserting and unlinking have no special cases: its front is `next[ring]`, its back
 * `previous[ring]`, and both are the ring itself when the list is empty.
 */
export class LinkedLists {
  readonly next: Uint32Array
  readonly previous: Uint32Array

  constructor(
    private readonly objects: number,
    lists: number,
  ) {
    this.next = new Uint32Array(objects + lists)
    this.previous = new Uint32Array(objects + lists)
    for (let list = 0; list < lists; list++) this.next[objects + list] = this.previous[objects + list] = objects + list
  }

  /** The node that stands for a list. */
  ring(list: number): number {
    return this.objects + list
  }

  pushFront(ring: number, id: number): void {
    const first = this.next[ring]!
    this.next[id] = first
    this.previous[id] = ring
    this.previous[first] = id
    this.next[ring] = id
  }

  unlink(id: number): void {
    const before = this.previous[id]!
    const after = this.next[id]!
    this.next[before] = after
    this.previous[after] = before
  }

  moveToFront(ring: number, id: number): void {
    if (this.next[ring] === id) return
    this.unlink(id)
    this.pushFront(ring, id)
  }
}
