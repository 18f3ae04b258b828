/** Ids made to look random, always the same way: a one-to-one shuffle of 32 bits (the finaliser of MurmurHash3), so that no two ids ever have the same value. */
export function scrambled(id: number): number {
  let hash = id ^ (id >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
