/** A catalogue in one string. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const atNs = Date.parse('2026-03-02T09:00:00Z') * 1_000_000

export default {
  audit: 'oversized-value',
  fault: 'the whole catalogue is one value of the cache',
  proof: 'server',
  spans: () => cleanSystem().spans,
  evidence: () => ({
    cache_commands: Array.from({ length: 30 }, (_, index) => ({
      Source: 'monitor.txt',
      Seq: index,
      AtNs: atNs + index * 1_000_000_000,
      Database: '2',
      Client: '10.0.0.7:50000',
      Command: index === 0 ? 'SET' : 'GET',
      Key: 'export',
      ValueBytes: index === 0 ? 150_000 : 0,
      TtlMs: index === 0 ? 3_600_000 : 0,
    })),
  }),
} satisfies Planted
