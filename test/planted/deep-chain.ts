/** A gift that passes the whole company before it is wrapped. */
import type { Scope } from '../sketch.js'
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const chain = [
  ['reviews', 'POST /gifts/{id}/greeting'],
  ['orders', 'POST /gifts/{id}/order'],
  ['payments', 'shop.Payments/Gift'],
  ['prices', 'shop.Prices/Gift'],
  ['stock', 'POST /gifts/{id}/reservation'],
  ['catalogue', 'POST /gifts/{id}/book'],
  ['shipping', 'POST /gifts/{id}/parcel'],
] as const

function pass(scope: Scope, depth: number): void {
  scope.work(5)
  const next = chain[depth]
  if (next) scope.call(next[0], next[1], {}, (inner) => pass(inner, depth + 1))
  scope.work(5)
}

export default {
  audit: 'deep-chain',
  fault: 'a gift passes seven services one after another',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace) => trace.server('storefront', 'POST /gifts/{id}', {}, (s) => pass(s, 0)))
    return shop.spans
  },
} satisfies Planted
