/**
 * A folder of somebody who has just installed Faultline, with a temporary folder of its own beside it,
 * so that a test can say what a run left behind in either. Names in both are sorted.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { builtCommand } from './built.js'

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  process: ChildProcess
  ended: Promise<Ended>
}

export interface RunSettings {
  /** Standard input; closed at once without it. */
  input?: string | Uint8Array
  variables?: Record<string, string>
}

export class Stranger {
  readonly folder: string
  readonly temporary: string

  constructor() {
    const home = mkdtempSync(join(tmpdir(), 'faultline-stranger-'))
    this.folder = join(home, 'work')
    this.temporary = join(home, 'tmp')
    mkdirSync(this.folder)
    mkdirSync(this.temporary)
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  }

  /** Writes a file of theirs, folders included. */
  has(name: string, content: string | Uint8Array): this {
    const path = join(this.folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, content)
    return this
  }

  start(words: readonly string[], settings: RunSettings = {}): Running {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env
    const child = spawn(process.execPath, [builtCommand(), ...words], {
      cwd: this.folder,
      env: { ...inherited, TMPDIR: this.temporary, ...settings.variables },
    })
    const written = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
    // It may refuse its arguments and end before it has read anything.
    child.stdin.on('error', () => {})
    child.stdin.end(settings.input ?? '')
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...written }))
    })
    return { process: child, ended }
  }

  run(words: readonly string[], settings?: RunSettings): Promise<Ended> {
    return this.start(words, settings).ended
  }

  /** Everything in the folder where they work. */
  files(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).sort()
  }

  /** What lies in the temporary folder. Node and its tools may keep caches there; Faultline's own begin with its name. */
  leftovers(): string[] {
    return readdirSync(this.temporary).sort()
  }
}
