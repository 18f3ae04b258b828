/** Cards of caches as a zod schema, for docs/report.schema.json; model/cache-card.ts is the source. */
import { z } from 'zod'
import type { CacheCard } from '../model/cache-card.js'

const count = z.number().int().nonnegative()
const text = z.string()
const amount = z.number().nonnegative()
const names = z.array(text)

export const cacheCardSchema = z
  .strictObject({
    cache: text.describe('system://host:port/namespace; system:///database for a capture alone.'),
    pattern: text.describe('Key with its variable parts replaced.'),
    origin: z.enum(['capture', 'trace']),
    windowSeconds: amount,
    reads: count,
    writes: count,
    deletes: count,
    keys: count,
    hits: count,
    misses: count,
    readers: names,
    writers: names,
    source: z.strictObject({ kind: z.enum(['query', 'client']), store: text, tables: names }).optional(),
    timesMs: z.strictObject({ read: amount, write: amount, source: amount }).optional(),
    worth: z.strictObject({
      msPerSecond: z.number().optional().describe('Negative where reads would be quicker without the cache.'),
      callsPerSecond: amount,
      memoryBytes: amount.optional(),
    }),
    ttl: z.strictObject({
      p50Ms: amount.optional(),
      minMs: amount.optional(),
      maxMs: amount.optional(),
      eternalShare: z.number().min(0).max(1),
      allowedMs: amount.optional(),
    }),
    invalidation: z.array(
      z.strictObject({ store: text, table: text, writers: names, writes: count, told: count, tellers: names }),
    ),
    worstStalenessMs: amount.nullable().optional().describe('Null: without end.'),
    curve: z
      .strictObject({
        unit: z.enum(['bytes', 'objects']),
        points: z.array(z.strictObject({ size: amount, missRatio: z.number().min(0).max(1) })),
        knee: amount.optional(),
        enough: amount,
        present: amount,
      })
      .optional(),
    coldStart: z
      .strictObject({
        store: text,
        warmPerSecond: amount,
        coldPerSecond: amount,
        seenPerSecond: amount,
        refillMs: amount.optional(),
      })
      .optional(),
    warming: z.strictObject({ keys: names.max(500), hits: count, ofHits: count }),
  })
  .meta({ id: 'CacheCard' }) satisfies z.ZodType<CacheCard>
