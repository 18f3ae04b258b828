/** A cache of two hundred megabytes for fifty small values. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const atNs = Date.parse('2026-03-02T09:00:00Z') * 1_000_000

export default {
  audit: 'oversized-cache',
  fault: 'a cache has two hundred megabytes, and five would hold all that is ever asked for',
  proof: 'server',
  spans: () => cleanSystem().spans,
  evidence: () => ({
    cache_servers: [
      {
        Source: 'info.txt',
        System: 'redis',
        Policy: 'allkeys-lru',
        MaxBytes: 200_000_000,
        UsedBytes: 6_000_000,
        Keys: 50,
      },
    ],
    cache_commands: Array.from({ length: 10_100 }, (_, index) => ({
      Source: 'monitor.txt',
      Seq: index,
      AtNs: atNs + index * 10_000_000,
      Database: '2',
      Client: '10.0.0.7:50000',
      Command: index < 50 ? 'SET' : 'GET',
      Key: `shelf:${index % 50}`,
      ValueBytes: index < 50 ? 90_000 : 0,
      TtlMs: index < 50 ? 3_600_000 + index * 60_000 : 0,
    })),
  }),
} satisfies Planted
