/** A study in each of its forms. SVG is one picture: of several, the first. */
import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { Curve } from '../../draw/curve/curve.js'
import type { CacheStudy, ColdStartStudy } from '../../model/simulation.js'
import { jsonText } from '../json-text.js'
import { cacheText } from './cache-text.js'
import { coldText } from './cold-text.js'
import { cacheCurves, coldCurves } from './curves.js'
import { SimulationPage } from './page.js'

export type SimulationFormat = 'terminal' | 'svg' | 'html' | 'json'

export function renderSimulation(study: CacheStudy | ColdStartStudy, format: SimulationFormat, columns = 100): string {
  if (format === 'json') return jsonText(study)
  if (format === 'html') return `<!doctype html>\n${renderToString(h(SimulationPage, { study }))}\n`
  if (format === 'terminal') return study.kind === 'cache' ? cacheText(study, columns) : coldText(study, columns)
  const [picture] = study.kind === 'cache' ? cacheCurves(study) : coldCurves(study)
  if (picture === undefined) throw new Error('a study without a picture')
  return `${renderToString(h(Curve, picture))}\n`
}
