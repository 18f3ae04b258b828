/** Tables of consumer groups, as Kafka's own tool prints them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

const sample = (name: string): string => join(samples, 'kafka/3.7', name)

describe('tables of consumer groups', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.close())

  const rows = () =>
    store.rows(
      'SELECT AtMs, Kind, Name, Parent, Consumers, Lag, Acknowledged, Partitions FROM broker_queues ORDER BY AtMs, Name',
    )

  it('are read over time, whatever the width of their columns', async () => {
    expect((await readInto(store, sample('groups-over-time.txt'))).importer).toBe('kafka-groups')
    const reports = {
      Kind: 'group',
      Name: 'reports',
      Parent: 'views',
      Consumers: '0',
      Acknowledged: '100',
      Partitions: '1',
    }
    const shipping = { Kind: 'group', Name: 'shipping', Parent: 'orders', Partitions: '2' }
    const [ten, later] = ['1798797600000', '1798797660000']
    expect(await rows()).toEqual([
      { ...reports, AtMs: ten, Lag: '800' },
      // Of the second partition nothing was committed yet.
      { ...shipping, AtMs: ten, Consumers: '2', Lag: '2', Acknowledged: '108' },
      { ...reports, AtMs: later, Lag: '1300' },
      { ...shipping, AtMs: later, Consumers: '1', Lag: '1', Acknowledged: '200' },
    ])
    expect(store.losses).toEqual({ 'bad-row': 1 })
  })

  it('without a time are one state', async () => {
    await readInto(store, sample('group-without-time.txt'))
    expect(await rows()).toEqual([
      {
        AtMs: '0',
        Kind: 'group',
        Name: '',
        Parent: 'views',
        Consumers: '0',
        Lag: '800',
        Acknowledged: '100',
        Partitions: '1',
      },
    ])
    expect(store.losses).toEqual({ 'untimed-observation': 1 })
  })

  it('without a row are refused', async () => {
    const path = join(store.folder, 'empty.txt')
    writeFileSync(path, 'GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID\n')
    await expect(readInto(store, path)).rejects.toBeInstanceOf(UnreadableEvidence)
  })
})
