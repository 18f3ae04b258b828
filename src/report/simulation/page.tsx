/** A study as one HTML page that asks nothing of any network: pictures, and the tables they are drawn from. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { VNode } from 'preact'
import { Curve } from '../../draw/curve/curve.js'
import { curveStyles } from '../../draw/curve/styles.js'
import type { CacheStudy, ColdStartStudy } from '../../model/simulation.js'
import { curveLines, lifeHead, lifeRows, policyHead, policyRows } from './cache-text.js'
import { courseHead, courseRows, sceneHead, sceneRows, valueText, verdictLines } from './cold-text.js'
import { cacheCurves, coldCurves, lifeCurves } from './curves.js'
import { lifeText } from './figures-text.js'
import { accessesOf, nameOf } from './simulated-text.js'

function Table({
  caption,
  head,
  rows,
}: {
  caption: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}): VNode {
  return (
    <div class="wide">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((title) => (
              <th scope="col">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...others]) => (
            <tr>
              <th scope="row">{first}</th>
              {others.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cache({ study }: { study: CacheStudy }): VNode {
  const pictures = cacheCurves(study)
  const parameters = study.tables[0]?.policies.filter((policy) => policy.parameters !== '') ?? []
  return (
    <>
      {curveLines(study).map((sentence) => (
        <p>{sentence}</p>
      ))}
      {study.tables.map((table, index) => {
        const life = table.ttlMs === null ? 'nothing expires' : `expiry after ${lifeText(table.ttlMs)}`
        const picture = pictures[index]
        return (
          <section>
            {picture !== undefined && <Curve {...picture} bare />}
            <Table caption={`Hit ratio by size, ${life}`} head={policyHead(study)} rows={policyRows(table)} />
          </section>
        )
      })}
      {study.lives.length > 0 && (
        <section>
          {lifeCurves(study).map((picture) => (
            <Curve {...picture} bare />
          ))}
          <Table caption="What a time to live wins, in a cache without limit" head={lifeHead} rows={lifeRows(study)} />
        </section>
      )}
      <section>
        <h2>Parameters</h2>
        <ul>
          {parameters.map(({ title, parameters: chosen }) => (
            <li>
              {title}: {chosen}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function ColdStart({ study }: { study: ColdStartStudy }): VNode {
  return (
    <>
      {verdictLines(study).map((sentence) => (
        <p>{sentence}</p>
      ))}
      {coldCurves(study).map((picture) => (
        <Curve {...picture} bare />
      ))}
      <Table caption="Ways to start cold" head={sceneHead} rows={sceneRows(study)} />
      <Table caption="Queries a second, and hit ratio" head={courseHead(study)} rows={courseRows(study)} />
      <Table
        caption="What went into the model"
        head={['', 'value', 'known how']}
        rows={study.inputs.map((input) => [input.title, valueText(input), input.origin])}
      />
    </>
  )
}

/** The page's styles: those of the report that fit, those of curves, and what a plain page needs. */
function styles(): string {
  const sheet = (name: string): string => readFileSync(new URL(`../html/styles/${name}.css`, import.meta.url), 'utf8')
  const own = `main{padding-top:32px;padding-bottom:64px}p{margin:8px 0}section,.wide{margin:28px 0}.wide{overflow-x:auto}
svg.curve{width:100%;max-width:860px;height:auto;border-radius:8px;border:1px solid var(--line)}caption{text-align:left;font-weight:600;padding-bottom:6px}
td,th{padding:4px 14px 4px 0;text-align:right;white-space:nowrap}th:first-child{text-align:left}li{list-style:disc;margin-left:20px}`
  return [sheet('theme'), sheet('base'), own, curveStyles].join('\n')
}

export function SimulationPage({ study }: { study: CacheStudy | ColdStartStudy }): VNode {
  const css = styles()
  const hash = createHash('sha256').update(css, 'utf8').digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`
  const title = study.kind === 'cache' ? 'Simulated cache' : 'Simulated cold start'
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: css }} />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <p>
            <bdi>{nameOf(study.of)}</bdi>
          </p>
          <p>{accessesOf(study.of)}.</p>
          {study.kind === 'cache' ? <Cache study={study} /> : <ColdStart study={study} />}
        </main>
      </body>
    </html>
  )
}
