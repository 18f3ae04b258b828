/** Stable ids for findings. Hash of text only: callers keep numbers and times out. */
import { createHash } from 'node:crypto'

/** 16 hex digits of SHA-256 over the parts, which may hold any text (each is length-prefixed, so no two lists collide). */
export function fingerprint(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('hex').slice(0, 16)
}
