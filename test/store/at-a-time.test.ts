/** How many queries the embedded store runs at a time, by what they go over. */
import { afterAll, expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.js'

const store = openEmbeddedStore()
afterAll(() => store.close())

/** Which of a query that sleeps for two seconds and one asked after it is answered first. */
async function firstOfTwo(): Promise<string> {
  const asleep = store.query('SELECT sleep(2)').then(() => 'the first')
  const awake = store.query('SELECT 1').then(() => 'the second')
  const first = await Promise.race([asleep, awake])
  await Promise.all([asleep, awake])
  return first
}

it.each([
  { over: 'small evidence', spans: 1_000, commands: 0, first: 'the second' },
  { over: 'many spans', spans: 1_000_000, commands: 1_000, first: 'the second' },
  { over: 'a long capture, whose groups take memory', spans: 0, commands: 1_000_000, first: 'the first' },
])('answers $first first over $over', async ({ spans, commands, first }) => {
  store.expect({ spans, commands })
  // Opened and set up, so that only their own time counts.
  await Promise.all([store.query('SELECT 1'), store.query('SELECT 1')])
  expect(await firstOfTwo()).toBe(first)
})
