/**
 * SARIF 2.1.0, for code scanning and for editors. Only findings become results: viewers show every result as an alert,
 * whatever its kind, so audits without a verdict and lost evidence are notifications of the invocation instead.
 * Nothing volatile is in it: no times, no machine.
 */
import { rowsOf } from '../evidence-text.js'
import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif'
import type { Severity } from '../../model/finding.js'
import type { AuditReport, Report, Reporter } from '../../model/report.js'
import { jsonText } from '../json-text.js'
import { nameText, placeText } from '../place-text.js'
import { absentResults, baselineStates, lostNotifications } from './sarif/baseline.js'
import { countText, quantityText } from '../quantity-text.js'
import type { RankedFinding } from '../ranking.js'
import { rankedFindings, severityCounts } from '../ranking.js'
import { waivedText } from '../waived-text.js'
import { logicalLocations, sourceUri } from './sarif/locations.js'
import { messageText } from './sarif/message-text.js'
import { markdownProse, markdownText } from './markdown/escape.js'

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { critical: 'error', warning: 'warning', note: 'note' }

/** `chatty-pair` → `ChattyPair`, as SARIF asks of names. */
function ruleName(id: string): string {
  return id.replace(/(^|-)(\w)/g, (_, __: string, letter: string) => letter.toUpperCase())
}

function worstLevel(audit: AuditReport): 'error' | 'warning' | 'note' {
  const found = audit.findings.map((finding) => finding.severity)
  return found.includes('critical')
    ? 'error'
    : found.includes('note') && !found.includes('warning')
      ? 'note'
      : 'warning'
}

function rule(audit: AuditReport): ReportingDescriptor {
  const limits = audit.limits.map(
    (limit) =>
      `${limit.id}: ${quantityText({ value: limit.value, unit: limit.unit })} (${limit.source}${limit.value === limit.default ? '' : ', changed'})`,
  )
  const sections: [string, string][] = [
    ['Definition', audit.definition],
    ['Why', audit.why],
    ['Limits', limits.join('; ')],
    ['Fix', audit.fix],
    ['Verify', audit.verify],
  ]
  const shown = sections.filter(([, text]) => text !== '')
  const references = audit.references.map(
    (reference) => `- ${markdownText(reference.title)}: <${encodeURI(reference.url)}>`,
  )
  return {
    id: audit.id,
    name: ruleName(audit.id),
    shortDescription: { text: messageText(audit.failureTitle) },
    fullDescription: { text: messageText(audit.definition) },
    help: {
      text: shown.map(([head, text]) => `${head}: ${text}`).join('\n\n'),
      markdown: [...shown.map(([head, text]) => `**${head}.** ${markdownProse(text)}`), references.join('\n')]
        .filter((part) => part !== '')
        .join('\n\n'),
    },
    ...(audit.references[0] === undefined ? {} : { helpUri: encodeURI(audit.references[0].url) }),
    defaultConfiguration: { level: worstLevel(audit) },
    properties: { tags: ['architecture', audit.family], precision: 'high' },
  }
}

function result(
  { audit, finding }: RankedFinding,
  ruleIndex: number,
  physical: Location['physicalLocation'],
  baselineState: Result['baselineState'],
): Result {
  const { where, measured, limit, cost, share, prescription, proof } = finding
  return {
    ruleId: audit.id,
    ruleIndex,
    level: levels[finding.severity],
    kind: 'fail',
    ...(baselineState === undefined ? {} : { baselineState }),
    ...(finding.waived === undefined
      ? {}
      : { suppressions: [{ kind: 'external' as const, justification: messageText(waivedText(finding)) }] }),
    message: { text: messageText(nameText(finding.message, 2_000)) },
    locations: [
      {
        ...(physical === undefined ? {} : { physicalLocation: physical }),
        logicalLocations: logicalLocations(where),
        message: { text: messageText(placeText(where)) },
      },
    ],
    partialFingerprints: { 'faultline/v1': finding.fingerprint },
    occurrenceCount: Math.max(Math.round(proof.samples), 1),
    properties: {
      severity: finding.severity,
      measured,
      limit,
      ...(prescription === undefined ? {} : { prescription }),
      ...(cost === undefined ? {} : { cost }),
      ...(share === undefined ? {} : { share }),
      traceIds: proof.traceIds,
      spanIds: proof.spanIds,
    },
  }
}

function notifications(report: Report, ruleIndexes: ReadonlyMap<string, number>): Notification[] {
  const audits = report.audits.flatMap((audit): Notification[] => {
    if (audit.outcome !== 'not-evaluable' && audit.outcome !== 'error') return []
    const text = `${audit.id} ${audit.outcome === 'error' ? 'broke' : 'could not be evaluated'}: ${audit.reason ?? 'no reason was given'}`
    return [
      {
        level: audit.outcome === 'error' ? 'error' : 'note',
        message: { text: messageText(text) },
        associatedRule: { id: audit.id, index: ruleIndexes.get(audit.id) ?? -1 },
      },
    ]
  })
  const losses = report.evidence.flatMap(({ source, losses }) =>
    losses.map((loss): Notification => ({
      level: 'warning',
      message: { text: messageText(`${nameText(source)}: ${loss.id} × ${loss.count}: ${loss.advice}`) },
    })),
  )
  const notYet = report.families.flatMap((family) => family.notYetLooked)
  const rest: Notification[] =
    notYet.length === 0
      ? []
      : [
          {
            level: 'note',
            message: { text: `${countText(notYet.length, 'audit')} not yet looked at: ${notYet.join(', ')}` },
          },
        ]
  return [...audits, ...losses, ...rest, ...lostNotifications(report, ruleIndexes)]
}

export const sarifReporter: Reporter = {
  id: 'sarif',
  extension: 'sarif',
  render(report: Report) {
    const ruleIndexes = new Map(report.audits.map((audit, index) => [audit.id, index]))
    // A fault lies in the system, not in a file; code scanning refuses results without one, so they point at the evidence.
    const artifacts = report.evidence.map(({ source }) => ({ location: { uri: sourceUri(source) } }))
    const first = report.evidence.findIndex((each) => rowsOf(each) > 0)
    const index = first < 0 ? 0 : first
    const uri = artifacts[index]?.location.uri
    const physical = uri === undefined ? undefined : { artifactLocation: { uri, index }, region: { startLine: 1 } }
    const states = baselineStates(report)
    const invocation: Invocation = {
      executionSuccessful: !report.audits.some((audit) => audit.outcome === 'error'),
      toolExecutionNotifications: notifications(report, ruleIndexes),
    }
    const log: Log = {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'Faultline',
              version: report.tool.version,
              semanticVersion: report.tool.version,
              rules: report.audits.map(rule),
            },
          },
          automationDetails: { id: 'faultline/' },
          columnKind: 'utf16CodeUnits',
          invocations: [invocation],
          artifacts,
          results: [
            ...rankedFindings(report).map((entry) =>
              result(entry, ruleIndexes.get(entry.audit.id) ?? -1, physical, states.get(entry.finding.fingerprint)),
            ),
            ...absentResults(report, ruleIndexes, physical),
          ],
          properties: { findings: severityCounts(report) },
        },
      ],
    }
    return jsonText(log)
  },
}
