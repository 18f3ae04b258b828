/** `--monitor`, `--for` and `--commands-per-second`: how running servers are asked. All of them are refused before anything is read. */
import { Option, type Command } from 'commander'
import { isFault } from '../charter/charter-error.js'
import { readQuantity } from '../charter/quantities.js'
import type { LiveOptions } from '../model/importer.js'
import { visible } from '../lib/text.js'
import type { Environment, Output } from './environment.js'
import { InvocationError } from './exit.js'

export interface LiveWords {
  monitor?: string
  for?: string
  commandsPerSecond?: string
}

const defaultRate = 1_500
const longestMs = 3_600_000

/** Adds the options to a command that takes addresses. */
export function withLiveOptions(command: Command): Command {
  return command
    .addOption(new Option('--monitor <duration>', 'watch the commands of caches at addresses for so long'))
    .addOption(new Option('--for <duration>', 'sample brokers at addresses over so long, so that trends show'))
    .addOption(
      new Option('--commands-per-second <number>', `ask a server at an address no faster (default: ${defaultRate})`),
    )
}

function secondsOf(name: string, text: string | undefined): number {
  if (text === undefined) return 0
  const read = readQuantity('duration', text)
  if (isFault(read)) throw new InvocationError(`${name} ${text}: ${read.message}`, read.remedy)
  if (read.value > longestMs) throw new InvocationError(`${name} ${text} is too long`, 'Give an hour at the most.')
  return read.value / 1_000
}

/** Throws InvocationError for what cannot be understood. */
export function liveOptions(words: LiveWords, environment: Environment, signal: AbortSignal): LiveOptions {
  const rate = words.commandsPerSecond === undefined ? defaultRate : Number(words.commandsPerSecond)
  if (!Number.isInteger(rate) || rate < 1 || rate > 1_000_000) {
    throw new InvocationError(
      `--commands-per-second ${words.commandsPerSecond ?? ''} is no whole number from 1 to 1,000,000`,
      'Write it as --commands-per-second 500',
    )
  }
  return {
    monitorSeconds: secondsOf('--monitor', words.monitor),
    forSeconds: secondsOf('--for', words.for),
    commandsPerSecond: rate,
    signal,
    report: (line) => void environment.stderr.write(`${cleared(environment.stderr)}${visible(line)}\n`),
  }
}

/** A line of progress may stand where the next one is to be written. */
function cleared({ isTerminal, columns = 80 }: Output): string {
  return isTerminal ? `\r${' '.repeat(Math.max(columns - 1, 20))}\r` : ''
}
