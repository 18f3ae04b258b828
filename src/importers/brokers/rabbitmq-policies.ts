/**
 * Which policy of RabbitMQ applies to which queue or exchange.
 * What is easily got wrong: only the one of the highest priority applies, and its pattern is a regular expression of a stranger. The
 * engine matches it in linear time; a pattern that it does not know (look-ahead, back references) is a loss, not a match.
 */
import type { Sink } from '../../model/importer.js'
import { objectOf, objectsOf, textOf, type JsonObject } from '../common/json-values.js'

export interface Policy {
  virtualHost: string
  pattern: string
  appliesTo: string
  priority: number
  definition: JsonObject
}

/** A queue or exchange that policies may apply to. */
export interface Subject {
  virtualHost: string
  name: string
  /** `exchange`, or the type of a queue: `classic`, `quorum`, `stream`. */
  type: string
}

/** Policies as definitions and the management API list them. */
export const policiesOf = (value: unknown): Policy[] => objectsOf(value).map((each) => policyOf(each, each))

/** Operator policies, which definitions keep among the parameters. */
export const operatorPoliciesOf = (value: unknown): Policy[] =>
  objectsOf(value)
    .filter((each) => each['component'] === 'operator_policy')
    .map((each) => policyOf(each, objectOf(each['value'])))

const policyOf = (outer: JsonObject, inner: JsonObject): Policy => ({
  virtualHost: textOf(outer['vhost']),
  pattern: textOf(inner['pattern']),
  appliesTo: textOf(inner['apply-to']) || 'all',
  priority: Number(inner['priority'] ?? 0) || 0,
  definition: objectOf(inner['definition']),
})

const kinds: Record<string, (type: string) => boolean> = {
  all: () => true,
  exchanges: (type) => type === 'exchange',
  queues: (type) => type !== 'exchange',
  classic_queues: (type) => type === 'classic',
  quorum_queues: (type) => type === 'quorum',
  streams: (type) => type === 'stream',
}

/** The definition that applies to a subject; undefined when none does. */
export type PolicyOf = (subject: Subject) => JsonObject | undefined

/** Finds out what applies to whom. Patterns that cannot be read are counted as losses. */
export async function applyPolicies(
  policies: readonly Policy[],
  subjects: readonly Subject[],
  sink: Pick<Sink, 'query' | 'lose'>,
): Promise<PolicyOf> {
  const names = [...new Set(subjects.map((subject) => subject.name))]
  const matches = new Map<string, ReadonlySet<string>>()
  for (const { pattern } of policies) {
    if (!matches.has(pattern)) matches.set(pattern, await matching(pattern, names, sink))
  }
  // Of two with the same priority the server takes either; the first in the list is as good.
  const ranked = policies.toSorted((one, other) => other.priority - one.priority)
  return ({ virtualHost, name, type }) =>
    ranked.find(
      (policy) =>
        policy.virtualHost === virtualHost &&
        (kinds[policy.appliesTo]?.(type) ?? false) &&
        (matches.get(policy.pattern)?.has(name) ?? false),
    )?.definition
}

async function matching(
  pattern: string,
  names: readonly string[],
  sink: Pick<Sink, 'query' | 'lose'>,
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set()
  // Most policies are for all queues, or for those that start in a certain way.
  if (['', '.*', '^', '^.*', '^.*$', '.*$'].includes(pattern)) return new Set(names)
  const [, start] = /^\^([\w-]+)$/.exec(pattern) ?? []
  if (start !== undefined) return new Set(names.filter((name) => name.startsWith(start)))
  try {
    const found = await sink.query<{ name: string }>(
      'SELECT arrayJoin({names:Array(String)}) AS name WHERE match(name, {pattern:String})',
      { names, pattern },
    )
    return new Set(found.map((each) => each.name))
  } catch {
    sink.lose('unread-pattern', 1)
    return new Set()
  }
}
