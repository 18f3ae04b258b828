/**
 * From the words on the command line to files that can be read: a file, a folder, a glob, or `-` for standard input.
 * What is easily got wrong: names are hostile text and may hold glob characters, so a name that exists is a file before it is a glob.
 */
import { closeSync, createReadStream, openSync, readSync, realpathSync, statSync, symlinkSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { UnreadableEvidence, type Archive, type Source } from '../model/importer.js'
import { compressionOf, decompress, headOfGzip, spoolStream } from './common/decompression.js'

const headBytes = 64 * 1024

/** One file to read, not yet opened. */
export interface EvidenceFile {
  /** As the user named it, or the folder as named with the path inside it. */
  name: string
  /** Absolute path; `-` for standard input. */
  path: string
  /** Whether the user named this very file, so that it must be readable. A file found in a folder may be passed over. */
  named: boolean
}

/** All files that the arguments stand for: in the order of the arguments, sorted within each, every file once. */
export async function expandEvidence(evidence: readonly string[]): Promise<EvidenceFile[]> {
  const files = new Map<string, EvidenceFile>()
  for (const argument of evidence) {
    for (const file of await expandOne(argument)) {
      const identity = file.path === '-' ? '-' : realPath(file.path)
      const known = files.get(identity)
      if (known) known.named ||= file.named
      else files.set(identity, file)
    }
  }
  return [...files.values()]
}

async function expandOne(argument: string): Promise<EvidenceFile[]> {
  if (argument === '-') return [{ name: '-', path: '-', named: true }]
  const path = resolve(argument)
  const found = argument === '' ? undefined : statOf(argument, path)
  if (found?.isDirectory()) return inFolder(argument, path)
  if (found) return [{ name: argument, path, named: true }]
  if (argument !== '' && (await import('tinyglobby')).isDynamicPattern(argument)) return matching(argument)
  throw new UnreadableEvidence(
    argument,
    'does not exist',
    'Check the name. Evidence is a file, a folder, a glob, or - for standard input.',
  )
}

function statOf(name: string, path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw unreadable(name, error)
  }
}

async function inFolder(name: string, path: string): Promise<EvidenceFile[]> {
  const { glob } = await import('tinyglobby')
  const found = await glob('**', { cwd: path, absolute: true, onlyFiles: true, dot: false })
  if (found.length === 0) {
    throw new UnreadableEvidence(
      name,
      'is a folder without files',
      'Name the folder that the traces were exported to. Files that start with a dot are not read.',
    )
  }
  // A link to a file of the same folder is that file, whose own name is the better one.
  const inside = realPath(path) + sep
  const own = found.filter((file) => {
    const real = realPath(file)
    return real === join(inside, relative(path, file)) || !real.startsWith(inside)
  })
  return sorted(own.map((file) => ({ name: join(name, relative(path, file)), path: resolve(file), named: false })))
}

async function matching(pattern: string): Promise<EvidenceFile[]> {
  const { escapePath, glob } = await import('tinyglobby')
  // The pattern alone is a pattern; the folder that it is looked for in may have glob characters in its own name.
  const found = await glob(pattern, {
    cwd: process.cwd(),
    absolute: true,
    onlyFiles: true,
    dot: false,
    expandDirectories: false,
  })
  if (found.length === 0) {
    throw new UnreadableEvidence(
      pattern,
      'matches no file',
      `Check the pattern; a file of just that name would be found, and ${escapePath('[')} stands for a bracket.`,
    )
  }
  const absolute = pattern.startsWith('/')
  return sorted(
    found.map((file) => ({ name: absolute ? file : relative(process.cwd(), file), path: resolve(file), named: false })),
  )
}

/** Where links lead; a link that leads nowhere is left to be refused when it is opened. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

const sorted = (files: EvidenceFile[]): EvidenceFile[] =>
  files.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0))

/**
 * Opens a file far enough to sniff it. Plain files are used where they lie; standard input, pipes and archives are written to
 * `spoolPath` first. An empty file is `undefined` when it was found in a folder, and an error when it was named.
 */
