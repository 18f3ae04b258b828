/** The cache policies, from the plainest to the cleverest. The bounds (optimal, unbounded) are no policies: see bounds.ts. */
import type { CachePolicy } from '../cache-policy.js'
import { arc } from './arc.js'
import { clock } from './clock.js'
import { fifo } from './fifo.js'
import { lfu } from './lfu.js'
import { lru } from './lru.js'
import { s3Fifo } from './s3-fifo.js'
import { sieve } from './sieve.js'
import { wTinyLfu } from './w-tinylfu.js'

export const cachePolicies: readonly CachePolicy[] = [fifo, lru, lfu, clock, sieve, s3Fifo, arc, wTinyLfu]

/** The policy of an id; undefined when there is none. */
export const cachePolicyOf = (id: string): CachePolicy | undefined => cachePolicies.find((policy) => policy.id === id)
