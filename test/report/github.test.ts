/** Workflow commands: one line each, and evidence cannot start a command of its own. */
import { describe, expect, it } from 'vitest'
import { githubReporter } from '../../src/report/reporters/github.js'
import { brokenReport, exampleReport } from './example-report.js'
import { acting, hostileReport } from './hostile-report.js'

const options = { columns: 80, colour: false }

describe('GitHub annotations', () => {
  it('are what they were', async () => {
    await expect(githubReporter.render(exampleReport(), options)).toMatchFileSnapshot('golden/example.github')
  })

  it('are one line a finding, worst first', () => {
    const lines = githubReporter.render(exampleReport(), options).trimEnd().split('\n')
    const kinds = lines.map((line) => /^::(\w+) /.exec(line)?.[1])
    expect(kinds).toEqual([
      ...Array(4).fill('error'),
      ...Array(3).fill('warning'),
      'notice',
      // What could not be evaluated, and the closing line, which is no command.
      'notice',
      undefined,
    ])
  })

  it('report a broken audit as an error', () => {
    expect(githubReporter.render(brokenReport(), options)).toMatch(/^::error title=.*the audit broke::/m)
  })

  it('cannot be planted by evidence', () => {
    const text = githubReporter.render(hostileReport(), options)
    expect(text).not.toMatch(acting)
    expect(text).not.toMatch(/^::error title=planted/m)
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(::(error|warning|notice) title=[^:,]*::|Faultline: )/)
  })
})
