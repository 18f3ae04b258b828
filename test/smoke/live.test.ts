/** The built command asked for a running Redis: its report, its exit codes, no secret anywhere, and no connection left when it is stopped. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { readAddress } from '../importers/live/recorded.js'
import { startServer } from '../servers/servers.js'
import { builtCommand } from './built.js'
import { Stranger } from './stranger.js'

const secret = 'hunter2&more'
const server = await startServer('redis', 'the command at a running Redis', { args: ['--requirepass', secret] })

beforeAll(() => {
  builtCommand()
}, 180_000)

describe.runIf(server)('the command at a running Redis', () => {
  const { host, port } = new URL(server?.url ?? 'redis://none:1')
  const address = `redis://:${encodeURIComponent(secret)}@${host}`
  let owner: Redis
  beforeAll(async () => {
    owner = new Redis({ host: '127.0.0.1', port: Number(port), password: secret })
    await owner.mset(Object.fromEntries(Array.from({ length: 3_000 }, (_, each) => [`book:${each}`, 'a'])))
  })
  afterAll(async () => {
    owner.disconnect()
    await server?.stop()
  })

  it('reports what it saw, and shows no secret anywhere', async () => {
    const stranger = new Stranger()
    const outputs = ['json', 'html', 'md', 'sarif'].flatMap((ending) => ['-o', `report.${ending}`])
    const { code, stdout, stderr } = await stranger.run([
      'audit',
      address,
      '--commands-per-second',
      '50000',
      '--fail-on',
      'never',
      '--verbose',
      ...outputs,
    ])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`redis://${host}: 3,000 of 3,000 keys sampled`)
    const reports = stranger.files().filter((name) => name.startsWith('report.'))
    expect(reports.length).toBe(4)
    for (const text of [stdout, stderr, ...reports.map((name) => readFileSync(join(stranger.folder, name), 'utf8'))]) {
      expect(text).not.toContain('hunter2')
    }
    const report = JSON.parse(readFileSync(join(stranger.folder, 'report.json'), 'utf8')) as Report
    expect(report.evidence).toEqual([
      { source: `redis://:***@${host}`, importer: 'redis', rows: { spans: 0, keys: 3_000, servers: 2 }, losses: [] },
    ])
    expect(report.run.arguments.slice(0, 2)).toEqual(['audit', `redis://:***@${host}`])
    expect(stranger.leftovers()).toEqual([])
  })

  it('ends with 2 and a sentence when nothing can be learnt, or nothing such can be asked', async () => {
    const stranger = new Stranger()
    const wrong = await stranger.run(['audit', `redis://:hunter3@${host}`])
    expect([wrong.code, wrong.stdout]).toEqual([2, ''])
    expect(wrong.stderr).toContain(`redis://:***@${host}: refuses the user or the password`)
    expect(wrong.stderr).not.toContain('hunter')
    const [monitor, rate, scheme] = await Promise.all([
      stranger.run(['audit', address, '--monitor', '10']),
      stranger.run(['audit', address, '--commands-per-second', '0']),
      stranger.run(['audit', 'gopher://:hunter2@cache:70']),
    ])
    expect([monitor.code, rate.code, scheme.code]).toEqual([2, 2, 2])
    expect(monitor.stderr).toContain('Add the unit: 10ms, 10s')
    expect(rate.stderr).toContain('is no whole number from 1 to 1,000,000')
    expect(scheme.stderr).toContain('redis://')
    expect(monitor.stderr + rate.stderr + scheme.stderr).not.toContain('hunter2')
  })

  it('leaves no connection behind when it is stopped', async () => {
    const stranger = new Stranger()
    const { process: child, ended } = stranger.start(['audit', address, '--commands-per-second', '100'])
    const clients = async (): Promise<string> => String(await owner.client('LIST'))
    await expect.poll(clients, { timeout: 30_000 }).toContain('name=faultline')
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect([code, stdout]).toEqual([130, ''])
    await expect.poll(clients).not.toContain('name=faultline')
    expect(stranger.leftovers()).toEqual([])
  })
})

const certificates = mkdtempSync(join(tmpdir(), 'faultline-certificates-'))
const [key, certificate] = [join(certificates, 'key.pem'), join(certificates, 'certificate.pem')]
const made = spawnSync('openssl', [
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=cache'],
  ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
])
if (made.status !== 0) console.warn('not tested, for there is no openssl here: the command at a Redis that speaks TLS')
const plainPort = new URL(server?.url ?? 'redis://none:1').port
const tlsPort = String(Number(plainPort) > 40_000 ? Number(plainPort) - 7_001 : Number(plainPort) + 7_001)
const secure =
  made.status === 0
    ? await startServer('redis', 'the command at a Redis that speaks TLS', {
        args: [
          '--tls-port',
          tlsPort,
          '--tls-cert-file',
          certificate,
          '--tls-key-file',
          key,
          '--tls-auth-clients',
          'no',
        ],
      })
    : undefined

describe.runIf(secure)('the command at a Redis that speaks TLS', () => {
  afterAll(() => secure?.stop())
  const fast = ['--commands-per-second', '50000', '--fail-on', 'never']

  it('trusts whom the user trusts, by name and by address, and nobody else', async () => {
    const stranger = new Stranger()
    const both = ['localhost', '127.0.0.1'].map((host) => `rediss://${host}:${tlsPort}`)
    const trusted = await stranger.run(['audit', ...both, ...fast], { variables: { NODE_EXTRA_CA_CERTS: certificate } })
    expect(trusted.code, trusted.stderr).toBe(0)
    expect(trusted.stderr.match(/no keys/g)?.length).toBe(2)
    const untrusted = await readAddress(both[0] ?? '')
    expect(untrusted.error?.message).toContain('has a certificate that is not trusted')
    const plain = await readAddress(`redis://localhost:${tlsPort}`)
    expect(`${plain.error?.message} ${plain.error?.remedy}`).toMatch(/answers in TLS|want TLS/)
  })
})
