/**
 * Whose data a request writes, and whether what it leaves half done can be found again.
 * Nobody owns a table that two services write, unless the charter says who does: of such a table nothing is claimed.
 */
import { grouped } from '../../lib/grouped.js'
import { placeParts } from '../../lib/place-pattern.js'
import type { CharterRows } from '../../model/charter.js'
import type { SurveyRows, SynchronousWritesRow } from '../../survey/rows.js'
import { declaredOwners } from './table-owners.js'

type Needs = Pick<SurveyRows & CharterRows, 'tableUse' | 'storeUse' | 'dualWrites' | 'charterDataOwners'>
type Write = SynchronousWritesRow['writes'][number]

/** Whether a store is known by an address, and not only by the service that uses it. */
export function hasHost(store: string): boolean {
  const host = placeParts(store)?.host ?? ''
  return host !== '' && !host.startsWith('(')
}

/** Who owns what is written: declared, else the only writer of the table, or of the store where no table is known; else nobody. */
export function ownership({
  tableUse,
  storeUse,
  charterDataOwners,
}: Omit<Needs, 'dualWrites'>): (write: Write) => string {
  const key = (one: { store: string; table?: string }) => JSON.stringify([one.store, one.table ?? ''])
  const writers = grouped(
    [...tableUse, ...storeUse.map(({ store, service, writes }) => ({ store, service, writes, table: '' }))].filter(
      (one) => one.writes > 0,
    ),
    key,
  )
  return (write) => {
    const declared = declaredOwners(charterDataOwners, write.store, write.tableName).services
    if (declared.length > 0) return declared.length === 1 ? (declared[0] ?? '') : ''
    const [writer, second] = writers.get(key({ store: write.store, table: write.tableName })) ?? []
    return writer && !second ? writer.service : ''
  }
}

/** Owners of stores that are surely not one and the same, sorted; fewer than two when there are none apart. */
export function ownersApart(writes: readonly Write[], ownerOf: (write: Write) => string): string[] {
  const owned = writes.filter((write) => hasHost(write.store)).map((write) => ({ ...write, owner: ownerOf(write) }))
  const parted = owned.filter(
    (one) =>
      one.owner !== '' &&
      owned.some((other) => other.owner !== '' && other.owner !== one.owner && areApart(one, other)),
  )
  return [...new Set(parted.map((one) => one.owner))].sort()
}

/** Two stores on different hosts differ; on one host they do when both databases are named. */
function areApart(one: Write, other: Write): boolean {
  if (one.store === other.store) return false
  return placeParts(one.store)?.host !== placeParts(other.store)?.host || (one.known === 1 && other.known === 1)
}

/** Tables from which what is half done can be finished: those that a relay publishes from, and those that are called so. */
export function trails({ dualWrites }: Pick<Needs, 'dualWrites'>): (write: Write) => boolean {
  const relayed = new Set(
    dualWrites
      .filter((row) => row.relays > 0)
      .flatMap((row) => row.relayTables.map((table) => JSON.stringify([row.store, table]))),
  )
  return (write) => relayed.has(JSON.stringify([write.store, write.tableName])) || /outbox|saga/i.test(write.tableName)
}
