/** A catalogue of Backstage: who belongs to which team, what runs, and what is only named. */
import { expect, it } from 'vitest'
import { readBackstage } from '../../../src/charter/practice/backstage.js'

function entity(kind: string, name: string, spec: string, metadata = ''): string {
  return `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name}${metadata} }\nspec: ${spec}\n`
}

function read(...files: string[][]) {
  return readBackstage(
    files.map((entities, index) => ({ text: entities.join('---\n'), file: `${index}/catalog-info.yaml` })),
  )
}

it('gives services and owners; a broken document is a remark', () => {
  const found = read([
    entity('Component', 'cart', '{ type: service, owner: "group:default/Tills" }'),
    entity('Component', 'pages', '{ type: library, owner: tills }'),
    entity('Component', 'mails', '{ type: worker, owner: "user:default/anna" }'),
    entity('Group', 'tills', '{}'),
    'a: [\n',
  ])
  expect(found.charterServiceOwners).toMatchObject([{ service: 'cart', team: 'tills', line: 1 }])
  expect(found.charterComponents?.map(({ place, workload, by }) => [place, workload, by])).toEqual([
    ['cart', '', 'declaration'],
    ['mails', 'worker', 'declaration'],
  ])
  expect(found.remarks).toHaveLength(1)
})

it('counts members that the group names, and members that name the group, each once and in whatever file', () => {
  const found = read(
    [entity('Group', 'tills', '{ members: [anna, "user:default/bela"] }'), entity('Group', 'shelves', '{}')],
    [
      entity('User', 'bela', '{ memberOf: [tills, shelves] }'),
      entity('User', 'cleo', '{ memberOf: ["group:default/tills"] }'),
      entity('User', 'dora', '{ memberOf: [other] }'),
      entity('User', 'emil', '{}'),
    ],
  )
  expect(found.charterTeams?.map(({ team, size }) => [team, size])).toEqual([
    ['tills', 3],
    ['shelves', 1],
  ])
})

it('declares resources by their address or their name, and what is depended on elsewhere', () => {
  const url = ', annotations: { shop/jdbc: "jdbc:postgresql://shop:secret@pg-orders:5432/orders?ssl=true" }'
  const found = read([
    entity('Resource', 'orders-db', '{ type: database, owner: tills }', url),
    entity('Resource', 'page-cache', '{ type: redis }'),
    entity('Resource', 'orders', '{ type: kafka-topic }'),
    entity('Resource', 'covers', '{ type: s3-bucket }'),
    entity(
      'Component',
      'cart',
      '{ type: service, dependsOn: ["resource:default/orders-db", "Resource:ledger", "component:pricing", "component:cart", "api:prices"] }',
    ),
  ])
  expect(found.charterComponents?.map(({ kind, place, by }) => [kind, place, by])).toEqual([
    ['service', 'cart', 'declaration'],
    ['store', 'postgresql://pg-orders:5432/orders', 'catalogue'],
    ['cache', 'page-cache', 'catalogue'],
    ['destination', 'orders', 'catalogue'],
    ['store', 'ledger', 'catalogue'],
    ['service', 'pricing', 'catalogue'],
  ])
  expect(JSON.stringify(found)).not.toContain('secret')
})
