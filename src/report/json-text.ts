/**
 * JSON that is safe to print to a terminal: what JSON allows raw but no screen should get (C1 controls, bidirectional and
 * zero-width characters) is written as \uXXXX. A parser reads back exactly the same values.
 */

const hidden =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]|[\u{e0000}-\u{e0fff}]/gu

/** Two spaces, a newline at the end, keys in the order of the object. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(hidden, (character) => {
    let escaped = ''
    for (let unit = 0; unit < character.length; unit += 1) {
      escaped += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
  return `${text}\n`
}
