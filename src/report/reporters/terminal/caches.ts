/** Caches at a terminal: two lines a pattern of keys, the busiest first. */
import { visible } from '../../../lib/text.js'
import type { CacheCard } from '../../../model/cache-card.js'
import { hitText, invalidationText, ttlText } from '../../caches/card-text.js'
import { countText } from '../../quantity-text.js'
import type { Page } from './page.js'

const most = 8

export function printCaches(page: Page, caches: readonly CacheCard[]): void {
  page.heading('Caches')
  for (const card of caches.slice(0, most)) {
    page.text(`${visible(card.pattern)} in ${visible(card.cache)}`, 2, 'bold')
    page.field('  hits', visible(hitText(card)), 12)
    page.field('  lives', visible(ttlText(card)), 12)
    page.field('  told', visible(invalidationText(card)), 12)
  }
  if (caches.length > most) page.text(`and ${countText(caches.length - most, 'pattern')} with less traffic`, 2, 'dim')
}
