/** How running servers may be asked: what is understood, what is refused, and that what a server says acts on no terminal. */
import { describe, expect, it } from 'vitest'
import { liveOptions } from '../../src/cli/live-options.js'
import type { Environment } from '../../src/cli/environment.js'

const written: string[] = []
const stderr = { isTerminal: true, columns: 40, write: (text: string) => Promise.resolve(void written.push(text)) }
const environment = { stderr } as unknown as Environment
const signal = new AbortController().signal

describe('options for running servers', () => {
  it('are durations with a unit and whole numbers', () => {
    expect(liveOptions({}, environment, signal)).toMatchObject({
      monitorSeconds: 0,
      forSeconds: 0,
      commandsPerSecond: 1_500,
    })
    expect(liveOptions({ monitor: '10s', for: '2m', commandsPerSecond: '500' }, environment, signal)).toMatchObject({
      monitorSeconds: 10,
      forSeconds: 120,
      commandsPerSecond: 500,
    })
  })

  it.each([
    [{ monitor: '10' }, 'Add the unit'],
    [{ monitor: '2h' }, 'an hour at the most'],
    [{ for: 'long' }, 'Write it like this'],
    [{ commandsPerSecond: '0' }, '--commands-per-second 500'],
    [{ commandsPerSecond: '1.5' }, '--commands-per-second 500'],
    [{ commandsPerSecond: 'many' }, '--commands-per-second 500'],
    [{ commandsPerSecond: '1e9' }, '--commands-per-second 500'],
  ])('%j is refused', (words, remedy) => {
    expect(() => liveOptions(words, environment, signal)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining(remedy) as string }) as Error,
    )
  })

  it('wipe the line of progress and write out what a server says', () => {
    liveOptions({}, environment, signal).report('redis://cache says: \u001b[2J\u202e')
    expect(written.at(-1)).toBe(`\r${' '.repeat(39)}\rredis://cache says: \\u001b[2J\\u202e\n`)
  })
})
