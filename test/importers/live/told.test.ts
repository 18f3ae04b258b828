/** The page for administrators says what the code does. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { aclLine, allowedCommands, isAllowed } from '../../../src/importers/live/redis/allowed-commands.js'
import { redis } from '../../../src/importers/live/redis.js'

const page = readFileSync('docs/live-servers.md', 'utf8')

it('names every command that may be sent, and the rights for them', () => {
  for (const { words } of allowedCommands) expect(page).toContain(`\`${words.join(' ')}`)
  expect(page).toContain(`\n${aclLine()}\n`)
  expect(redis.permissions).toContain(aclLine())
})

it('allows what is in the list and nothing that begins like it', () => {
  expect(isAllowed('config', ['get', 'maxmemory'])).toBe(true)
  expect(isAllowed('CONFIG', [Buffer.from('Get')])).toBe(true)
  for (const [name, ...args] of [
    ['config', 'set'],
    ['config'],
    ['CONFIG GET'],
    ['memory', 'purge'],
    ['object'],
    ['client', 'kill'],
    ['set'],
    ['info2'],
    ['scan '],
    ['acl', 'list'],
    ['cluster', 'reset'],
  ])
    expect(isAllowed(name ?? '', args), [name, ...args].join(' ')).toBe(false)
})
