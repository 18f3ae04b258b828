/**
 * A key a line: block numbers, as the traces of the LIRS paper, or any words where the file's name says that it is a trace of keys.
 * What is easily got wrong: nearly every text is a list of words. Only whole numbers, or a name that ends in `.keys` or `.trace` (before `.gz` and the like), make it
 * one. In a trace of numbers a line that is no number is no request: `*` marks a place in it.
 */
import type { Importer } from '../model/importer.js'
import { linesOfHead, readLineTrace } from './common/access-trace.js'

const number = /^\d{1,20}$/
const word = /^[!-~]{1,4096}$/
const fewestLines = 8

const areNumbers = (lines: readonly string[]): boolean => {
  const numbers = lines.filter((line) => number.test(line)).length
  return numbers >= fewestLines && lines.every((line) => number.test(line) || line === '*')
}

const isCalledTrace = (name: string): boolean => /\.(keys|trace)(\.(txt|gz|zst|zstd))*$/i.test(name)

export const keyTrace: Importer = {
  id: 'key-trace',
  title: 'traces of keys or block numbers, one a line',
  spec: 'https://github.com/ben-manes/caffeine/wiki/Simulator',
  gives: ['commands'],
  sniff(head, name) {
    const lines = linesOfHead(head)
    if (areNumbers(lines)) return 0.6
    // JSON and the like are words without blanks too; what begins with a bracket or holds quotes is left to others.
    const isKey = (line: string): boolean => word.test(line) && !/^[[{<#"']|["<>{}\\]/.test(line)
    return isCalledTrace(name) && lines.length >= fewestLines && lines.every(isKey) ? 0.5 : 0
  },
  read(source, sink) {
    const numbers = areNumbers(linesOfHead(source.head))
    return readLineTrace(
      {
        headLines: 0,
        columns: { Key: 'line', Command: `'GET'` },
        isRequest: numbers ? `match(line, '^[0-9]{1,20}$')` : `match(line, '^[!-~]+$')`,
        isSilent: `line IN ('', '*')`,
      },
      source,
      sink,
    )
  },
}
