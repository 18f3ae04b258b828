/** A verdict of the charter, told by its shape and its word; the colour only repeats them. */
import type { VNode } from 'preact'
import type { DecisionVerdict, RequirementVerdict } from '../traceability/charter-text.js'
import { decisionVerdicts, requirementVerdicts } from '../traceability/charter-text.js'

const disc = 'M8,1.5A6.5,6.5 0 1 0 8,14.5A6.5,6.5 0 1 0 8,1.5Z'

/** What is drawn within 16 × 16: a filled sign for what is certain, an outline for what is open. */
const shapes: Record<RequirementVerdict | DecisionVerdict | 'hole', { filled: string; lines: string }> = {
  met: { filled: disc, lines: 'M4.8,8.2L7.2,10.6L11.4,5.8' },
  holds: { filled: disc, lines: 'M4.8,8.2L7.2,10.6L11.4,5.8' },
  missed: { filled: 'M8,0.5L15.5,8L8,15.5L0.5,8Z', lines: 'M5.8,5.8L10.2,10.2M10.2,5.8L5.8,10.2' },
  contradicted: { filled: 'M8,0.5L15.5,8L8,15.5L0.5,8Z', lines: 'M5.8,5.8L10.2,10.2M10.2,5.8L5.8,10.2' },
  unproven: { filled: '', lines: `${disc}M6,6.4C6,3.8 10,3.8 10,6.2C10,7.8 8,7.7 8,9.4M8,11.6L8,11.7` },
  unmeasurable: { filled: '', lines: `${disc}M3.6,12.4L12.4,3.6` },
  untested: { filled: '', lines: `${disc}M4.9,8L5,8M7.95,8L8.05,8M11,8L11.1,8` },
  'not-in-force': { filled: '', lines: 'M2,8L14,8' },
  hole: { filled: '', lines: 'M2,5.5L2,2L5.5,2M10.5,2L14,2L14,5.5M14,10.5L14,14L10.5,14M5.5,14L2,14L2,10.5' },
}

export function VerdictMark({ verdict }: { verdict: keyof typeof shapes }): VNode {
  const { filled, lines } = shapes[verdict]
  return (
    <svg class={`verdict-mark ${verdict}`} viewBox="0 0 16 16" aria-hidden="true">
      {filled !== '' && <path class="area" d={filled} />}
      <path class={filled === '' ? 'line' : 'line inside'} d={lines} />
    </svg>
  )
}

export function VerdictBadge({ verdict }: { verdict: RequirementVerdict | DecisionVerdict }): VNode {
  const words: Record<RequirementVerdict | DecisionVerdict, string> = { ...requirementVerdicts, ...decisionVerdicts }
  return (
    <strong class={`verdict-badge ${verdict}`}>
      <VerdictMark verdict={verdict} />
      {words[verdict]}
    </strong>
  )
}
