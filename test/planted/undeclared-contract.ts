/** A method that callers still use and that the contract has dropped. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

const contract = { Source: 'prices.proto', Kind: 'proto', Direction: 'serve', System: 'grpc' }

export default {
  audit: 'undeclared-contract',
  fault: 'the storefront asks prices for discounts, which prices.proto does not have',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('storefront', 'GET /offers/{id}', { path: `/offers/${i}` }, (s) => {
        s.work(15)
        s.call('prices', i % 4 === 1 ? 'shop.Prices/Discount' : 'shop.Prices/Offer', {}, (p) => p.work(shop.vary(20)))
        s.work(15)
      })
    })
    return shop.spans
  },
  evidence: () => ({
    contracts: ['shop.Prices/Offer', 'shop.Prices/Quote', 'shop.Payments/Authorise'].map((Channel) => ({
      ...contract,
      Channel,
    })),
  }),
} satisfies Planted
