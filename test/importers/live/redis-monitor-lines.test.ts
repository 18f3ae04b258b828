/** Frames of MONITOR become lines, wherever they are cut. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MonitorLines } from '../../../src/importers/live/redis/monitor.js'

const line = fc
  .string({ maxLength: 40 })
  .map((text) => `1795.1 [0 h:1] ${JSON.stringify(text)}`.replace(/[^\x20-\x7e]/g, '.'))

it('come out as they went in, cut anywhere', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(60), { maxLength: 40 }), (lines, cuts) => {
      const bytes = Buffer.from(['OK', ...lines].map((each) => `+${each}\r\n`).join(''), 'latin1')
      const taken = new MonitorLines()
      let text = ''
      let at = 0
      for (const size of [...cuts, bytes.length]) {
        text += taken.take(bytes.subarray(at, at + size))
        at += size
      }
      expect(text).toBe(lines.map((each) => `${each}\n`).join(''))
      expect(taken.refusal).toBeUndefined()
    }),
  )
})

it('tell what was said instead', () => {
  const taken = new MonitorLines()
  expect(taken.take(Buffer.from("-NOPERM User x has no permissions to run the 'monitor' command\r\n"))).toBe('')
  expect(taken.refusal).toMatch(/^NOPERM/)
})
