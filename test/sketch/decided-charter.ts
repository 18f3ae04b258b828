/**
 * The charter of the clean bookshop with a requirement that it meets, so that a decision can have a reason:
 * whatever else a planted charter says is its one fault.
 */
import { cleanOwnership, ownershipCharter } from './clean-charter.js'

export const fastOrders = {
  request: 'POST /orders',
  service: 'storefront',
  p95: '2s',
  because: 'whoever waits at the till puts the books back',
}

/** Sections of the charter beside those that the clean bookshop has; one of the same name replaces it. */
export function decidedCharter(sections: Record<string, unknown>): string {
  const clean = JSON.parse(ownershipCharter(cleanOwnership)) as Record<string, unknown>
  return JSON.stringify({ ...clean, requirements: { 'fast-orders': fastOrders }, ...sections }, undefined, 2)
}
