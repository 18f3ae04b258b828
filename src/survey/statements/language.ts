/**
 * Which language a database system speaks, by its `db.system.name`. Older names (`db.system`) are renamed before they come here.
 * A system that is not listed is taken for SQL: new SQL engines are common, new query languages rare.
 */
import type { DialectName } from 'sql-parser-cst'
import type { Lexis } from './tokens.js'

export interface Language {
  /** Grammars to try, in order. */
  dialects: readonly DialectName[]
  lexis: Lexis
  /** Whose default schema is dropped from table names. */
  schemas: 'postgresql' | 'sqlserver' | 'sqlite' | 'none'
  /** TOP, APPLY, OUTPUT and table hints are rewritten, since no grammar at hand knows them. */
  transactSql: boolean
}

const standard: Lexis = { backslash: false, brackets: false, doubleQuotedText: false, variables: false }
const mysqlLexis: Lexis = { backslash: true, brackets: false, doubleQuotedText: true, variables: true }
const bigqueryLexis: Lexis = { backslash: true, brackets: false, doubleQuotedText: true, variables: false }

const postgresql: Language = { dialects: ['postgresql'], lexis: standard, schemas: 'postgresql', transactSql: false }
const sqlserver: Language = {
  dialects: ['postgresql'],
  lexis: { ...standard, brackets: true },
  schemas: 'sqlserver',
  transactSql: true,
}
const mysql: Language = { dialects: ['mysql'], lexis: mysqlLexis, schemas: 'none', transactSql: false }
const mariadb: Language = { dialects: ['mariadb', 'mysql'], lexis: mysqlLexis, schemas: 'none', transactSql: false }
const sqlite: Language = {
  dialects: ['sqlite'],
  lexis: { ...standard, brackets: true },
  schemas: 'sqlite',
  transactSql: false,
}
const bigquery: Language = { dialects: ['bigquery'], lexis: bigqueryLexis, schemas: 'none', transactSql: false }
const clickhouse: Language = {
  dialects: ['postgresql', 'mysql'],
  lexis: { ...standard, backslash: true },
  schemas: 'none',
  transactSql: false,
}
const unknown: Language = {
  dialects: ['postgresql', 'mysql', 'sqlite'],
  lexis: standard,
  schemas: 'none',
  transactSql: false,
}

const languages = new Map<string, Language>([
  ['postgresql', postgresql],
  ['cockroachdb', postgresql],
  ['aws.redshift', postgresql],
  ['redshift', postgresql],
  ['timescaledb', postgresql],
  ['yugabytedb', postgresql],
  ['greenplum', postgresql],
  ['edb', postgresql],
  ['microsoft.sql_server', sqlserver],
  ['mssql', sqlserver],
  ['mysql', mysql],
  ['tidb', mysql],
  ['singlestore', mysql],
  ['mariadb', mariadb],
  ['sqlite', sqlite],
  ['gcp.spanner', bigquery],
  ['spanner', bigquery],
  ['gcp.bigquery', bigquery],
  ['bigquery', bigquery],
  ['clickhouse', clickhouse],
])

const notSql = new Set([
  'redis',
  'valkey',
  'memcached',
  'mongodb',
  'elasticsearch',
  'opensearch',
  'couchdb',
  'couchbase',
  'aws.dynamodb',
  'dynamodb',
  'azure.cosmosdb',
  'cosmosdb',
  'neo4j',
  'hbase',
  'influxdb',
  'solr',
  'geode',
  'etcd',
  'arangodb',
  'filemaker',
  'adabas',
  'intersystems_cache',
  'qdrant',
  'milvus',
  'pinecone',
  'weaviate',
  'chroma',
])

export function languageOf(system: string): Language {
  return languages.get(system.toLowerCase()) ?? unknown
}

export function speaksSql(system: string): boolean {
  return !notSql.has(system.toLowerCase())
}
