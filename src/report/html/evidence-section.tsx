/** What was read, what of it was lost, how to read the page, and how the run was made. The only part that holds `report.run`. */
import type { VNode } from 'preact'
import type { Report } from '../../model/report.js'
import { rowsText } from '../evidence-text.js'
import { selectionText } from '../selection-text.js'
import { count, duration, message, Name } from './figures.js'

const mostSources = 200

export function Evidence({ report }: { report: Report }): VNode {
  const { evidence } = report
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">Evidence</h2>
      {evidence.length === 0 ? (
        <p>Nothing was read.</p>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Evidence that was read">
          <table>
            <thead>
              <tr>
                <th scope="col">Source</th>
                <th scope="col">Read as</th>
                <th scope="col">Rows</th>
                <th scope="col">Losses</th>
              </tr>
            </thead>
            <tbody>
              {evidence.slice(0, mostSources).map((entry) => (
                <tr>
                  <th scope="row">
                    <Name text={entry.source} columns={56} />
                    {entry.selection !== undefined && <p class="aside">{message(selectionText(entry.selection))}</p>}
                  </th>
                  <td>
                    <code>{message(entry.importer)}</code>
                  </td>
                  <td>{rowsText(entry.rows)}</td>
                  <td>
                    {entry.losses.length === 0
                      ? 'none'
                      : entry.losses.map((loss) => (
                          <p class="loss">
                            <strong>{count(loss.count)}</strong> <code>{loss.id}</code>
                            <br />
                            {message(loss.advice)}
                          </p>
                        ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {evidence.length > mostSources && (
        <p class="aside">{count(evidence.length - mostSources)} more sources are in the JSON report.</p>
      )}
    </section>
  )
}

const notes: readonly [string, string][] = [
  [
    'Severity',
    'Critical: it will break, or already does. Warning: it costs something on every day and more under load. Note: worth knowing.',
  ],
  [
    'Score',
    'A family’s score is the mean over its audits that could be judged. It is left out, never set to 100, when nothing could be judged or an audit broke.',
  ],
  ['Limit', 'Each has a source: a published practice, or “house” where there is none. A charter may change it.'],
  ['Floor', 'With n samples, anything rarer than 3/n may be there and not have shown. A pass means no more than that.'],
  ['Share', 'The part of all root requests that a fault touches.'],
  ['Cost', 'What it takes from each request, or from each second of traffic, in the recorded window.'],
  [
    'Proof',
    'Up to ten trace ids. The waterfall shows one of them; spans that have nothing to do with the finding are folded away.',
  ],
]

export function Reading(): VNode {
  return (
    <section aria-labelledby="reading">
      <h2 id="reading">How to read this report</h2>
      <dl class="reading">
        {notes.map(([term, text]) => (
          <div>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function Colophon({ report: { tool, run } }: { report: Report }): VNode {
  return (
    <footer class="colophon">
      <p>
        Made by Faultline {message(tool.version)} on {message(run.startedAt)} in {duration(run.durationMs)}, Node{' '}
        {message(run.node)}, {message(run.engine)}.
      </p>
      {run.arguments.length > 0 && (
        <p>
          <code>
            <bdi>faultline {run.arguments.slice(0, 40).map(message).join(' ')}</bdi>
          </code>
        </p>
      )}
      <p>This page asks nothing of any network.</p>
    </footer>
  )
}
