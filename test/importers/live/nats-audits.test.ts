/** Audits of messaging from a real NATS JetStream alone: no trace, only what it says of its streams and consumers over half a minute. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../../src/engine/run.js'
import { gentle } from '../../../src/importers/live/index.js'
import { startServer } from '../../servers/servers.js'
import { findingsOf } from './findings-of.js'
import { stage, type NatsStage } from './nats-stage.js'

// One of its own: an account shows all streams that anybody made in it.
const server = await startServer('nats', 'audits of messaging from JetStream alone')

describe.runIf(server)('a real NATS, audited without traces', { timeout: 120_000 }, () => {
  let life: NatsStage
  beforeAll(async () => {
    life = await stage(server?.url ?? '')
  })
  afterAll(async () => {
    await life.leave()
    await server?.stop()
  })

  it('shows what its consumers hide', async () => {
    const report = await runAudit({ evidence: [server?.url ?? ''], live: { ...gentle, forSeconds: 26 } })
    expect(report.evidence[0]).toMatchObject({ importer: 'nats', losses: [] })
    const found = (id: string): string[] => findingsOf(report, id)
    const consumer = (stream: string, name: string): string => `${life.of(stream)}/${name}`
    // `gives-up` is heard of by a stream, `slow` and `quick` give up unheard, and one never does.
    expect(found('missing-dead-letter')).toEqual(
      [consumer('letters', 'quick'), consumer('orders', 'never-gives-up'), consumer('views', 'slow')].toSorted(),
    )
    const worse = report.audits
      .find((audit) => audit.id === 'missing-dead-letter')
      ?.findings.filter((finding) => finding.severity !== 'note')
    expect(worse?.map((finding) => finding.where.destination)).toEqual([
      expect.stringContaining(consumer('orders', 'never-gives-up')) as string,
    ])
    expect(found('growing-lag')).toEqual([consumer('views', 'slow')])
    expect(found('poison-message')).toEqual([consumer('orders', 'never-gives-up')])
    expect(found('unbounded-queue')).toEqual([life.of('letters'), life.of('views')].toSorted())
  })
})
