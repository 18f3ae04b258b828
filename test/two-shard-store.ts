/**
 * Base tables as a two-shard cluster has them, in this process: `Distributed` tables over views that each show one shard's half of the traces.
 * Both shards are this very server over its TCP port, so planning, shipping of partial results and refusal of wrong joins are real.
 */
import { Session, drainPending } from 'chdb'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableDefinition, tables } from '../src/store/schema.js'
import type { Settings, Store } from '../src/store/store.js'

/** The column whose hash decides on which shard a row lies. Tables not named here are small and stand on every shard. */
const shardedBy: Readonly<Record<string, string>> = {
  otel_traces: 'TraceId',
  spans: 'TraceId',
  traces: 'TraceId',
  walks: 'TraceId',
  deliveries: 'ProducerTraceId',
}

export interface TwoShards {
  /** The plain tables: fill these. */
  whole: Store
  /** The same rows through `Distributed` tables. */
  sharded: Store
  close(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function storeOf(session: Session, database: string, standing: Settings): Store {
  const settingsText = (settings: Settings = {}) => {
    const all = Object.entries({ ...standing, ...settings })
    return all.map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`).join(', ')
  }
  return {
    async query<Row>(sql: string, params?: Record<string, unknown>, settings?: Settings) {
      session.query(`USE ${database}`)
      const text = `${sql} SETTINGS ${settingsText(settings)}`
      const lines = params ? session.queryBind(text, params, 'JSONEachRow') : session.query(text, 'JSONEachRow')
      return lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row)
    },
    async command(sql, params, settings) {
      session.query(`USE ${database}`)
      const insert = sql.startsWith('INSERT') ? ` SETTINGS ${settingsText(settings)}` : ''
      if (params) session.queryBind(sql + insert, params)
      else session.query(sql + insert)
    },
    async insert(table, rows) {
      if (rows.length > 0)
        await session.insert({ table: `${database}.${table}`, values: [...rows] as Record<string, unknown>[] })
    },
    engine: async () => session.query('SELECT version()'),
    close: async () => {},
  }
}

/** Opens both sides in a temporary folder. One process can hold one of these, and no other embedded store beside it. */
export async function openTwoShards(): Promise<TwoShards> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-shards-'))
  const port = await freePort()
  // without default_database the replica counts as local
  const shard = `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`
  const config = join(folder, 'config.xml')
  writeFileSync(
    config,
    `<clickhouse><listen_host>127.0.0.1</listen_host><tcp_port>${port}</tcp_port><remote_servers><two>${shard}${shard}</two></remote_servers></clickhouse>`,
  )
  const session = new Session(join(folder, 'data'), { connectionArgs: [`--config-file=${config}`] })
  const standing: Settings = {
    output_format_json_quote_64bit_integers: 0,
    short_circuit_function_evaluation: 'disable',
  }
  session.query('CREATE DATABASE IF NOT EXISTS whole')
  session.query('CREATE DATABASE IF NOT EXISTS sharded')
  session.query('USE whole')
  for (const table of tables) session.query(tableDefinition(table))
  session.query('USE sharded')
  for (const table of tables) {
    const column = shardedBy[table]
    if (table === 'exchanges') session.query(tableDefinition(table))
    else if (column === undefined) session.query(`CREATE VIEW ${table} AS SELECT * FROM whole.${table}`)
    else {
      const half = `cityHash64(${column}) % greatest(shardCount(), 1) = shardNum() - 1`
      session.query(`CREATE VIEW whole.half_${table} AS SELECT * FROM whole.${table} WHERE ${half}`)
      session.query(
        `CREATE TABLE ${table} AS whole.${table} ENGINE = Distributed('two', 'whole', 'half_${table}', cityHash64(${column}))`,
      )
    }
  }
  return {
    whole: storeOf(session, 'whole', standing),
    sharded: storeOf(session, 'sharded', { ...standing, distributed_product_mode: 'local' }),
    async close() {
      session.close()
      await drainPending()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
