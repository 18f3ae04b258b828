/** The published schema is what editors go by: it takes the sound charter, and refuses what the loader refuses for its shape. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { charterJsonSchema } from '../../src/charter/schema.js'

const valid = new Ajv2020({ strict: false }).compile(charterJsonSchema())

function fits(path: string): boolean {
  return valid(parse(readFileSync(`samples/charter/${path}.yaml`, 'utf8')))
}

describe('the schema for editors', () => {
  it.each(['sound/faultline', 'sound/teams/payments'])('takes %s', (path) => expect(fits(path)).toBe(true))

  it.each([
    'unknown-metric',
    'unknown-section',
    'unknown-order',
    'unknown-decision-kind',
    'duration-without-unit',
    'duration-of-unknown-unit',
    'duration-as-list',
    'rate-without-unit',
    'date-of-another-order',
    'unknown-edge-word',
    'services-as-list',
    'stores-as-mapping',
    'size-in-words',
    'waiver-without-reason',
    'waiver-of-unknown-part',
  ])('refuses %s', (name) => expect(fits(`broken/${name}`)).toBe(false))
})
