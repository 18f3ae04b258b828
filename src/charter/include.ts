/**
 * The files of a charter: the first one, and what `include` names, depth first. A file that two others include is read once;
 * one that includes itself, however many files lie between, is an error that names the chain.
 */
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { visible } from '../lib/text.js'
import { CharterError, quoted } from './charter-error.js'
import { readCharterFile, readCharterText } from './read-charter-file.js'
import type { ReadFile } from './read-charter-file.js'

const mostFiles = 500
const mostLevels = 10

export async function withIncluded(first: ReadFile): Promise<ReadFile[]> {
  const read: ReadFile[] = []
  const known = new Set<string>()
  const chain: { name: string; identity: string }[] = []

  const visit = async (file: ReadFile, identity: string): Promise<void> => {
    known.add(identity)
    chain.push({ name: file.source.file, identity })
    read.push(file)
    for (const [index, pattern] of (file.content.include ?? []).entries()) {
      const origin = file.source.at(['include', index])
      for (const path of await matches(pattern, file, origin)) {
        const inner = await identityOf(path)
        if (chain.some((each) => each.identity === inner)) {
          const names = [...chain.map(({ name }) => name), path].map(visible).join(' → ')
          throw new CharterError(
            origin,
            `The include goes in a circle: ${names}.`,
            'Keep parts in a folder of their own, and include them from one file.',
          )
        }
        if (known.has(inner)) continue
        if (known.size >= mostFiles || chain.length > mostLevels) {
          throw new CharterError(
            origin,
            'The charter includes too many files.',
            `At most ${mostFiles} files, ${mostLevels} deep, are read.`,
          )
        }
        await visit(readCharterFile(await readCharterText(path), path), inner)
      }
    }
    chain.pop()
  }
  await visit(first, await identityOf(first.source.file))
  return read
}

/** Paths as the user would type them, in the order of their names. */
async function matches(
  pattern: string,
  { source }: ReadFile,
  origin: ReturnType<ReadFile['source']['at']>,
): Promise<string[]> {
  const folder = dirname(source.file)
  if (isAbsolute(pattern) || /^[a-z]:/i.test(pattern)) {
    throw new CharterError(
      origin,
      `Expected a path from the folder of this file, found ${quoted(pattern)}.`,
      'Write it relative: "teams/*.yaml".',
    )
  }
  if (!isDynamicPattern(pattern)) {
    const path = join(folder, pattern)
    if ((await realpath(path).catch(() => undefined)) !== undefined) return [path]
  }
  const found = await glob(pattern, {
    cwd: folder,
    deep: mostLevels,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**', '**/.git/**'],
    expandDirectories: false,
  })
  if (found.length === 0) {
    throw new CharterError(
      origin,
      `No file matches ${quoted(pattern)}.`,
      'Paths begin in the folder of this file; delete the line if there is none.',
    )
  }
  return found.sort().map((path) => join(folder, path))
}

/** Two paths of one file are one file; a text that is no file is itself. */
async function identityOf(path: string): Promise<string> {
  return await realpath(path).catch(() => path)
}
