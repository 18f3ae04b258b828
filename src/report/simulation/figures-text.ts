/** Figures of simulations as people read them. Hit ratios have one decimal: policies differ in it. */
import { columnsOf, pad } from '../../lib/text.js'
import { bytesText, durationText, numberText } from '../quantity-text.js'

export const ratioText = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`

export const hitText = (missRatio: number): string => ratioText(1 - missRatio)

export const sizeText = (size: number, unit: 'objects' | 'bytes'): string =>
  unit === 'bytes' ? bytesText(size) : numberText(Math.round(size))

export const lifeText = (ttlMs: number | null): string => (ttlMs === null ? 'none' : durationText(ttlMs))

export const rateText = (perSecond: number): string => `${numberText(perSecond)}/s`

/** Rows under a head, the first column to the left and the others to the right. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(columnsOf(title), ...rows.map((row) => columnsOf(row[i] ?? ''))))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, i === 0 ? 'end' : 'start'))
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)]
}
