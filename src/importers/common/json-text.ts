/**
 * One JSON value as bytes: its compact line, and whether it is valid.
 * `compact` mends raw control characters inside strings; nothing else is rewritten, so that 64-bit numbers keep every digit.
 */
import { isUtf8 } from 'node:buffer'

function hasControl(value: Buffer): boolean {
  return value.includes(0x0a) || value.includes(0x0d) || value.includes(0x09)
}

/** The value in one line: white space outside strings dropped, control characters inside them escaped. */
export function compact(value: Buffer): Buffer {
  return hasControl(value) ? rewrite(value) : Buffer.from(value)
}

function rewrite(value: Buffer): Buffer {
  let target = Buffer.allocUnsafe(value.length + 64)
  let length = 0
  let inside = false
  for (let index = 0; index < value.length; index++) {
    const byte = value[index] as number
    if (target.length - length < 8) {
      const larger = Buffer.allocUnsafe(target.length * 2)
      target.copy(larger, 0, 0, length)
      target = larger
    }
    if (byte < 0x20) {
      if (inside) length += target.write(`\\u00${byte.toString(16).padStart(2, '0')}`, length, 'latin1')
      continue
    }
    if (byte === 0x20 && !inside) continue
    target[length++] = byte
    if (byte === 0x22) inside = !inside
    else if (byte === 0x5c && inside && index + 1 < value.length) {
      const escaped = value[++index] as number
      if (escaped >= 0x20) target[length++] = escaped
      else length--
    }
  }
  return target.subarray(0, length)
}

function parses(value: Buffer): boolean {
  try {
    // Latin-1 keeps bytes apart and costs a fraction of decoding UTF-8; structure is all that is asked here.
    JSON.parse(value.toString('latin1'))
    return true
  } catch {
    return false
  }
}

/** The value as valid JSON in valid UTF-8 in one line, or undefined. */
export function validated(value: Buffer): Buffer | undefined {
  let line = compact(value)
  if (!parses(line)) {
    line = rewrite(line)
    if (!parses(line)) return undefined
  }
  return isUtf8(line) ? line : Buffer.from(line.toString('utf8'))
}
