/** Names of the queues that an audit blames, without the broker: `orders.dead` of `rabbitmq://localhost/orders.dead`. */
import type { Report } from '../../../src/model/report.js'

export function findingsOf(report: Report, id: string): string[] {
  const audit = report.audits.find((each) => each.id === id)
  if (!audit) throw new Error(`there is no audit ${id}`)
  const names = audit.findings.map(({ where }) => (where.destination ?? '').replace(/^[a-z]+:\/\/[^/]*\//, ''))
  return [...new Set(names)].toSorted()
}
