/**
 * Which reporters there are, by name and by file ending. Each is loaded when it is used: the HTML reporter brings a drawing
 * library, and nobody who asks for JSON should wait for it.
 */
import type { Reporter } from '../../model/report.js'

export interface ReporterEntry {
  id: Reporter['id']
  /** File endings that select it with `-o`, the usual one first. */
  extensions: readonly string[]
  load(): Promise<Reporter>
}

export const reporters: readonly ReporterEntry[] = [
  { id: 'terminal', extensions: ['txt'], load: async () => (await import('./terminal.js')).terminalReporter },
  { id: 'json', extensions: ['json'], load: async () => (await import('./json.js')).jsonReporter },
  { id: 'sarif', extensions: ['sarif'], load: async () => (await import('./sarif.js')).sarifReporter },
  { id: 'html', extensions: ['html', 'htm'], load: async () => (await import('./html.js')).htmlReporter },
  { id: 'markdown', extensions: ['md'], load: async () => (await import('./markdown.js')).markdownReporter },
  { id: 'github', extensions: ['github'], load: async () => (await import('./github.js')).githubReporter },
]
