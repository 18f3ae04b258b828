/** Prices that are written together and expire together. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const atNs = Date.parse('2026-03-02T09:00:00Z') * 1_000_000

export default {
  audit: 'synchronised-expiry',
  fault: 'a job writes all prices with one time to live',
  proof: 'server',
  spans: () => cleanSystem().spans,
  evidence: () => ({
    cache_commands: Array.from({ length: 240 }, (_, index) => ({
      Source: 'monitor.txt',
      Seq: index,
      AtNs: atNs + (index < 120 ? index * 1_000_000 : index * 250_000_000),
      Database: '3',
      Client: '10.0.0.7:50000',
      Command: index < 120 ? 'SET' : 'GET',
      Key: `price:${index % 120}`,
      ValueBytes: index < 120 ? 4 : 0,
      TtlMs: index < 120 ? 40_000 : 0,
    })),
  }),
} satisfies Planted
