/**
 * Why a server could not be asked, in a sentence and with a remedy.
 * What is easily got wrong: what a server says is hostile text, and an error of the client holds the password among its arguments:
 * only the first line of a refusal is shown, cut short.
 */
import { networkFailure, type Failure } from '../network-failure.js'
import { aclLine } from './allowed-commands.js'
import { ConnectionFailure } from './connection.js'

export type { Failure } from '../network-failure.js'

const longestReply = 160

/** What the server said, as it may be shown. */
export const replyText = (error: unknown): string => {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split(/[\r\n]/, 1)
  return line.length > longestReply ? `${line.slice(0, longestReply)}…` : line
}

const refusals: readonly (readonly [RegExp, (text: string) => Failure])[] = [
  [
    /^WRONGPASS|invalid password|invalid username-password/i,
    () => ({
      message: 'refuses the user or the password',
      remedy: 'Check both; characters such as @ and / are written %40 and %2F.',
    }),
  ],
  [
    /^NOAUTH|operation not permitted/i,
    () => ({ message: 'wants a password', remedy: 'Write it into the address: redis://user:password@host:port.' }),
  ],
  [
    /^NOPERM/,
    () => ({
      message: 'does not let this user ask anything',
      remedy: `Give a user the rights it needs: ${aclLine('7.2')}`,
    }),
  ],
  [
    /^LOADING/,
    () => ({
      message: 'is still loading its data',
      remedy: 'Ask again when it has finished; INFO persistence says how far it is.',
    }),
  ],
  [
    /^MASTERDOWN/,
    () => ({
      message: 'is a replica that has lost its master and serves no stale data',
      remedy: 'Ask the master, or another replica.',
    }),
  ],
  [
    /^DENIED|protected mode/i,
    () => ({
      message: 'is in protected mode: it answers its own machine only',
      remedy: 'Run Faultline there, or give the server a password.',
    }),
  ],
  [
    /max number of clients/i,
    () => ({ message: 'has as many clients as it takes', remedy: 'Ask again later, or raise maxclients.' }),
  ],
  [
    /DB index is out of range/i,
    () => ({ message: 'has no database of that number', remedy: 'INFO keyspace lists those that hold keys.' }),
  ],
  [
    /cluster support disabled/i,
    () => ({ message: 'is no part of a cluster', remedy: 'Write redis:// instead of redis+cluster://.' }),
  ],
  [
    /SELECT is not allowed in cluster/i,
    () => ({ message: 'is part of a cluster, which has database 0 only', remedy: 'Leave the database out.' }),
  ],
]

/** Explains anything that was thrown while a server was asked. */
export function failureOf(error: unknown): Failure {
  const cause = error instanceof ConnectionFailure ? error.cause : error
  const text = replyText(cause)
  const refused = refusals.find(([pattern]) => pattern.test(text))
  if (refused) return refused[1](text)
  const firstBytes = error instanceof ConnectionFailure ? error.firstBytes : new Uint8Array()
  return (
    networkFailure(cause, { firstBytes, own: /^[-+$*:]/, plainScheme: 'redis://', secureScheme: 'rediss://' }) ?? {
      message: `says: ${text}`,
      remedy: 'Look into the log of the server.',
    }
  )
}
