/** One finding: a line that says it, and behind it why it matters, how to mend it and the trace that proves it. */
import type { VNode } from 'preact'
import { Attempts } from '../../draw/attempts/attempts.js'
import { Waterfall } from '../../draw/waterfall/waterfall.js'
import { visible, visibleLines, truncate } from '../../lib/text.js'
import type { Prescription, Severity } from '../../model/finding.js'
import type { MessageTimeline } from '../../model/messaging-report.js'
import type { AuditReport, Exhibit } from '../../model/report.js'
import { families } from '../families.js'
import { placeText } from '../place-text.js'
import type { RankedFinding } from '../ranking.js'
import { waivedText } from '../waived-text.js'
import { briefDuration, count, counted, message, Prose, quantity, share } from './figures.js'
import { findingAnchor } from './map-data.js'

export interface FindingCardProps {
  ranked: RankedFinding
  exhibit: Exhibit | null
  /** The message that the finding is about, with every attempt. */
  timeline?: MessageTimeline | undefined
  /** Said in place of the waterfall when there is an exhibit that is not drawn. */
  undrawn: boolean
  open: boolean
  /** How many spans the waterfall may show. */
  mostSpans: number
}

const severityWords: Record<Severity, string> = { critical: 'Critical', warning: 'Warning', note: 'Note' }

/** Shapes as well as colours tell severities apart. */
export function SeverityMark({ severity }: { severity: Severity }): VNode {
  return (
    <svg class={`mark ${severity}`} viewBox="0 0 16 16" aria-hidden="true">
      {severity === 'critical' && <rect x="3" y="3" width="10" height="10" rx="1" transform="rotate(45 8 8)" />}
      {severity === 'warning' && <path d="M8,1.5L15,14H1Z" />}
      {severity === 'note' && <circle cx="8" cy="8" r="5.5" />}
    </svg>
  )
}

function percent(value: number): string {
  return `${Math.round(Math.min(Math.max(value, 0), 1) * 1_000) / 10}%`
}

/** A bar for what was measured and a line for the limit, on one scale from 0. */
function Measure({ finding }: Pick<RankedFinding, 'finding'>): VNode {
  const { measured, limit } = finding
  const comparable = measured.unit === limit.unit && measured.value >= 0 && limit.value >= 0
  const most = Math.max(measured.value, limit.value) * 1.08
  return (
    <div class="measure">
      <p>
        <strong>{quantity(measured)}</strong> <span>measured; limit {quantity(limit)}</span>
      </p>
      {comparable && most > 0 && Number.isFinite(most) && (
        <svg class={`scale ${finding.severity}`} aria-hidden="true">
          <rect class="track" x="0" y="5" width="100%" height="6" rx="3" />
          <rect class="value" x="0" y="5" width={percent(measured.value / most)} height="6" rx="3" />
          <line x1={percent(limit.value / most)} x2={percent(limit.value / most)} y1="0" y2="16" />
        </svg>
      )}
    </div>
  )
}

function Facts({ ranked: { audit, finding } }: { ranked: RankedFinding }): VNode {
  return (
    <dl class="finding-facts">
      {finding.cost !== undefined && (
        <div>
          <dt>costs</dt>
          <dd>{quantity(finding.cost)}</dd>
        </div>
      )}
      {finding.share !== undefined && (
        <div>
          <dt>of requests touched</dt>
          <dd>{share(finding.share)}</dd>
        </div>
      )}
      <div>
        <dt>seen in</dt>
        <dd>{counted(finding.proof.samples, 'sample')}</dd>
      </div>
      <div>
        <dt>looked at</dt>
        <dd>
          {count(audit.samples)} {message(audit.of)}
        </dd>
      </div>
    </dl>
  )
}

