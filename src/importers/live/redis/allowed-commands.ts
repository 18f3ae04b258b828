/**
 * The one list of commands that Faultline may send to a server of Redis or Valkey. None of them changes a key, and none takes longer
 * for a larger database. What is easily got wrong: `CONFIG` alone would allow CONFIG SET, so a command with subcommands is listed with them.
 */
interface AllowedCommand {
  /** The command, with its subcommand where there are some. */
  words: readonly [string, string?]
  /** What it is asked for; docs/live-servers.md tells it. */
  why: string
  /** Part of every login, with no right of its own to be given. */
  login?: true
  /** Only with `--monitor`, at addresses of clusters and sentinels, or from this version on. */
  only?: 'monitor' | 'cluster' | 'sentinel' | '7.2'
}

export const allowedCommands: readonly AllowedCommand[] = [
  { words: ['AUTH'], why: 'log in, where the address has a password', login: true },
  { words: ['CLIENT', 'SETNAME'], why: 'be called "faultline" in CLIENT LIST' },
  { words: ['CLIENT', 'NO-TOUCH'], why: 'leave the idle times of keys as they are', only: '7.2' },
  { words: ['INFO'], why: 'counters, memory, policy, databases' },
  { words: ['CONFIG', 'GET'], why: 'limit of memory and policy, where INFO does not tell' },
  { words: ['DBSIZE'], why: 'how many keys a database has, where INFO is refused' },
  { words: ['SELECT'], why: 'look into a database' },
  { words: ['SCAN'], why: 'names of sampled keys, at most 50 at a time' },
  { words: ['TYPE'], why: 'type of a sampled key' },
  { words: ['PTTL'], why: 'time to live of a sampled key' },
  { words: ['MEMORY', 'USAGE'], why: 'memory of a sampled key, from 5 of its elements' },
  { words: ['OBJECT', 'ENCODING'], why: 'encoding of a sampled key' },
  { words: ['OBJECT', 'IDLETIME'], why: 'how long a sampled key was not touched' },
  { words: ['OBJECT', 'FREQ'], why: 'how often a sampled key is used, under LFU policies' },
  { words: ['STRLEN'], why: 'length of a sampled string that takes much memory' },
  { words: ['HLEN'], why: 'fields of a sampled hash' },
  { words: ['LLEN'], why: 'entries of a sampled list' },
  { words: ['SCARD'], why: 'members of a sampled set' },
  { words: ['ZCARD'], why: 'members of a sampled sorted set' },
  { words: ['XLEN'], why: 'entries of a sampled stream' },
  { words: ['CLUSTER', 'SLOTS'], why: 'masters of a cluster', only: 'cluster' },
  { words: ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME'], why: 'server that sentinels watch', only: 'sentinel' },
  { words: ['MONITOR'], why: 'commands as they come', only: 'monitor' },
]

const plain = new Set(allowedCommands.filter(({ words }) => words[1] === undefined).map(({ words }) => words[0]))
const withSubcommand = new Set(allowedCommands.map(({ words }) => words.join(' ')))

/** Whether a command may be sent; case does not matter. */
export function isAllowed(name: string, args: readonly unknown[]): boolean {
  const command = name.toUpperCase()
  if (plain.has(command)) return true
  const first = args[0]
  const subcommand = typeof first === 'string' || Buffer.isBuffer(first) ? first.toString().toUpperCase() : ''
  return withSubcommand.has(`${command} ${subcommand}`)
}

/** The command that an administrator gives to make a user for Faultline, with what is asked for in these cases only. */
export function aclLine(...cases: readonly AllowedCommand['only'][]): string {
  const rights = allowedCommands
    .filter(({ login, only }) => login === undefined && (only === undefined || cases.includes(only)))
    .map(({ words }) => `+${words.join('|').toLowerCase()}`)
  return `ACL SETUSER faultline on >PASSWORD resetchannels ~* -@all ${rights.join(' ')}`
}
