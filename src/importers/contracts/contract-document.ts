/**
 * A contract as plain values: YAML or JSON, whose references lead within the document.
 * What is easily got wrong: a reference may lead to itself or through a chain of others, and one to another file must not be followed: the text
 * is a stranger's, and nobody asked for its files or addresses to be read.
 */
import { readFileSync } from 'node:fs'
import { UnreadableEvidence, type Sink, type Source } from '../../model/importer.js'
import { isObject, objectOf, textOf, type JsonObject } from '../common/json-values.js'

const largest = 16 << 20
const longestChain = 30

/** Throws `UnreadableEvidence` for what is no document, with the place of the fault. */
export async function readContract(source: Source): Promise<JsonObject> {
  if (source.sizeBytes > largest)
    throw new UnreadableEvidence(
      source.name,
      'is a contract of more than 16 MB',
      'Split it, or leave out its examples.',
    )
  const text = readFileSync(source.path, 'utf8').replace(/^\uFEFF/, '')
  const read = fromJson(text) ?? (await fromYaml(text))
  if ('fault' in read)
    throw new UnreadableEvidence(
      source.name,
      `is a contract that is broken (${read.fault})`,
      'Check it with a linter for its format.',
    )
  return objectOf(read.value)
}

type Parsed = { value: unknown } | { fault: string }

/** Undefined for what is no JSON: YAML knows where the fault is, and forgives what people write by hand. */
function fromJson(text: string): Parsed | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

async function fromYaml(text: string): Promise<Parsed> {
  // Loaded by those who have a contract: every other run would wait for it.
  const { parseDocument } = await import('yaml')
  try {
    const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false, stringKeys: true })
    const [error] = document.errors
    if (error) {
      const { line = 1, col = 1 } = error.linePos?.[0] ?? {}
      return { fault: `line ${line}, column ${col}` }
    }
    // Aliases are how a small text grows huge.
    return { value: document.toJS({ maxAliasCount: 1_000 }) as unknown }
  } catch {
    return { fault: 'nested or repeated without end' }
  }
}

/** Follows references of one document. */
export class References {
  private readonly external = new Set<string>()

  constructor(private readonly document: JsonObject) {}

  /** What a value stands for: itself, or what its `$ref` leads to; an empty object where it leads out of the document or nowhere. */
  follow(value: unknown): JsonObject {
    let current = value
    for (let steps = 0; steps < longestChain; steps++) {
      const reference = objectOf(current)['$ref']
      if (typeof reference !== 'string') return objectOf(current)
      if (!reference.startsWith('#')) {
        this.external.add(reference)
        return {}
      }
      current = this.at(reference)
    }
    return {}
  }

  /** The last word of a reference, which is mostly a name; empty for what is none. */
  static nameOf(value: unknown): string {
    const reference = textOf(objectOf(value)['$ref'])
    return reference === '' ? '' : unescaped(reference.slice(reference.lastIndexOf('/') + 1))
  }

  /** Counts references that lead to other documents. */
  report(sink: Pick<Sink, 'lose'>): void {
    if (this.external.size > 0) sink.lose('external-reference', this.external.size)
  }

  private at(reference: string): unknown {
    let current: unknown = this.document
    for (const part of reference.slice(1).split('/').slice(1)) {
      const key = unescaped(part)
      if (Array.isArray(current)) current = (current as unknown[])[Number(key)]
      else if (isObject(current) && Object.hasOwn(current, key)) current = current[key]
      else return undefined
    }
    return current
  }
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return part
  }
}
