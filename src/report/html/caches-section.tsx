/**
 * A card for each pattern of keys: what it holds, what it is worth, its curve. Cards of little traffic are folded.
 * What is easily got wrong: names of keys are hostile text, and a curve says nothing to those who cannot see it: the sentence beside it does.
 */
import type { VNode } from 'preact'
import { Curve } from '../../draw/curve/curve.js'
import type { CacheCard } from '../../model/cache-card.js'
import { cardLines, hitRatio, hitText, sizeText } from '../caches/card-text.js'
import { bytesText, numberText } from '../quantity-text.js'
import { counted, message, Name } from './figures.js'

const mostUnfolded = 6

function CardCurve({ card, index }: { card: CacheCard; index: number }): VNode | null {
  const { curve } = card
  if (curve === undefined || curve.points.length < 3) return null
  const size = (value: number) => (curve.unit === 'bytes' ? bytesText(value) : numberText(Math.round(value)))
  return (
    <figure class="cache-curve">
      <Curve
        id={`cache-curve-${index}`}
        title={message(`Miss ratio by size of ${card.pattern}`)}
        description={sizeText(card)}
        x={{ label: curve.unit === 'bytes' ? 'memory' : 'keys', text: size }}
        y={{ label: 'miss ratio', text: (value) => `${Math.round(value * 100)} %`, most: 1 }}
        series={[{ title: 'LRU', points: curve.points.map((point) => ({ x: point.size, y: point.missRatio })) }]}
        marks={[{ at: curve.enough, across: 'x', label: 'enough' }]}
        bare
      />
    </figure>
  )
}

function Card({ card, index }: { card: CacheCard; index: number }): VNode {
  const ratio = hitRatio(card)
  return (
    <details class="cache-card" open={index < mostUnfolded}>
      <summary>
        <span class="cache-name">
          <code>
            <Name text={card.pattern} />
          </code>
          <span class="cache-place">
            <Name text={card.cache} />
          </span>
        </span>
        <span class="cache-hits">
          {ratio !== undefined && (
            <svg class="hit-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect class="whole" width="100" height="8" rx="2" />
              <rect class="found" width={Math.round(ratio * 1_000) / 10} height="8" rx="2" />
            </svg>
          )}
          <span>{ratio === undefined ? 'hits unknown' : `${hitText(card)} found`}</span>
        </span>
      </summary>
      <div class="cache-body">
        <dl>
          {cardLines(card)
            .filter(({ label }) => label !== 'hits')
            .map(({ label, text }) => (
              <div>
                <dt>{label}</dt>
                <dd>{message(text)}</dd>
              </div>
            ))}
        </dl>
        <CardCurve card={card} index={index} />
      </div>
    </details>
  )
}

export function Caches({ caches }: { caches: readonly CacheCard[] }): VNode {
  return (
    <section id="caches" aria-labelledby="caches-title">
      <h2 id="caches-title">Caches</h2>
      <p class="aside">
        {counted(caches.length, 'pattern')} of keys, the busiest first.{' '}
        <code>faultline audit … --prescriptions DIR</code> writes times to live, keys to warm, sizes and who invalidates
        what as files.
      </p>
      {caches.map((card, index) => (
        <Card card={card} index={index} />
      ))}
    </section>
  )
}
