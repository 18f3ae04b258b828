/**
 * The command at brokers that speak TLS: it trusts whom the user trusts, and says so when it does not. Whom a process trusts is known when it
 * starts, so that only a process of its own can show it.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openHttpProxy } from '../servers/http-proxy.js'
import { findServer, startServer } from '../servers/servers.js'
import { Stranger } from './stranger.js'

const folder = mkdtempSync(join(tmpdir(), 'faultline-certificates-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
const made = spawnSync('openssl', [
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=broker'],
  ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
])
if (made.status !== 0) console.warn('not tested, for there is no openssl here: the command at brokers that speak TLS')

/** The line of the evidence: what was learnt, and by which importer. */
const read = /^Evidence$[^]*:\/\/[^\n]*localhost:\d+:[^\n]*\((rabbitmq|nats)\)$/m
const trusting = { variables: { NODE_EXTRA_CA_CERTS: certificate } }

/** What is told of an address, with the exit code before it. A broker without a queue is read, and nothing can be judged by it. */
async function told(address: string, settings = {}): Promise<string> {
  const { code, stdout, stderr } = await new Stranger().run(['audit', address, '--fail-on', 'never'], settings)
  return `${code} ${stdout} ${stderr}`
}

describe.runIf(made.status === 0)('the command at a NATS that speaks TLS', { timeout: 120_000 }, async () => {
  const nats =
    made.status === 0
      ? await startServer('nats', 'the command at a NATS that speaks TLS', {
          args: ['--tls', '--tlscert', certificate, '--tlskey', key],
        })
      : undefined
  const at = (scheme: string, host: string): string =>
    `${scheme}://${host}:${new URL(nats?.url ?? 'nats://none:1').port}`
  afterAll(() => nats?.stop())

  it.runIf(nats)('trusts whom the user trusts, and nobody else', async () => {
    expect(await told(at('nats+tls', 'localhost'), trusting)).toMatch(read)
    // The server asks for TLS before anything is said.
    expect(await told(at('nats', 'localhost'), trusting)).toMatch(read)
    const stranger = await told(at('nats+tls', 'localhost'))
    expect(stranger).toMatch(/^2 [^]*has a certificate that is not trusted[^]*NODE_EXTRA_CA_CERTS/)
    const otherName = await told(at('nats+tls', '127.0.0.1'), trusting)
    expect(otherName).toMatch(/^2 [^]*has a certificate that is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/)
  })
})

describe.runIf(made.status === 0)('the command at a management API over TLS', { timeout: 120_000 }, async () => {
  const rabbit =
    made.status === 0 ? await findServer('rabbitmq', 'the command at a management API over TLS') : undefined
  const target = new URL(rabbit?.url ?? 'http://none:1')
  const proxy = rabbit
    ? await openHttpProxy({ host: target.hostname, port: Number(target.port) }, undefined, {
        key: readFileSync(key, 'utf8'),
        cert: readFileSync(certificate, 'utf8'),
      })
    : undefined
  afterAll(async () => {
    proxy?.die()
    await rabbit?.stop()
  })
  const at = (scheme: string, host: string): string =>
    `${scheme}://${target.username}:${target.password}@${host}:${proxy?.port}`

  it.runIf(rabbit)('trusts whom the user trusts, and nobody else', async () => {
    expect(await told(at('amqp+https', 'localhost'), trusting)).toMatch(read)
    const stranger = await told(at('amqp+https', 'localhost'))
    expect(stranger).toMatch(/^2 [^]*has a certificate that is not trusted[^]*NODE_EXTRA_CA_CERTS/)
    const otherName = await told(at('amqp+https', '127.0.0.1'), trusting)
    expect(otherName).toMatch(/^2 [^]*has a certificate that is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/)
    const plain = await told(at('amqp+http', 'localhost'), trusting)
    expect(plain).toMatch(/^2 [^]*amqp\+https:\/\//)
    for (const text of [stranger, otherName, plain]) expect(text).not.toContain(`:${target.password}@`)
  })
})
