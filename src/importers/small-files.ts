/**
 * Reads small files of one format together, and every other file by itself.
 * What is easily got wrong: one bad file makes the engine refuse all, so a refused group is halved until the bad ones stand alone.
 */
import { UnreadableEvidence, type Importer, type OpenSource } from '../model/importer.js'
import { isParseError } from './common/engine-error.js'
import type { EvidenceFile } from './sources.js'

/** What became of one file. */
export interface ImportedEvidence {
  name: string
  /** Id of the importer that read it; undefined when it was passed over. */
  importer?: string
  /** Why a file found in a folder was passed over: `not-evidence` is a README and its like, and is no loss. */
  passedOver?: 'not-evidence' | 'empty' | 'unknown'
  /** What a file passed over looks like. */
  looksLike?: string
}

export interface OpenFile extends OpenSource {
  file: EvidenceFile
  importer: Importer
}

interface WaitingFile extends OpenFile {
  done: (imported: ImportedEvidence) => void
}

/** Beyond this the engine has so much to read that planning no longer counts. */
const smallBytes = 1 << 20
const mostBytes = 64 << 20
const mostFiles = 200

/** Reads one file. Where it was merely found in a folder and cannot be read, it is passed over. */
export async function readAlone({ file, source, sink, importer }: OpenFile): Promise<ImportedEvidence> {
  try {
    await importer.read(source, sink)
    return { name: file.name, importer: importer.id }
  } catch (error) {
    if (file.named || !(error instanceof UnreadableEvidence)) throw error
    sink.lose('unknown-file', 1)
    return { name: file.name, passedOver: 'unknown', looksLike: error.message }
  }
}

/** Gathers files that may be read together. Call `flush` at the end. */
export class SmallFiles {
  private waiting: WaitingFile[] = []
  private bytes = 0

  /** Takes a file to be read later; false when it is to be read alone. */
  async add(file: WaitingFile): Promise<boolean> {
    const { source, importer } = file
    if (source.sizeBytes >= smallBytes || source.truncated || !importer.readTogether) return false
    const other = this.waiting[0] !== undefined && this.waiting[0].importer !== importer
    if (other || this.waiting.length >= mostFiles || this.bytes + source.sizeBytes > mostBytes) await this.flush()
    this.waiting.push(file)
    this.bytes += source.sizeBytes
    return true
  }

  async flush(): Promise<void> {
    const files = this.waiting
    this.waiting = []
    this.bytes = 0
    await readGroup(files)
  }
}

async function readGroup(files: readonly WaitingFile[]): Promise<void> {
  const [first] = files
  if (!first) return
  if (files.length === 1) return first.done(await readAlone(first))
  let left: readonly OpenSource[]
  try {
    left = (await first.importer.readTogether?.(files)) ?? files
  } catch (error) {
    if (!isParseError(error)) throw error
    const middle = Math.ceil(files.length / 2)
    await readGroup(files.slice(0, middle))
    return readGroup(files.slice(middle))
  }
  for (const each of files)
    each.done(left.includes(each) ? await readAlone(each) : { name: each.file.name, importer: each.importer.id })
}
