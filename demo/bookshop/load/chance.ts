/** Seeded chance: the same seed plays the same shoppers. Popularity follows Zipf's law, as it does in shops. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export type Chance = () => number

export function seeded(seed: number): Chance {
  const generator = xoroshiro128plus(seed)
  return () => uniformFloat64(generator)
}

/** Draws 1…count, the first most often: rank r with weight 1/r. */
export function zipf(chance: Chance, count: number): () => number {
  const cumulated: number[] = []
  for (let rank = 1, sum = 0; rank <= count; rank++) cumulated.push((sum += 1 / rank))
  const total = cumulated.at(-1) ?? 0
  return () => {
    const drawn = chance() * total
    return 1 + cumulated.findIndex((sum) => sum >= drawn)
  }
}
