/**
 * The fires-alone matrix: planted fault × audit. Hits on the diagonal and nothing else at warning or above;
 * on the clean system nothing at all, in any convention.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { audits } from '../../src/audits/index.js'
import { loadCharterText } from '../../src/charter/load.js'
import type { Charter } from '../../src/model/charter.js'
import { auditRows, closeStore } from '../audit-rows.js'
import { plantedSystems } from '../planted/all.js'
import { cleanSystem } from '../sketch/clean.js'
import { toRows } from '../sketch.js'

afterAll(closeStore)

function plantedCharter(text: string): Promise<Charter> {
  return loadCharterText(text, 'faultline.yaml', { audits })
}

describe('fires alone', () => {
  it('has a planted fault for every audit', () => {
    expect(plantedSystems.map((planted) => planted.audit).sort()).toEqual(audits.map((audit) => audit.id).sort())
  })
  it.each(plantedSystems.map((planted) => [planted.audit, planted.fault, planted] as const))(
    '%s: %s',
    async (id, _, planted) => {
      const charter = planted.charter === undefined ? undefined : await plantedCharter(planted.charter)
      const judged = await auditRows(toRows(planted.spans()), charter, planted.evidence?.())
      const loud = judged.audits.flatMap((audit) =>
        audit.findings
          .filter((finding) => finding.severity !== 'note' || audit.id === id)
          .map((finding) => `${audit.id}: ${finding.message}`),
      )
      expect(loud).toEqual([expect.stringContaining(`${id}: `)])
      expect(judged.audits.filter((audit) => audit.outcome === 'error')).toEqual([])
      const finding = judged.audits.find((audit) => audit.id === id)?.findings[0]
      if (planted.proof === 'charter' || planted.proof === 'server') {
        expect(finding?.proof.traceIds).toEqual([])
        return
      }
      expect(finding?.proof.traceIds.length).toBeGreaterThan(0)
      expect(judged.exhibits.map((exhibit) => exhibit.traceId)).toContain(finding?.proof.traceIds[0])
    },
  )
  it.each(['stable', 'old', 'mixed', 'both'] as const)(
    'nothing on the clean system in %s conventions',
    async (conventions) => {
      const judged = await auditRows(toRows(cleanSystem({ conventions }).spans))
      expect(
        judged.audits.flatMap((audit) => audit.findings.map((finding) => `${audit.id}: ${finding.message}`)),
      ).toEqual([])
      expect(judged.audits.filter((audit) => audit.outcome === 'error')).toEqual([])
    },
  )
})
