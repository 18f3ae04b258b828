/**
 * Sets ranked nodes in bands of staggered columns, so that the drawing is about as wide as a screen is.
 * Takes dagre's ranks (equal x) and order (y) and nothing else from its coordinates.
 */
import type { Disc } from './path.js'

const columnWidth = 78
const rowHeight = 40
const bandGap = 96
/** Width to height of the drawing: that of the space it is shown in. */
const aspect = 1.3

interface Band {
  members: number[]
}

function bandsOf(placed: readonly Disc[]): Band[] {
  const byRank = new Map<number, number[]>()
  placed.forEach((disc, number) => {
    const rank = Math.round(disc.x)
    byRank.set(rank, [...(byRank.get(rank) ?? []), number])
  })
  const ranks = [...byRank.keys()].sort((a, b) => a - b)
  const y = (number: number): number => placed[number]?.y ?? 0
  return ranks.map((rank) => ({ members: (byRank.get(rank) ?? []).sort((a, b) => y(a) - y(b) || a - b) }))
}

function columnsIn(band: Band, rows: number): number {
  return Math.max(1, Math.ceil(band.members.length / rows))
}

function widthAt(bands: readonly Band[], rows: number): number {
  return bands.reduce((sum, band) => sum + columnsIn(band, rows) * columnWidth + bandGap, -bandGap)
}

/** New positions for the same discs. */
export function banded(placed: readonly Disc[], margin: number): { discs: Disc[]; width: number; height: number } {
  const bands = bandsOf(placed)
  let rows = 4
  while (rows < placed.length && widthAt(bands, rows) > rows * rowHeight * aspect) rows += 1
  const height = rows * rowHeight
  const discs = placed.map((disc) => ({ ...disc }))
  let left = margin
  for (const band of bands) {
    const columns = columnsIn(band, rows)
    const step = Math.min(height / band.members.length, rowHeight * 2)
    const top = margin + (height - step * band.members.length) / 2
    band.members.forEach((number, place) => {
      const disc = discs[number]
      if (disc === undefined) return
      disc.x = left + ((place % columns) + 0.5) * columnWidth
      disc.y = top + (place + 0.5) * step
    })
    left += columns * columnWidth + bandGap
  }
  return { discs, width: left - bandGap + margin, height: height + margin * 2 }
}
