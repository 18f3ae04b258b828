/** `--store` on the command line: what is asked of the engine, what is refused before anything is asked, and that no password is seen. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseClickHouseAddress } from '../../src/store/clickhouse/address.js'
import { runWith } from './fake-environment.js'

const window = ['--from', '2027-03-01', '--to', '2027-03-02T06:30']
const address = 'clickhouse://reader@traces:8123/otel?table=otel_traces'

describe('audit --store', () => {
  it('asks for the window in UTC, the services and the sample', async () => {
    const run = await runWith(['audit', '--store', address, ...window, '--services', 'cart,orders', '--sample', '1/16'])
    expect(run.asked[0]?.store?.selection).toEqual({
      fromMs: Date.UTC(2027, 2, 1),
      toMs: Date.UTC(2027, 2, 2, 6, 30),
      services: ['cart', 'orders'],
      sample: 16,
    })
    expect(run.asked[0]?.arguments).toEqual(expect.arrayContaining(['--store', address, '--sample', '1/16']))
  })
  it('takes the password from the environment or a file, and tells it nobody', async () => {
    const variables = { FAULTLINE_CLICKHOUSE_PASSWORD: 'from-the-environment' }
    const one = await runWith(['audit', '--store', address, ...window], { variables })
    expect(one.asked[0]?.store?.password).toBe('from-the-environment')
    const folder = mkdtempSync(join(tmpdir(), 'faultline-password-'))
    writeFileSync(join(folder, 'secret'), 'from-a-file\n')
    const other = await runWith(['audit', '--store', address, ...window, '--password-file', 'secret'], {
      variables,
      folder,
    })
    expect(other.asked[0]?.store?.password).toBe('from-a-file')
    for (const run of [one, other])
      expect(run.stdout + run.stderr + JSON.stringify(run.asked[0]?.arguments)).not.toMatch(/from-(?:the|a)-/)
  })
  it.each([
    [['--from', '2027-03-01'], /--store needs --from and --to/],
    [['--from', '2027-03-02', '--to', '2027-03-01'], /--from does not lie before --to/],
    [['--from', 'yesterday', '--to', '2027-03-01'], /--from is no time: yesterday/],
    [[...window, '--sample', '0.1'], /--sample is no share: 0\.1/],
    [[...window, '--services', 'cart,'], /--services names an empty service/],
    [[...window, '--password-file', 'nowhere'], /the password file nowhere cannot be read/],
  ])('refuses %j', async (words, message) => {
    const run = await runWith(['audit', '--store', address, ...words])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(message)
    expect(run.asked).toEqual([])
  })
  it('refuses its options without it', async () => {
    expect((await runWith(['audit', 'traces/', '--sample', '1/2'])).stderr).toMatch(/--sample belongs to --store/)
  })
})

describe('an address', () => {
  it('is read in full', () => {
    const tls =
      'clickhouses://me@ch.example/otel?table=spans&cluster=main&ca=ca.pem&cert=me.pem&key=me.key&sharded=trace'
    expect(parseClickHouseAddress(tls)).toMatchObject({
      url: 'https://ch.example:8443',
      user: 'me',
      database: 'otel',
      table: 'spans',
      cluster: 'main',
      shardedByTrace: true,
      tls: { ca: 'ca.pem', cert: 'me.pem', key: 'me.key' },
      shown: 'clickhouses://me@ch.example/otel?table=spans&cluster=main',
    })
    expect(parseClickHouseAddress('clickhouse://h/otel?secure=1').url).toBe('https://h:8443')
    expect(parseClickHouseAddress('clickhouse://h')).toMatchObject({
      url: 'http://h:8123',
      user: 'default',
      database: 'default',
      table: 'otel_traces',
    })
  })
  it.each([
    ['clickhouse://me:hunter2@h/otel', /holds a password/],
    ['postgres://h/otel', /begins with postgres:/],
    ['clickhouse://h/otel?tabel=spans', /has the unknown parameter tabel/],
    ['clickhouse://h/otel?ca=x.pem', /names certificates without TLS/],
    ['clickhouses://h/otel?cert=x.pem', /a certificate without its key/],
    ['clickhouse://h/otel?max_memory_usage=lots', /no whole number as max_memory_usage/],
    ['clickhouse://h/otel?sharded=maybe', /says sharded=maybe/],
    ['traces/', /is no address of a ClickHouse server/],
  ])('%s is refused', (text, message) => {
    expect(() => parseClickHouseAddress(text)).toThrow(message)
    try {
      parseClickHouseAddress(text)
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('hunter2')
      expect(String(error)).not.toContain('hunter2')
    }
  })
})
