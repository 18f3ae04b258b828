/** The shop's databases: made before a recording and dropped after it. Their rows come from the database itself, the same each time. */
import pg from 'pg'
import { postgres } from '../platform/network'

export const catalogueTables = `
  CREATE TABLE sections (id int PRIMARY KEY, name text);
  CREATE TABLE books (id int PRIMARY KEY, title text, author_id int, section_id int, weight int, blurb text);
  CREATE TABLE editions (book_id int, edition int, isbn text);
  CREATE TABLE indexed_editions (book_id int, edition int, isbn text);
  CREATE TABLE sales (book_id int);
  CREATE TABLE best_of_day (rank int, book_id int, title text);
  INSERT INTO sections SELECT n, 'Section ' || n FROM generate_series(1, 12) AS n;
  INSERT INTO books SELECT n, 'Volume ' || n, 1 + n % 10, 1 + n % 12, 200 + n, 'A book about ' || n || ' things nobody told you' FROM generate_series(1, 400) AS n;
  INSERT INTO editions SELECT 1 + n % 400, n / 400, 'edition ' || n FROM generate_series(1, 120000) AS n;
  INSERT INTO indexed_editions SELECT 1 + n % 400, n / 400, 'edition ' || n FROM generate_series(1, 1200) AS n;
  CREATE INDEX ON indexed_editions (book_id);
  CREATE INDEX ON books (author_id);
  INSERT INTO sales SELECT 1 + n % 400 FROM generate_series(1, 20000) AS n;
  INSERT INTO best_of_day SELECT n, n, 'Volume ' || n FROM generate_series(1, 20) AS n;`
const reviews = `
  CREATE TABLE reviews (book_id int, reader_id int, stars int);
  INSERT INTO reviews SELECT 1 + n % 400, n % 100, n % 5 FROM generate_series(1, 4000) AS n;`
const outbox =
  'CREATE TABLE outbox (id serial PRIMARY KEY, routing_key text, body jsonb, message_id text, sent timestamptz);'
const orders = `
  CREATE TABLE orders (id serial PRIMARY KEY, reader_id int, state text);
  CREATE TABLE order_lines (order_id int, book_id int);
  CREATE INDEX ON orders (reader_id);
  CREATE INDEX ON order_lines (book_id);
  ${outbox}`
const money = `
  CREATE TABLE charges (order_id text PRIMARY KEY, state text DEFAULT 'paid');
  CREATE TABLE settlements (batch text);`

const tables: Record<string, string> = {
  bookshop_catalogue: catalogueTables + reviews,
  bookshop_reviews: reviews,
  bookshop_pricing: `
    CREATE TABLE prices (book_id int PRIMARY KEY, cents int);
    INSERT INTO prices SELECT n, 500 + n FROM generate_series(1, 400) AS n;`,
  bookshop_shop: orders + money,
  bookshop_orders: orders,
  bookshop_payments: money,
  bookshop_stock: `
    CREATE TABLE stock_levels (book_id int PRIMARY KEY, quantity int);
    INSERT INTO stock_levels SELECT n, 10 + n % 7 FROM generate_series(1, 400) AS n;`,
  bookshop_shipping: `
    CREATE TABLE parcels (order_id text PRIMARY KEY, reader_id text);
    ${outbox}`,
  bookshop_notifications: `
    CREATE TABLE letters (kind text, order_id text);
    CREATE TABLE unique_letters (kind text, order_id text, PRIMARY KEY (kind, order_id));`,
}

async function query<Row extends pg.QueryResultRow>(database: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ host: postgres.host, port: postgres.port, user: 'postgres', database })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

export async function dropDatabases(): Promise<void> {
  for (const name of Object.keys(tables)) await query('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}

/** Returns whether pg_stat_statements counts (it must be in shared_preload_libraries), emptied. */
export async function createDatabases(): Promise<boolean> {
  await dropDatabases()
  for (const [name, statements] of Object.entries(tables)) {
    await query('postgres', `CREATE DATABASE ${name}`)
    await query(name, statements)
    await query(name, 'ANALYZE')
  }
  try {
    await query('postgres', 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    await query('postgres', 'SELECT pg_stat_statements_reset()')
    return true
  } catch {
    return false
  }
}

/** What the server counted: pg_stat_statements, and how often each table was scanned and changed. One JSON object a line. */
export async function databaseStatistics(statements: boolean): Promise<{ statements: string; tables: string }> {
  const lines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const counted = statements
    ? await query(
        'postgres',
        `SELECT datname, query, calls, rows, total_exec_time, min_exec_time, max_exec_time, mean_exec_time, stddev_exec_time, shared_blks_hit, shared_blks_read
         FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid WHERE datname LIKE 'bookshop%' ORDER BY datname, total_exec_time DESC, query`,
      )
    : []
  const used: object[] = []
  for (const name of Object.keys(tables)) {
    used.push(
      ...(await query(
        name,
        `SELECT current_database() AS datname, relname, seq_scan, seq_tup_read, idx_scan, n_tup_ins, n_tup_upd, n_tup_del, n_live_tup FROM pg_stat_user_tables ORDER BY relname`,
      )),
    )
  }
  return { statements: lines(counted), tables: lines(used) }
}

export async function databaseVersion(): Promise<string> {
  const [row] = await query<{ server_version: string }>('postgres', 'SHOW server_version')
  return row?.server_version.split(' ')[0] ?? ''
}
