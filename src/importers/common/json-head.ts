/**
 * Reads the shape of a JSON document from its first bytes, without needing its end.
 * What is easily got wrong: a name inside a string value is not a key, so this walks the tokens instead of searching the text.
 */
const deepest = 3

/**
 * Dotted paths of the object keys up to three levels deep that occur in `head`, arrays being transparent:
 * `[{"trace": {"batches": …}}]` gives `trace` and `trace.batches`. Empty when the bytes are not JSON from the start.
 */
export function keysOfHead(head: Uint8Array): ReadonlySet<string> {
  const known = read.get(head) ?? readKeys(head)
  read.set(head, known)
  return known
}

/** Every importer asks about the same bytes. */
const read = new WeakMap<Uint8Array, ReadonlySet<string>>()

function readKeys(head: Uint8Array): Set<string> {
  const text = new TextDecoder().decode(head)
  const keys = new Set<string>()
  const start = text.search(/\S/)
  if (start < 0 || (text[start] !== '{' && text[start] !== '[')) return keys
  const open: { array: boolean; key: string }[] = []
  const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/gs
  token.lastIndex = start
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [whole, content, colon] = found
    if (whole === '{' || whole === '[') open.push({ array: whole === '[', key: '' })
    else if (whole === '}' || whole === ']') {
      if (open.pop()?.array !== (whole === ']')) return keys
    } else if (colon !== undefined && content !== undefined) {
      const top = open.at(-1)
      if (!top || top.array) return keys
      top.key = content
      const objects = open.filter((level) => !level.array)
      if (objects.length <= deepest && content.length <= 100) keys.add(objects.map((level) => level.key).join('.'))
    }
  }
  return keys
}
