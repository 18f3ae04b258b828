/**
 * TLS: a server whose certificate nobody vouches for is refused before anything is sent; with the authority named it is audited.
 * The certificates are made by openssl, and TLS ends in this process, in front of the server.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server as TlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAudit } from '../../src/engine/run.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import type { Report } from '../../src/model/report.js'
import { certificatesOf } from '../../src/store/clickhouse/certificates.js'
import { sketch, toRows } from '../sketch.js'
import { startServer, type TestServer } from '../clickhouse-http/start.js'
import { createSpans } from '../clickhouse-http/tables.js'

const shop = sketch('bookshop')
shop.repeat(5, (trace) => trace.server('storefront', 'GET /books', {}, (s) => s.work(3)))

const folder = mkdtempSync(join(tmpdir(), 'faultline-tls-'))
const at = (name: string): string => join(folder, name)
const openssl = (...words: string[]): void => void execFileSync('openssl', words, { stdio: 'ignore' })

const files = (name: string): string[] => ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]

/** `name.pem` and `name.key`: an authority of its own. */
const authority = (name: string): void =>
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', `/CN=${name}`, ...files(name))

/** `name.pem` and `name.key` for a host, vouched for by `by`. */
function vouchedFor(name: string, by: string, host: string): void {
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${host}`, ...files(name))
  writeFileSync(at('names'), `subjectAltName=DNS:${host}\n`)
  const signing = ['-CA', at(`${by}.pem`), '-CAkey', at(`${by}.key`), '-CAcreateserial', '-extfile', at('names')]
  openssl('x509', '-req', '-in', at(`${name}.pem`), ...signing, '-days', '3650', '-out', at('signed'))
  renameSync(at('signed'), at(`${name}.pem`))
}

let server: TestServer
const fronts: TlsServer[] = []

/** A port where TLS with this certificate ends. `clients`: the authority of clients' certificates. */
async function front(name: string, clients?: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const tls = createServer(
    {
      cert: readFileSync(at(`${name}.pem`)),
      key: readFileSync(at(`${name}.key`)),
      ...(clients !== undefined && {
        ca: readFileSync(at(`${clients}.pem`)),
        requestCert: true,
        rejectUnauthorized: true,
      }),
    },
    (socket) => {
      const inner = connect(Number(port), hostname)
      socket.pipe(inner).pipe(socket)
      socket.on('error', () => inner.destroy())
      inner.on('error', () => socket.destroy())
    },
  )
  tls.on('tlsClientError', () => undefined)
  fronts.push(tls)
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
  return `localhost:${(tls.address() as AddressInfo).port}`
}

beforeAll(async () => {
  authority('ours')
  authority('theirs')
  vouchedFor('server', 'ours', 'localhost')
  vouchedFor('elsewhere', 'ours', 'traces.example')
  vouchedFor('client', 'ours', 'auditor')
  server = await startServer()
  await createSpans(server, 'otel.otel_traces', 'exporter', toRows(shop.spans))
}, 60_000)
afterAll(async () => {
  for (const each of fronts) each.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const always = { fromMs: Date.parse('2000-01-01'), toMs: Date.parse('2100-01-01'), services: [], sample: 1 }
const audit = (host: string, query = '', scheme = 'clickhouses'): Promise<Report> =>
  runAudit({
    evidence: [],
    store: { address: `${scheme}://auditor@${host}/otel?${query}`, password: 'open sesame', selection: always },
  })

async function refused(host: string, query = '', scheme = 'clickhouses'): Promise<UnreadableEvidence> {
  await server.asked()
  const error: unknown = await audit(host, query, scheme).catch((reason: unknown) => reason)
  // Neither a password nor a query has come through.
  expect(await server.asked()).toEqual([])
  if (error instanceof UnreadableEvidence) return error
  throw error instanceof Error ? error : new Error('it was not refused')
}

describe('a server behind TLS', () => {
  it('whose certificate nobody vouches for is refused, and the remedy names ca', async () => {
    const error = await refused(await front('ours'))
    expect(error.message).toMatch(/does not speak TLS as expected \(.*self-signed certificate/)
    expect(error.remedy).toContain('ca=FILE')
    expect(JSON.stringify([error.message, error.remedy, error.source])).not.toContain('sesame')
  })
  it('is audited when its authority is named, by either way to say TLS', async () => {
    const host = await front('server')
    const report = await audit(host, `ca=${at('ours.pem')}`)
    expect(report.system.spans).toBe(shop.spans.length)
    const other = await audit(host, `secure=1&ca=${at('ours.pem')}`, 'clickhouse')
    expect(other.system).toEqual(report.system)
  }, 120_000)
  it('that another authority vouches for is refused', async () => {
    const error = await refused(await front('server'), `ca=${at('theirs.pem')}`)
    expect(error.message).toMatch(/does not speak TLS as expected \(/)
  })
  it('that has the name of another host is refused', async () => {
    const error = await refused(await front('elsewhere'), `ca=${at('ours.pem')}`)
    expect(error.message).toMatch(/does not speak TLS as expected \(.*traces\.example/)
  })
  it('that asks for certificates is audited with one, and refuses without', async () => {
    const host = await front('server', 'ours')
    const error = await refused(host, `ca=${at('ours.pem')}`)
    expect(error.message).toMatch(/does not speak TLS as expected|could not be reached, or went away/)
    expect(error.remedy).toMatch(/cert=FILE&key=FILE/)
    const shown = `ca=${at('ours.pem')}&cert=${at('client.pem')}&key=${at('client.key')}`
    expect((await audit(host, shown)).system.spans).toBe(shop.spans.length)
  }, 120_000)
  it('that does not speak it at all is told from one that does', async () => {
    const plain = new URL(server.url).host
    expect((await refused(plain)).message).toMatch(/does not speak TLS as expected \(/)
    const error = await refused(await front('server'), '', 'clickhouse')
    expect(error.message).toMatch(/could not be reached, or went away/)
    expect(error.remedy).toMatch(/8443 with TLS/)
  })
})

describe('certificates', () => {
  it('that cannot be read, or are none, are refused by name', async () => {
    const host = await front('server')
    expect((await refused(host, `ca=${at('missing.pem')}`)).message).toMatch(
      /needs the file .*missing\.pem, which cannot/,
    )
    expect((await refused(host, `ca=${at('server.key')}`)).message).toMatch(
      /server\.key as ca, and that has no ca in PEM/,
    )
  })
  it('of a client are shown also where Node’s own authorities are to be trusted', () => {
    const tls = { cert: at('client.pem'), key: at('client.key') }
    const read = certificatesOf({ tls, shown: 'clickhouses://h/otel' })
    expect(read).toMatchObject({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) })
    expect(read?.ca_cert.toString()).toContain('BEGIN CERTIFICATE')
    expect(certificatesOf({ tls: {}, shown: '' })).toBeUndefined()
  })
})