export async function openSource(
  file: EvidenceFile,
  spoolPath: (extension: string) => string,
  stdin: AsyncIterable<Uint8Array | string> = process.stdin,
): Promise<Source | undefined> {
  try {
    let path = file.path
    if (path === '-' || !statSync(path).isFile()) {
      const target = spoolPath('raw')
      await spoolStream(path === '-' ? stdin : createReadStream(path), target)
      path = target
    }
    const head = headOf(path)
    if (head.length === 0) {
      if (!file.named) return undefined
      throw new UnreadableEvidence(file.name, 'is empty', 'Wait until the exporter has written to it, or leave it out.')
    }
    const compression = compressionOf(head)
    if (!compression) {
      const { size } = statSync(path)
      return { name: file.name, path: literalPath(path, spoolPath), sizeBytes: size, head, truncated: false }
    }
    const target = spoolPath('plain')
    const { whole, bytes } = await decompress(path, compression, target)
    if (bytes === 0) {
      if (whole && !file.named) return undefined
      throw new UnreadableEvidence(
        file.name,
        whole
          ? `is a ${compression} archive of nothing`
          : `is a ${compression} archive that breaks off before its first block`,
        'Compress the traces again, or give them plain.',
      )
    }
    return { name: file.name, path: target, sizeBytes: bytes, head: headOf(target), truncated: !whole }
  } catch (error) {
    throw error instanceof UnreadableEvidence ? error : unreadable(file.name, error)
  }
}

/** Smaller archives are unpacked, so that many can be read together. */
const leastArchiveBytes = 256 * 1024

/** A file that is a gzip archive worth reading as it lies; undefined for every other. */
export function openArchive(file: EvidenceFile, spoolPath: (extension: string) => string): Archive | undefined {
  try {
    const found = file.path === '-' ? undefined : statSync(file.path)
    if (found === undefined || !found.isFile() || found.size < leastArchiveBytes) return undefined
    const packed = headOf(file.path)
    if (compressionOf(packed) !== 'gzip') return undefined
    const head = headOfGzip(packed, headBytes)
    return { name: file.name, path: literalPath(file.path, spoolPath), sizeBytes: found.size, head }
  } catch {
    // What is wrong with it is told when it is opened the ordinary way.
    return undefined
  }
}

/**
 * The engine takes some characters of a path for a glob or an archive and some endings for compression, and would read
 * other files or none: it gets a link.
 */
function literalPath(path: string, spoolPath: (extension: string) => string): string {
  if (!/[*?{}]|::|\.(gz|gzip|zst|zstd|bz2|lz4|br|xz|lzma|deflate|sz|snappy)$/i.test(path)) return path
  const link = spoolPath('link')
  symlinkSync(path, link)
  return link
}

/** The first 64 KiB of a file. */
export function headOf(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(headBytes)
    let length = 0
    for (let got = -1; got !== 0 && length < headBytes; length += got)
      got = readSync(file, head, length, headBytes - length, length)
    return head.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function unreadable(name: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EACCES' || code === 'EPERM')
    return new UnreadableEvidence(
      name,
      'may not be read by this user',
      'Change its permissions, or run as a user who may.',
    )
  if (code === 'ELOOP')
    return new UnreadableEvidence(name, 'is a symbolic link that leads to itself', 'Name the file itself.')
  if (code === 'ENAMETOOLONG')
    return new UnreadableEvidence(
      name,
      'is no name of a file: too long',
      'Give a file, a folder, a glob, or - for standard input.',
    )
  if (code === 'ENOENT')
    return new UnreadableEvidence(
      name,
      'vanished before it could be read',
      'Copy the files to a place where nothing rotates them.',
    )
  if (code === 'ERR_INVALID_ARG_VALUE')
    return new UnreadableEvidence(
      name,
      'is no name of a file',
      'Give a file, a folder, a glob, or - for standard input.',
    )
  return error instanceof Error ? error : new Error(String(error))
}
