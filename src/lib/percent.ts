/** A ratio as text for sentences. Small shares keep two significant digits, so that a rare fault never reads as "0 %". */
export function percent(ratio: number): string {
  const value = ratio * 100
  if (!Number.isFinite(value)) return '0 %'
  if (value >= 10 || value === 0) return `${Math.round(value)} %`
  return `${Number(value.toPrecision(2))} %`
}
