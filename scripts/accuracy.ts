/** `npm run accuracy`: audits both recordings of the bookshop and says what was hit, missed and wrongly blamed; writes docs/accuracy.md and FAULTS.md. */
import { writeFileSync } from 'node:fs'
import { measureAccuracy } from './accuracy/pages.js'

const { rows, alone, totals, pages } = await measureAccuracy()
const cell = (text: string | number, width: number) => String(text).padStart(width)
console.log(
  `${'audit'.padEnd(24)}${cell('planted', 9)}${cell('hits', 6)}${cell('misses', 8)}${cell('false', 7)}${cell('mended', 8)}`,
)
for (const row of rows) {
  console.log(
    `${row.audit.padEnd(24)}${cell(row.hits + row.misses.length, 9)}${cell(row.hits, 6)}${cell(row.misses.length, 8)}${cell(row.falseAlarms.length, 7)}${cell(row.mended.length, 8)}`,
  )
  for (const text of row.misses) console.log(`    missed: ${text}`)
  for (const text of row.falseAlarms) console.log(`    false alarm: ${text}`)
  for (const text of row.mended) console.log(`    on mended: ${text}`)
  for (const text of row.mendedNotes) console.log(`    note on mended: ${text}`)
}
for (const [set, own] of alone) {
  const wrong = own.flatMap(({ audit, misses, falseAlarms, mended }) => [
    ...misses.map((text) => `${audit} missed: ${text}`),
    ...falseAlarms.map((text) => `${audit} false alarm: ${text}`),
    ...mended.map((text) => `${audit} on mended: ${text}`),
  ])
  console.log(`\nfrom ${set} alone: ${own.reduce((sum, row) => sum + row.hits, 0)} hits, ${wrong.length} wrong`)
  for (const text of wrong) console.log(`    ${text}`)
}
console.log(
  `\nrecall ${totals.recall.toFixed(2)} (${totals.hits} of ${totals.planted}), precision ${totals.precision.toFixed(2)} (${totals.falseAlarms} false of ${totals.findings})`,
)
for (const [path, text] of Object.entries(pages)) writeFileSync(new URL(`../${path}`, import.meta.url), text)
