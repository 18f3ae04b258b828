/**
 * What follows from a report as files that can be used as they are: a document of caches (invalidation, times to live, sizes), keys to warm, and
 * the mends of findings. What is easily got wrong: names come from evidence, so that file names are made of letters and a hash, and keys are quoted.
 */
import { fingerprint } from '../../lib/fingerprint.js'
import type { CacheCard } from '../../model/cache-card.js'
import type { Report } from '../../model/report.js'
import { bytesText, countText, durationText, shareText } from '../quantity-text.js'
import { markdownCode, markdownText } from '../reporters/markdown/escape.js'
import { hitText, invalidationText, stalenessText, ttlText } from './card-text.js'

export interface PrescriptionFile {
  /** A plain name without folders. */
  name: string
  text: string
}

/** Where nothing is required, what is filled from elsewhere should not stay for longer than a day is worth. */
const defaultTtlMs = 600_000
const mostFindings = 200
const endings: Readonly<Record<string, string>> = {
  sh: 'sh',
  yaml: 'yaml',
  json: 'json',
  sql: 'sql',
  ts: 'ts',
  markdown: 'md',
}

/** Letters and digits of the text, and a hash that keeps two names apart. */
function fileName(text: string, parts: readonly string[]): string {
  const letters = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
  return `${letters === '' ? 'keys' : letters}-${fingerprint(parts).slice(0, 6)}`
}

/** As redis-cli reads an argument. */
function quoted(key: string): string {
  const bytes = [...Buffer.from(key, 'utf8')]
  return `"${bytes.map((byte) => (byte === 0x22 || byte === 0x5c ? `\\${String.fromCharCode(byte)}` : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}"`
}

interface TtlAdvice {
  text: string
  because: string
}

function ttlAdvice(card: CacheCard): TtlAdvice {
  const { ttl, invalidation } = card
  const untold = invalidation.some(({ writes, told }) => writes > 0 && told / writes < 0.8)
  if (ttl.allowedMs !== undefined) {
    return { text: `at most ${durationText(ttl.allowedMs)}`, because: 'a requirement of the charter allows no more' }
  }
  if (untold) return { text: '60 s, until it is told of changes', because: 'its table changes and it is not told' }
  if (ttl.eternalShare >= 0.05) {
    return {
      text: `${durationText(defaultTtlMs)}, give or take a quarter`,
      because: `${shareText(ttl.eternalShare)} of its keys never expire`,
    }
  }
  if (ttl.p50Ms !== undefined && ttl.minMs === ttl.maxMs && card.keys > 1) {
    return {
      text: `${durationText(ttl.p50Ms * 0.75)} to ${durationText(ttl.p50Ms * 1.25)}, by chance`,
      because: 'all keys have the same, so that what is written together expires together',
    }
  }
  return { text: 'as it is', because: 'nothing in the evidence speaks against it' }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

function invalidationPart(caches: readonly CacheCard[]): string {
  const rows = caches.map((card) => [
    markdownCode(card.pattern, 80),
    markdownCode(card.cache, 80),
    card.source === undefined ? 'not seen' : markdownText([card.source.store, ...card.source.tables].join(' · '), 160),
    markdownText(invalidationText(card), 300),
    markdownText(stalenessText(card)),
  ])
  return [
    '## Who invalidates what',
    table(['keys', 'cache', 'copy of', 'who tells it, and when', 'worst age'], rows),
  ].join('\n\n')
}

function ttlPart(caches: readonly CacheCard[]): string {
  const rows = caches.map((card) => {
    const advice = ttlAdvice(card)
    return [
      markdownCode(card.pattern, 80),
      markdownText(ttlText(card)),
      markdownText(advice.text),
      markdownText(advice.because),
    ]
  })
  return ['## Times to live', table(['keys', 'in force', 'proposed', 'because'], rows)].join('\n\n')
}

function sizePart(caches: readonly CacheCard[]): string {
  const rows = caches.flatMap((card) => {
    const { curve } = card
    if (curve === undefined) return []
    const size = (value: number) => (curve.unit === 'bytes' ? bytesText(value) : countText(value, 'key'))
    return [
      [
        markdownCode(card.pattern, 80),
        markdownText(hitText(card)),
        size(curve.present),
        size(curve.enough),
        curve.knee === undefined ? '' : size(curve.knee),
      ],
    ]
  })
  if (rows.length === 0) return ''
  return [
    '## Sizes',
    'By the miss-ratio curve of an LRU cache over what was asked for in the evidence. “Enough” misses one per cent more than the best.',
    table(['keys', 'hits', 'all', 'enough', 'the curve bends at'], rows),
  ].join('\n\n')
}

function warmingFiles(card: CacheCard): PrescriptionFile[] {
  const { keys, hits, ofHits } = card.warming
  if (keys.length === 0 || ofHits === 0) return []
  const name = `warm-${fileName(card.pattern, [card.cache, card.pattern])}`
  // A list has a key a line: keys that hold an end of line are only in the commands.
  const plain = keys.filter((key) => !/[\r\n]/.test(key))
  return [
    { name: `${name}.keys`, text: plain.map((key) => `${key}\n`).join('') },
    {
      name: `${name}.redis`,
      // One reply a line, in the order of the list: 0 says that the key is still to be fetched through its service.
      text: keys.map((key) => `EXISTS ${quoted(key)}\n`).join(''),
    },
    {
      name: `${name}.md`,
      text: [
        `# Keys to warm: ${markdownCode(card.pattern, 80)}`,
        `${countText(keys.length, 'key')} ${keys.length === 1 ? 'carries' : 'carry'} ${shareText(hits / ofHits)} of the hits of ${markdownCode(card.cache, 80)}.`,
        `\`${name}.keys\` has them, most wanted first. Ask the service for each before traffic is let in; \`redis-cli < ${name}.redis\` says which are there.`,
      ]
        .join('\n\n')
        .concat('\n'),
    },
  ]
}

function findingFiles(report: Report): PrescriptionFile[] {
  return report.audits
    .flatMap(({ id, findings }) => findings.map((finding) => ({ id, finding })))
    .flatMap(({ id, finding }) => {
      const { prescription } = finding
      if (prescription === undefined) return []
      return [
        {
          name: `${id}-${finding.fingerprint}.${endings[prescription.language] ?? 'txt'}`,
          text: `${prescription.text.trimEnd()}\n`,
        },
      ]
    })
    .slice(0, mostFindings)
}

/** Names are different from each other. */
export function prescriptionFiles(report: Report): PrescriptionFile[] {
  const caches = report.caches ?? []
  const document = ['# Caches', invalidationPart(caches), ttlPart(caches), sizePart(caches)].filter(
    (part) => part !== '',
  )
  return [
    ...(caches.length > 0 ? [{ name: 'caches.md', text: `${document.join('\n\n')}\n` }] : []),
    ...caches.flatMap(warmingFiles),
    ...findingFiles(report),
  ]
}