function Advice({ audit }: { audit: AuditReport }): VNode {
  const references = audit.references.filter(({ url }) => /^https?:\/\//.test(url))
  return (
    <div class="advice">
      <section>
        <h4>Why it matters</h4>
        <Prose text={audit.why} />
      </section>
      <section>
        <h4>How to mend it</h4>
        <Prose text={audit.fix} />
      </section>
      <section>
        <h4>How to verify</h4>
        <Prose text={audit.verify} />
        {references.length > 0 && (
          <p class="references">
            Read more:{' '}
            {references.map(({ title, url }, index) => (
              <>
                {index > 0 && ', '}
                <a href={url} rel="noopener noreferrer">
                  {message(title)}
                </a>
              </>
            ))}
          </p>
        )}
      </section>
    </div>
  )
}

const mostPrescribed = 8_000

function PrescriptionBlock({ prescription }: { prescription: Prescription }): VNode {
  const shown = visibleLines(prescription.text.slice(0, mostPrescribed))
  return (
    <section class="prescription">
      <h4>{message(prescription.title)}</h4>
      <pre tabIndex={0}>
        <code>{shown}</code>
      </pre>
      <button type="button" class="copy" data-copy={shown} aria-label="Copy what is prescribed" hidden>
        Copy
      </button>
      {prescription.text.length > mostPrescribed && <p class="aside">The JSON report has the whole text.</p>}
    </section>
  )
}

function Message({ timeline }: { timeline: MessageTimeline }): VNode {
  const ids = [...new Set(timeline.runs.map((run) => run.messageId))].filter((id) => id !== '')
  return (
    <div class="one-message">
      <h4>
        {ids.length > 1 ? 'Two messages' : 'One message'}
        {ids.length === 1 && (
          <>
            {', '}
            <code>{truncate(visible(truncate(ids[0] ?? '', 64)), 64)}</code>
          </>
        )}
        , run by run
      </h4>
      <Attempts timeline={timeline} durationText={briefDuration} />
    </div>
  )
}

function TraceIds({ traceIds }: { traceIds: readonly string[] }): VNode | null {
  if (traceIds.length === 0) return null
  return (
    <div class="traces">
      <h4>{traceIds.length === 1 ? 'Proof trace' : 'Proof traces'}</h4>
      <ul>
        {traceIds.slice(0, 10).map((id) => {
          const shown = truncate(visible(truncate(id, 64)), 64)
          return (
            <li>
              <code>{shown}</code>
              <button type="button" class="copy" data-copy={shown} aria-label={`Copy trace id ${shown}`} hidden>
                Copy
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function Proof({ ranked, exhibit, undrawn, mostSpans }: Omit<FindingCardProps, 'open' | 'timeline'>): VNode | null {
  const { traceIds, spanIds } = ranked.finding.proof
  if (exhibit === null || undrawn) {
    return undrawn ? (
      <p class="aside">
        The waterfall of this proof is left out to keep the file small; the JSON report has its spans.
      </p>
    ) : null
  }
  // Span ids belong to the first trace of the proof; in another one the same ids would mark at random.
  const offending = exhibit.traceId === traceIds[0] ? spanIds : []
  return (
    <div class="proof">
      <h4>
        Trace <code>{truncate(visible(truncate(exhibit.traceId, 64)), 32)}</code>
        {offending.length > 0 && <span class="key"> offending spans are marked</span>}
      </h4>
      <Waterfall exhibit={exhibit} offendingIds={offending} most={mostSpans} durationText={briefDuration} />
    </div>
  )
}

export function FindingCard({ ranked, exhibit, timeline, undrawn, open, mostSpans }: FindingCardProps): VNode {
  const { audit, finding } = ranked
  const family = families.find(({ id }) => id === audit.family)?.title ?? audit.family
  const anchor = findingAnchor(finding.fingerprint)
  return (
    <li>
      <details
        class={`finding ${finding.severity}`}
        id={anchor}
        open={open}
        data-family={audit.family}
        data-severity={finding.severity}
      >
        <summary>
          <SeverityMark severity={finding.severity} />
          <div>
            <p class="eyebrow">
              <b>{severityWords[finding.severity]}</b> · {family} · {message(audit.failureTitle)}
            </p>
            <h3>
              <bdi>{message(finding.message)}</bdi>
            </h3>
            {finding.waived !== undefined && (
              <p class="waived">
                <bdi>{waivedText(finding)}</bdi>
              </p>
            )}
            <p class="where">
              <bdi>{placeText(finding.where, 64)}</bdi>
            </p>
          </div>
          <Measure finding={finding} />
        </summary>
        <div class="finding-body">
          <Facts ranked={ranked} />
          <Advice audit={audit} />
          {finding.prescription !== undefined && <PrescriptionBlock prescription={finding.prescription} />}
          {timeline !== undefined && timeline.runs.length > 0 && <Message timeline={timeline} />}
          <Proof ranked={ranked} exhibit={exhibit} undrawn={undrawn} mostSpans={mostSpans} />
          <TraceIds traceIds={finding.proof.traceIds} />
          <p class="finding-foot">
            <button type="button" class="show-on-map" data-finding={anchor} hidden>
              Show on the map
            </button>
            <span>
              audit <code>{audit.id}</code> · fingerprint <code>{finding.fingerprint}</code>
            </span>
          </p>
        </div>
      </details>
    </li>
  )
}
