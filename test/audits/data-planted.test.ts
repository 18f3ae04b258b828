/** Each planted fault of the data family is found, and nothing else is said at warning or above. */
import { afterAll, describe, expect, it } from 'vitest'
import { auditRows, closeStore } from '../audit-rows.js'
import chattyPair from '../planted/chatty-pair.js'
import dualWrite from '../planted/dual-write.js'
import nPlusOneQuery from '../planted/n-plus-one-query.js'
import sharedDatabase from '../planted/shared-database.js'
import sharedTable from '../planted/shared-table.js'
import slowQuery from '../planted/slow-query.js'
import { cleanSystem } from '../sketch/clean.js'
import { toRows } from '../sketch.js'

afterAll(closeStore)

describe('planted faults of the data family', () => {
  it.each(
    [dualWrite, nPlusOneQuery, sharedDatabase, sharedTable, slowQuery, chattyPair].map(
      (planted) => [planted.audit, planted] as const,
    ),
  )('%s', async (id, planted) => {
    const { audits } = await auditRows(toRows(planted.spans()))
    const firing = audits.filter((audit) => audit.findings.some((finding) => finding.severity !== 'note'))
    expect(firing.map((audit) => [audit.id, audit.findings.map((finding) => finding.message)])).toEqual([
      [id, [expect.any(String)]],
    ])
    expect(firing[0]?.findings[0]?.proof.traceIds.length).toBeGreaterThan(0)
  })
  it('says nothing about the clean system', async () => {
    const { audits } = await auditRows(toRows(cleanSystem().spans))
    expect(audits.flatMap((audit) => audit.findings.map((finding) => finding.message))).toEqual([])
  })
})
