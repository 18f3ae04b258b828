/**
 * Connections of the stand-in server to its engine: one a session, and some for queries without one, so that queries run side by side.
 * What is easily got wrong: the engine keeps settings, and what `readonly` forbids includes taking it back, so reads have connections of their own.
 */
import { Session } from 'chdb'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface User {
  password: string
  readonly: 0 | 1 | 2
  /** The profile forbids to change `readonly`, although it is 0. */
  fixed?: true
}

export interface Asked {
  query: string
  /** Rows of an INSERT, in the format that the query names. */
  data: Buffer | undefined
  settings: Record<string, string>
  params: Record<string, string>
  user: User
  database: string
  queryId: string
  session: string | undefined
}

export interface Answer {
  bytes: Uint8Array
  rowsRead: number
  bytesRead: number
}

interface Held {
  session: Session
  known: Set<string>
  busy: boolean
  /** What `readonly` is to be, and whether it was set: that cannot be done twice. */
  readonly: 0 | 1 | 2
  locked: boolean
}

/** What `readonly` is for a query, by its user and by what it says itself. */
function readonlyOf({ user, settings, session }: Asked): 0 | 1 | 2 {
  const stated = settings['readonly']
  if (stated === undefined || stated === user.readonly.toString()) return user.readonly
  if (user.fixed)
    throw new Error('Code: 452. DB::Exception: Setting readonly should not be changed. (SETTING_CONSTRAINT_VIOLATION)')
  if (user.readonly > 0)
    throw new Error("Code: 164. DB::Exception: Cannot modify 'readonly' setting in readonly mode. (READONLY)")
  // The one connection of a session also writes: there it is not held to it.
  return session === undefined && stated === '2' ? 2 : 0
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** A cluster whose two shards are both this very engine, by two names: without a default database they count as local. */
function config(folder: string): string {
  const shards = ['127.0.0.1', 'localhost'].map(
    (host) => `<shard><replica><host>${host}</host><port>9000</port></replica></shard>`,
  )
  const path = join(folder, 'config.xml')
  writeFileSync(
    path,
    `<clickhouse><tcp_port>9000</tcp_port><remote_servers><two>${shards.join('')}</two></remote_servers></clickhouse>`,
  )
  return path
}

export class Connections {
  private readonly pool: Held[] = []
  private readonly sessions = new Map<string, Held>()
  private readonly data: string
  private readonly options: { connectionArgs?: string[] }
  private files = 0

  constructor(
    private readonly folder: string,
    twoShards: boolean,
  ) {
    mkdirSync(folder, { recursive: true })
    this.data = join(folder, 'data')
    this.options = twoShards ? { connectionArgs: [`--config-file=${config(folder)}`] } : {}
  }

  async run(asked: Asked): Promise<Answer> {
    const held = this.take(asked)
    try {
      if (held.busy && asked.session !== undefined)
        throw new Error(
          `Code: 373. DB::Exception: Session ${asked.session} is locked by a concurrent client. (SESSION_IS_LOCKED)`,
        )
      held.busy = true
      const before = this.before(held, asked)
      const { text, format } = this.prepared(held, asked.query, asked)
      const result = await held.session.queryAsync(`${before}${text}`, { format })
      return {
        bytes: result.bytes(),
        rowsRead: result.rowsRead,
        bytesRead: result.bytesRead,
      }
    } finally {
      held.busy = false
      if (held.readonly === 1 && asked.session === undefined) held.session.close()
    }
  }

  private take(asked: Asked): Held {
    const { session } = asked
    const readonly = readonlyOf(asked)
    const open = (): Held => ({
      session: new Session(this.data, this.options),
      known: new Set(),
      busy: false,
      readonly,
      locked: false,
    })
    if (session !== undefined) {
      const held = this.sessions.get(session) ?? open()
      this.sessions.set(session, held)
      return held
    }
    if (readonly === 1) return open()
    const idle = this.pool.find((held) => !held.busy && held.readonly === readonly)
    if (idle) return idle
    const opened = open()
    this.pool.push(opened)
    return opened
  }

  /** Statements that give the connection what this query is to have, and nothing of earlier ones. */
  private before(held: Held, { settings: all, params, database, user, queryId }: Asked): string {
    const { readonly: _, ...given } = all
    const settings =
      queryId === '' || user.readonly === 1
        ? given
        : { ...given, log_comment: `${queryId} ${given['log_comment'] ?? ''}` }
    if (user.readonly === 1 && Object.keys(settings).length > 0)
      throw new Error(
        `Code: 164. DB::Exception: Cannot modify '${Object.keys(settings)[0]}' setting in readonly mode. (READONLY)`,
      )
    const values = Object.entries(settings).map(([name, value]) => `${name} = ${quoted(value)}`)
    const stale = [...held.known].filter((name) => !(name in settings)).map((name) => `${name} = DEFAULT`)
    for (const name of Object.keys(settings)) held.known.add(name)
    const sets = [
      ...stale,
      ...values,
      ...Object.entries(params).map(([name, value]) => `param_${name} = ${quoted(value)}`),
    ]
    if (!held.locked && held.readonly > 0) sets.push(`readonly = ${held.readonly}`)
    held.locked = held.readonly > 0
    return `${sets.length > 0 ? `SET ${sets.join(', ')}; ` : ''}USE \`${database}\`; `
  }

  /** The engine in the process takes the format beside the query and reads no input. Query ids travel in its log_comment. */
  private prepared(held: Held, query: string, { data, database }: Asked): { text: string; format: string } {
    const killed = /^\s*KILL QUERY\b[^]*?\bquery_id LIKE '([^']*)'/.exec(query)
    if (killed) return { text: `KILL QUERY WHERE Settings['log_comment'] LIKE '${killed[1]}' ASYNC`, format: 'TSV' }
    const known = query.replaceAll(/\bquery_id LIKE '/g, "Settings['log_comment'] LIKE '")
    const insert = /^(INSERT INTO [^]*?)\s+FORMAT\s+(\w+)\s*$/.exec(known.trim())
    if (insert && data !== undefined) {
      const file = join(this.folder, `input-${(this.files++).toString()}`)
      writeFileSync(file, data)
      const [, table = '', named] = /^INSERT INTO\s+(\S+)\s*(?:\(([^)]*)\))?$/.exec(insert[1] ?? '') ?? []
      held.session.query(`USE \`${database}\``)
      const described = held.session.query(`DESCRIBE TABLE ${table}`, 'JSONEachRow')
      const all = described
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { name: string; type: string })
      const wanted = named?.split(',').map((name) => name.trim().replaceAll('`', ''))
      const columns = wanted ? all.filter(({ name }) => wanted.includes(name)) : all
      const names = (wanted ?? all.map(({ name }) => name)).map((name) => `\`${name}\``).join(', ')
      const structure = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(', ')
      setTimeout(() => rmSync(file, { force: true }), 60_000).unref()
      const source = `file(${quoted(file)}, ${quoted(insert[2] ?? '')}, ${quoted(structure)})`
      return { text: `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${source}`, format: 'Null' }
    }
    const [, select = known, format = 'Null'] = /^([^]*?)\s+FORMAT\s+(\w+)\s*;?\s*$/.exec(known) ?? []
    return { text: select, format }
  }
}
