/**
 * Patterns of places as people write them in a charter: `postgresql://ledger/*`, `redis://cache/product:{id}`, `orders.*`, `cart -> pricing`.
 * `*` matches anything within a segment of a path and everything at its end; a port or a namespace that is left out matches any.
 * Letters match whatever their case in hosts only.
 */

/** Whether `text` matches a glob in which `*` stands for any characters. */
export function fitsGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === text
  const [first = '', ...rest] = parts
  if (!text.startsWith(first)) return false
  let at = first.length
  const last = rest.pop() ?? ''
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

interface PlaceParts {
  system: string
  host: string
  port: string
  path: string
}

/** `system://host:port/path`; undefined for a text that is no place. */
export function placeParts(text: string): PlaceParts | undefined {
  const match = /^([\w.+-]+|\*):\/\/(\[[^\]]*\]|[^/:]*)(?::(\d+|\*))?(?:\/(.*))?$/s.exec(text)
  if (!match) return undefined
  return { system: match[1] ?? '', host: (match[2] ?? '').toLowerCase(), port: match[3] ?? '', path: match[4] ?? '' }
}

/** The pattern's part for the namespace of a store and the rest (table or key pattern), blank where it names none. */
export function namespaceAndRest(pattern: string): { namespace: string; rest: string } {
  const parts = placeParts(pattern)
  if (!parts) return { namespace: '', rest: '' }
  // Key-value stores have numbered databases: anything else after the host is a key.
  if (/^(redis|rediss|valkey|memcached)$/.test(parts.system)) {
    const match = /^(\d+)(?:\/(.*))?$/s.exec(parts.path)
    return match ? { namespace: match[1] ?? '', rest: match[2] ?? '' } : { namespace: '', rest: parts.path }
  }
  const slash = parts.path.indexOf('/')
  if (slash < 0) return { namespace: parts.path, rest: '' }
  return { namespace: parts.path.slice(0, slash), rest: parts.path.slice(slash + 1) }
}

/** Whether a store (`system://host:port/namespace`) lies within a pattern, whatever table or key the pattern names. */
export function fitsStore(pattern: string, store: string): boolean {
  const wanted = placeParts(pattern)
  const seen = placeParts(store)
  if (!wanted || !seen) return false
  const { namespace } = namespaceAndRest(pattern)
  return (
    fitsGlob(wanted.system, seen.system) &&
    fitsHost(wanted.host, seen.host) &&
    (wanted.port === '' || fitsGlob(wanted.port, seen.port)) &&
    (namespace === '' || fitsGlob(namespace, seen.path))
  )
}

/** A name without dots also stands for the fully qualified one, as a resolver would take it. */
function fitsHost(pattern: string, host: string): boolean {
  return fitsGlob(pattern, host) || (!pattern.includes('.') && host.includes('.') && pattern === host.split('.')[0])
}

/** Whether a table of a store lies within a pattern; a pattern without a table covers every table of the store. */
export function fitsTable(pattern: string, store: string, table: string): boolean {
  if (!fitsStore(pattern, store)) return false
  const { rest } = namespaceAndRest(pattern)
  return rest === '' || fitsGlob(rest, table) || fitsGlob(rest, table.split('.').at(-1) ?? table)
}

/** Whether a destination (`system://host/name`, and its bare name) fits a pattern: a place, or a glob of names. */
export function fitsDestination(pattern: string, destination: string): boolean {
  const seen = placeParts(destination)
  const wanted = placeParts(pattern)
  if (!seen) return fitsGlob(pattern, destination)
  if (!wanted) return fitsGlob(pattern, seen.path)
  return (
    fitsGlob(wanted.system, seen.system) &&
    fitsHost(wanted.host, seen.host) &&
    (wanted.port === '' || fitsGlob(wanted.port, seen.port)) &&
    fitsGlob(wanted.path, seen.path)
  )
}
