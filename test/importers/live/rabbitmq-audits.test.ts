/**
 * Audits of messaging from a real RabbitMQ alone: no trace, only what its management API says over half a minute.
 * What is easily got wrong: a trend takes five looks, and the broker refreshes what it tells every five seconds.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../../src/engine/run.js'
import { gentle } from '../../../src/importers/live/index.js'
import { RabbitHost } from '../../servers/rabbitmq-host.js'
import { findServer } from '../../servers/servers.js'
import { findingsOf } from './findings-of.js'
import { stage } from './rabbitmq-stage.js'

const server = await findServer('rabbitmq', 'audits of messaging from the management API alone')

describe.runIf(server)('a real RabbitMQ, audited without traces', { timeout: 120_000 }, () => {
  let host: RabbitHost
  let leave = (): void => {}

  beforeAll(async () => {
    host = await RabbitHost.create(server?.url ?? '', 'faultline-audits')
    leave = await stage(host)
  })
  afterAll(async () => {
    leave()
    await host?.remove()
    await server?.stop()
  })

  it('shows what its queues hide', async () => {
    const report = await runAudit({ evidence: [host.address()], live: { ...gentle, forSeconds: 26 } })
    expect(report.evidence[0]).toMatchObject({ importer: 'rabbitmq', losses: [] })
    expect(JSON.stringify(report)).not.toContain(':guest@')
    const found = (id: string): string[] => findingsOf(report, id)
    expect(found('unattended-dead-letter')).toEqual(['orders.dead'])
    // `orders` puts dead letters away, and `orders.dead` is where they go.
    expect(found('missing-dead-letter')).toEqual(['letters', 'parcels', 'poison', 'views'])
    expect(found('growing-lag')).toEqual(['views'])
    expect(found('poison-message')).toEqual(['poison'])
    expect(found('unbounded-queue')).toEqual(['letters', 'orders', 'parcels', 'poison', 'views'])
  })
})
