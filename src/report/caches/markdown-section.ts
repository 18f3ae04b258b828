/** Caches in Markdown: a table, the busiest first. */
import type { CacheCard } from '../../model/cache-card.js'
import { markdownCode, markdownText } from '../reporters/markdown/escape.js'
import { hitText, invalidationText, stalenessText, ttlText } from './card-text.js'

const most = 10

export function cachesMarkdown(caches: readonly CacheCard[]): string[] {
  const rows = caches
    .slice(0, most)
    .map(
      (card) =>
        `| ${markdownCode(card.pattern, 60)} | ${markdownCode(card.cache, 60)} | ${markdownText(hitText(card))} | ${markdownText(ttlText(card))} | ${markdownText(invalidationText(card), 200)} | ${markdownText(stalenessText(card))} |`,
    )
  return [
    '### Caches',
    [
      '| Keys | Cache | Hits | Time to live | Invalidation | Worst age |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  ]
}
