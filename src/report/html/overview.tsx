/** The top of the page: which system, which window, the verdict in a paragraph. Dates are those of the evidence, in UTC. */
import type { VNode } from 'preact'
import type { Report } from '../../model/report.js'
import { rankedFindings, severityCounts } from '../ranking.js'
import { coverageText } from '../verdict-text.js'
import { count, counted, duration, message, thin } from './figures.js'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
const second = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

function WindowText({ window }: { window: Report['system']['window'] }): VNode {
  const [start, end] = [new Date(window.start), new Date(window.end)]
  if (window.start === '' || Number.isNaN(start.getTime()) || Number.isNaN(end.getTime())) return <>no window of time</>
  const clock = window.seconds < 600 ? second : minute
  const sameDay = day.format(start) === day.format(end)
  return (
    <>
      <time dateTime={start.toISOString()}>
        {day.format(start)}, {clock.format(start)}
      </time>{' '}
      to{' '}
      <time dateTime={end.toISOString()}>
        {sameDay ? '' : `${day.format(end)}, `}
        {clock.format(end)}
      </time>{' '}
      UTC · {duration(window.seconds * 1_000)}
    </>
  )
}

export function Header({ report }: { report: Report }): VNode {
  const { system } = report
  const facts: [string, string][] = [
    ['services', count(system.services.length)],
    ['stores', count(system.stores.length)],
    ['queues and topics', count(system.destinations.length)],
    ['traces', count(system.traces)],
    ['spans', count(system.spans)],
  ]
  return (
    <header class="masthead">
      <p class="wordmark">
        Faultline <span>where this architecture will break</span>
      </p>
      <h1>
        {system.services.length === 0
          ? 'No system in this evidence'
          : `A system of ${counted(system.services.length, 'service')}`}
      </h1>
      <p class="window">
        <WindowText window={system.window} />
      </p>
      <dl class="facts">
        {facts.map(([term, value]) => (
          <div>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  )
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function foundSentence(report: Report): string {
  const counts = severityCounts(report)
  const parts = [
    counts.critical > 0 ? counted(counts.critical, 'critical finding') : '',
    counts.warning > 0 ? counted(counts.warning, 'warning') : '',
    counts.note > 0 ? counted(counts.note, 'note') : '',
  ].filter((part) => part !== '')
  if (parts.length > 0)
    return `There ${counts.critical + counts.warning + counts.note === 1 ? 'is' : 'are'} ${listed(parts)}.`
  const judged = report.audits.some((audit) => audit.outcome === 'pass')
  return judged ? 'Nothing was found where there was enough to judge.' : 'Nothing could be judged: this is not a pass.'
}

/** One paragraph: what was found, what matters most, and how much was not judged. */
export function Verdict({ report }: { report: Report }): VNode {
  const [first] = rankedFindings(report)
  return (
    <section class="verdict" aria-labelledby="verdict-title">
      <h2 id="verdict-title" class="unseen">
        Verdict
      </h2>
      <p>
        <strong>{foundSentence(report)}</strong>{' '}
        {first !== undefined && (
          <>
            Mend this first: <bdi>{message(first.finding.message)}</bdi>{' '}
          </>
        )}
        <span class="coverage">{thin(coverageText(report))}.</span>
      </p>
    </section>
  )
}
