/** The whole page. Order of sections is order of use: what is wrong, where, what to do, how sure we are. */
import type { VNode } from 'preact'
import { limitTopology, topologyOf } from '../../draw/topology/graph.js'
import type { Report } from '../../model/report.js'
import { rankedFindings } from '../ranking.js'
import { pageAssets } from './assets.js'
import { Caches } from './caches-section.js'
import { Comparison } from './comparison-section.js'
import { Colophon, Evidence, Reading } from './evidence-section.js'
import { Findings } from './findings-section.js'
import { Families } from './gauges.js'
import { placedFindings, SystemMap } from './map-section.js'
import { Messages } from './messages-section.js'
import { Outcomes } from './outcomes.js'
import { Header, Verdict } from './overview.js'
import { Traceability } from './traceability-section.js'

/** Beyond this a map is a cloud, and its layout takes seconds. */
const mostNodes = 400

const links: readonly [string, string][] = [
  ['families', 'Families'],
  ['charter', 'Charter'],
  ['caches', 'Caches'],
  ['map', 'Map'],
  ['messages', 'Messages'],
  ['findings', 'Findings'],
  ['audits', 'Audits'],
  ['evidence', 'Evidence'],
  ['reading', 'Reading'],
]

function Navigation({ without }: { without: readonly string[] }): VNode {
  return (
    <nav aria-label="Sections">
      <ul>
        {links
          .filter(([id]) => !without.includes(id))
          .map(([id, title]) => (
            <li>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
      </ul>
      <button type="button" id="theme" aria-pressed="false" hidden>
        Dark
      </button>
    </nav>
  )
}

export function Page({ report }: { report: Report }): VNode {
  const assets = pageAssets()
  const ranked = rankedFindings(report)
  const whole = topologyOf(report.system, placedFindings(ranked))
  const topology = limitTopology(whole, mostNodes)
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={assets.policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>Faultline report</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: assets.styles }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the report
        </a>
        <Navigation
          without={[
            ...(report.charter === undefined ? ['charter'] : []),
            ...(report.caches === undefined ? ['caches'] : []),
            ...(report.messaging === undefined ? ['messages'] : []),
          ]}
        />
        <Header report={report} />
        <main id="main" tabIndex={-1}>
          <Verdict report={report} />
          {report.comparison !== undefined && <Comparison comparison={report.comparison} />}
          <Families report={report} />
          {report.charter !== undefined && <Traceability charter={report.charter} report={report} ranked={ranked} />}
          {report.caches !== undefined && <Caches caches={report.caches} />}
          <SystemMap
            report={report}
            ranked={ranked}
            topology={topology}
            left={whole.nodes.length - topology.nodes.length}
          />
          {report.messaging !== undefined && <Messages report={report} messaging={report.messaging} />}
          <Findings report={report} ranked={ranked} />
          <Outcomes report={report} />
          <Evidence report={report} />
          <Reading />
        </main>
        <Colophon report={report} />
        {assets.scripts.map((script) => (
          <script dangerouslySetInnerHTML={{ __html: script }} />
        ))}
      </body>
    </html>
  )
}
