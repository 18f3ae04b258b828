/**
 * Recognises the table formats that ClickHouse exports, from the first bytes of a file.
 * What is easily got wrong: Native and TSV have no signature, so they are known by the columns they begin with.
 */
import { expectedColumns, findColumn } from './otel-traces-columns.js'

export type TableFormat =
  | 'Parquet'
  | 'Arrow'
  | 'ArrowStream'
  | 'Native'
  | 'TabSeparated'
  | 'TabSeparatedWithNames'
  | 'TabSeparatedWithNamesAndTypes'

/** The format of the table that `head` begins, and how sure that is; undefined when it is none. */
export function tableFormatOf(head: Uint8Array): { format: TableFormat; sure: number } | undefined {
  const latin = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64 * 1024)).toString('latin1')
  if (latin.startsWith('PAR1')) return { format: 'Parquet', sure: 1 }
  if (latin.startsWith('ARROW1')) return { format: 'Arrow', sure: 1 }
  if (isArrowStream(head)) return { format: 'ArrowStream', sure: 0.9 }
  if (isNative(latin)) return { format: 'Native', sure: 1 }
  return tabSeparated(latin)
}

/** A continuation mark, a length that is a multiple of eight, and a schema message inside it. */
function isArrowStream(head: Uint8Array): boolean {
  if (head.length < 16) return false
  const view = new DataView(head.buffer, head.byteOffset)
  const length = view.getUint32(4, true)
  return view.getUint32(0, true) === 0xffffffff && length > 0 && length < 1 << 24 && length % 8 === 0
}

/** Numbers of columns and rows as varints, then the name and the type of the first column, each after its length. */
function isNative(latin: string): boolean {
  const start = /^[\x01-\x7f][\x80-\xff]{0,4}[\x00-\x7f]/s.exec(latin)
  if (!start) return false
  let at = start[0].length
  const text = (): string => {
    const length = latin.charCodeAt(at)
    const word = latin.slice(at + 1, at + 1 + length)
    at += 1 + length
    return word
  }
  const name = text()
  const type = text()
  return (
    /^[A-Za-z_][\w.]{0,60}$/.test(name) &&
    /^(Date|String|LowCardinality|Nullable|U?Int|Map|Array|FixedString|Enum|Float|Bool|Tuple)/.test(type)
  )
}

function tabSeparated(latin: string): { format: TableFormat; sure: number } | undefined {
  const [first = '', second = ''] = latin.split('\n', 2).map((line) => line.replace(/\r$/, ''))
  const names = first.split('\t')
  if (names.length < 3) return undefined
  const columns = names.map((name) => ({ name, type: 'String' }))
  const known = expectedColumns.filter(({ name }) => findColumn(name, columns)).length
  if (known >= 3) {
    const typed = second.split('\t').some((type) => /^(DateTime64|LowCardinality\(|Map\(|Array\()/.test(type))
    return { format: typed ? 'TabSeparatedWithNamesAndTypes' : 'TabSeparatedWithNames', sure: 1 }
  }
  // Without names: all columns in their order, of which the first two have an unmistakable look.
  const sound =
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(names[0] ?? '') && /^[0-9a-f]{16,32}$/i.test(names[1] ?? '')
  return sound && names.length === expectedColumns.length ? { format: 'TabSeparated', sure: 0.9 } : undefined
}
