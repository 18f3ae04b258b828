/**
 * Addresses without their secrets, for everything that is printed, stored or thrown.
 * What is easily got wrong: a password that nobody encoded may hold `/` and `@`, so all up to the last `@` before the query is taken for it.
 */
const secretWord = /pass|pwd|secret|token|credential|api_?key|access_?key|private|auth|sig(nature)?$/i

/** The text as it is, unless it is an address; the user's name stays, for it tells which account was meant. */
export function redactUrl(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0]
  if (scheme === undefined) return text
  const [, before = '', query = ''] = /^([^?#]*)(.*)$/su.exec(text.slice(scheme.length)) ?? []
  const at = before.lastIndexOf('@')
  const [user = '', ...secret] = before.slice(0, Math.max(at, 0)).split(':')
  const account = at < 0 ? '' : `${user}${secret.length > 0 ? ':***' : ''}@`
  const shown = query.replace(/([?&;#])([^=&;#]+)=([^&;#]*)/g, (whole, sign: string, name: string) =>
    secretWord.test(name) ? `${sign}${name}=***` : whole,
  )
  return `${scheme}${account}${before.slice(at + 1)}${shown}`
}
