/** Sums and maxima over rows, without spreading them into arguments, which overflows the stack at about a hundred thousand. */

/** The largest value; 0 when there is none above it. */
export function largest<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((most, row) => Math.max(most, of(row)), 0)
}

export function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}
