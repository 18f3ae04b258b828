/**
 * Dense ids for hashes of keys, in order of appearance: an open table in two typed arrays, several times faster than a Map of ten million entries.
 * The hashes are taken as they are: two keys with one hash of 64 bits do not meet in any evidence that fits a disk.
 */
export function idsOf(words: Uint32Array, recordWords: number): { ids: Uint32Array; count: number } {
  const records = Math.floor(words.length / recordWords)
  const ids = new Uint32Array(records)
  let places = 1 << 12
  let table = new Uint32Array(places)
  let lows = new Uint32Array(1024)
  let highs = new Uint32Array(1024)
  let count = 0
  const placeOf = (low: number, high: number): number => {
    let place = (Math.imul(low ^ (high >>> 7), 0x9e3779b1) >>> 0) & (places - 1)
    for (let id = table[place]!; id !== 0; id = table[place]!) {
      if (lows[id - 1] === low && highs[id - 1] === high) break
      place = (place + 1) & (places - 1)
    }
    return place
  }
  const grow = (): void => {
    places *= 4
    table = new Uint32Array(places)
    for (let id = 1; id <= count; id++) table[placeOf(lows[id - 1]!, highs[id - 1]!)] = id
  }
  for (let record = 0; record < records; record++) {
    const low = words[record * recordWords]!
    const high = words[record * recordWords + 1]!
    const place = placeOf(low, high)
    if (table[place] === 0) {
      if (count === lows.length) {
        ;[lows, highs] = [lows, highs].map((before) => {
          const after = new Uint32Array(2 * before.length)
          after.set(before)
          return after
        }) as [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>]
      }
      lows[count] = low
      highs[count] = high
      table[place] = ++count
      ids[record] = count - 1
      if (2 * count > places) grow()
    } else ids[record] = table[place]! - 1
  }
  return { ids, count }
}
