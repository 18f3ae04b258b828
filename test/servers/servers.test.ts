/** The mechanism by which tests get real servers: started ones answer, are the test's own, and are gone when stopped. */
import { describe, expect, it } from 'vitest'
import { kinds, type ServerKind } from './kinds.js'
import { findServer, startServer } from './servers.js'

describe('servers for tests', () => {
  // RabbitMQ takes long to start; its own tests do it where none is running.
  it.each(['nats', 'redis'] as const)('%s is started, answers, and is gone when stopped', async (kind: ServerKind) => {
    const server = await startServer(kind, 'that servers can be started')
    if (!server) return
    expect(server.own).toBe(true)
    const other = await startServer(kind, 'that servers can be started')
    expect(other?.url).not.toBe(server.url)
    await other?.stop()
    expect(await kinds[kind].answers(new URL(server.url))).toBe(true)
    await server.stop()
    expect(await kinds[kind].answers(new URL(server.url))).toBe(false)
  })

  it('an address in the environment that does not answer is an error, not a skip', async () => {
    process.env['FAULTLINE_NATS_URL'] = 'nats://127.0.0.1:9'
    try {
      await expect(findServer('nats', 'nothing')).rejects.toThrow('FAULTLINE_NATS_URL')
    } finally {
      delete process.env['FAULTLINE_NATS_URL']
    }
  })
})
