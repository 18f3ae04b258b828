/**
 * The style sheet and the scripts of the page, and the policy that lets these and nothing else run.
 * The policy names them by hash: whatever a reader's browser would add or evidence could smuggle in is refused.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { curveStyles } from '../../draw/curve/styles.js'

function asset(path: string): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  // An end tag inside would close the element early; these are our own files, so it is a mistake of ours.
  if (/<\/(script|style)/i.test(text)) throw new Error(`${path} must not hold an end tag`)
  return text
}

function hashed(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`
}

export interface Assets {
  styles: string
  scripts: string[]
  policy: string
}

let loaded: Assets | null = null

/** Read once; a report is written many times in `serve`. */
export function pageAssets(): Assets {
  if (loaded !== null) return loaded
  const styles = ['theme', 'base', 'page', 'findings', 'map', 'messages', 'traceability', 'caches', 'print']
    .map((name) => asset(`./styles/${name}.css`))
    .concat(curveStyles)
    .join('\n')
  const scripts = ['./browser/page.js', './browser/map-view.js', './browser/map.js'].map(asset)
  const policy = [
    "default-src 'none'",
    `style-src ${hashed(styles)}`,
    `script-src ${scripts.map(hashed).join(' ')}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  loaded = { styles, scripts, policy }
  return loaded
}

/** JSON that cannot end the script element it stands in, nor a line of any JavaScript engine. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
