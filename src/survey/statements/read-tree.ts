/**
 * Reads commands, tables and locks off a syntax tree. A name is a table only where the grammar expects one (FROM, INTO, UPDATE…),
 * so columns, aliases, table functions and common table expressions never pass for tables.
 */
import type { Program } from 'sql-parser-cst'
import type { Language } from './language.js'
import { assignedTables, commandOf, isNode, leftmostWith, nameParts, nodes, type TreeNode } from './syntax-tree.js'
import { tableName } from './table-name.js'

interface TableReference {
  table: string
  /** What the statement calls it: its alias, else its name without schema. */
  known: string
}

export interface Reading {
  commands: string[]
  reads: Set<string>
  writes: Set<string>
  locks: boolean
}

type Scope = ReadonlySet<string>

const noNames: Scope = new Set()
const lockingFunctions = /^(?:pg_(?:try_)?advisory_|get_lock$|sp_getapplock$)/

export function readTree(program: Program, language: Language): Reading {
  const reader = new TreeReader(language)
  for (const statement of program.statements) {
    if (statement.type === 'empty') continue
    reader.reading.commands.push(commandOf(statement as unknown as TreeNode))
    reader.visit(statement as unknown as TreeNode, noNames)
  }
  return reader.reading
}

class TreeReader {
  readonly reading: Reading = { commands: [], reads: new Set(), writes: new Set(), locks: false }

  constructor(private readonly language: Language) {}

  visit(node: TreeNode, scope: Scope): void {
    switch (node.type) {
      case 'select_stmt':
      case 'insert_stmt':
      case 'merge_stmt':
        return this.visitClauses(nodes(node.clauses), scope)
      case 'update_stmt':
        return this.visitUpdate(nodes(node.clauses), scope)
      case 'delete_stmt':
        return this.visitDelete(nodes(node.clauses), scope)
      case 'compound_select_stmt':
        return this.visitChildren(node, this.withNames(leftmostWith(node), scope))
      case 'from_clause':
      case 'table_clause':
        return this.read(this.references(node.expr ?? node.table, scope))
      case 'insert_clause':
        return this.write(this.references(node.table, scope))
      case 'merge_clause':
        this.write(this.references(node.target, scope))
        this.read(this.references(node.source, scope))
        return this.visitValue(node.condition, scope)
      case 'truncate_stmt':
        return this.write(this.references(node.tables, scope))
      case 'into_table_clause':
        return this.write(this.references(node.name, scope))
      case 'for_clause':
      case 'lock_in_share_mode_clause':
        this.reading.locks = true
        return
      case 'func_call':
        if (lockingFunctions.test(nameParts(node.name).at(-1)?.toLowerCase() ?? '')) this.reading.locks = true
        return this.visitChildren(node, scope)
      default:
        return this.visitChildren(node, scope)
    }
  }

  private visitValue(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) for (const item of value) this.visitValue(item, scope)
    else if (isNode(value)) this.visit(value, scope)
  }

  private visitChildren(node: TreeNode, scope: Scope): void {
    for (const value of Object.values(node)) if (typeof value === 'object') this.visitValue(value, scope)
  }

  private visitClauses(clauses: readonly TreeNode[], scope: Scope): void {
    const inner = this.visitWith(clauses, scope)
    for (const clause of clauses) if (clause.type !== 'with_clause') this.visit(clause, inner)
  }

  /** Reads the WITH clause and returns the names that the rest of the statement sees. */
  private visitWith(clauses: readonly TreeNode[], scope: Scope): Scope {
    const clause = clauses.find((node) => node.type === 'with_clause')
    if (clause === undefined) return scope
    const all = this.withNames(clause, scope)
    let seen: Scope = clause.recursiveKw === undefined ? scope : all
    for (const expression of nodes(isNode(clause.tables) ? clause.tables.items : [])) {
      this.visitValue(expression.expr, seen)
      seen = new Set([...seen, ...nameParts(expression.table).map((name) => name.toLowerCase())])
    }
    return all
  }

  private withNames(clause: TreeNode | undefined, scope: Scope): Scope {
    if (clause === undefined) return scope
    const names = new Set(scope)
    for (const expression of nodes(isNode(clause.tables) ? clause.tables.items : [])) {
      for (const name of nameParts(expression.table)) names.add(name.toLowerCase())
    }
    return names
  }

  /** The target may be an alias of the FROM clause (SQL Server), and MySQL updates any table of a join. */
  private visitUpdate(clauses: readonly TreeNode[], scope: Scope): void {
    const inner = this.visitWith(clauses, scope)
    const targets: TableReference[] = []
    const sources: TableReference[] = []
    const assigned = new Set<string>()
    for (const clause of clauses) {
      if (clause.type === 'with_clause') continue
      if (clause.type === 'update_clause') targets.push(...this.references(clause.tables, inner))
      else if (clause.type === 'from_clause') sources.push(...this.references(clause.expr, inner))
      else {
        if (clause.type === 'set_clause') for (const name of assignedTables(clause)) assigned.add(name)
        this.visit(clause, inner)
      }
    }
    const chosen = targets.length > 1 ? targets.filter((target) => assigned.has(target.known)) : targets
    const written = chosen.length > 0 ? chosen : targets.slice(0, 1)
    this.read(targets.filter((target) => !written.includes(target)))
    this.writeAmong(written, sources)
  }

  private visitDelete(clauses: readonly TreeNode[], scope: Scope): void {
    const inner = this.visitWith(clauses, scope)
    const targets: TableReference[] = []
    const sources: TableReference[] = []
    for (const clause of clauses) {
      if (clause.type === 'with_clause') continue
      if (clause.type === 'delete_clause') targets.push(...this.references(clause.tables, inner))
      else if (clause.type === 'from_clause') sources.push(...this.references(clause.expr, inner))
      else this.visit(clause, inner)
    }
    this.writeAmong(targets, sources)
  }

  /** A target that names one of the sources is that source; the other sources are read. */
  private writeAmong(targets: readonly TableReference[], sources: readonly TableReference[]): void {
    const meant = targets.map((target) => sources.find((source) => source.known === target.known) ?? target)
    this.write(meant)
    this.read(sources.filter((source) => !meant.includes(source)))
  }

  /** The tables that a table expression names itself; its subqueries and conditions are visited on the way. */
  private references(value: unknown, scope: Scope): TableReference[] {
    if (!isNode(value)) return []
    switch (value.type) {
      case 'identifier':
      case 'member_expr':
        return this.reference(nameParts(value), scope)
      case 'alias': {
        const alias = nameParts(value.alias).at(-1)?.toLowerCase()
        return this.references(value.expr, scope).map(({ table, known }) => ({ table, known: alias ?? known }))
      }
      case 'list_expr':
        return nodes(value.items).flatMap((item) => this.references(item, scope))
      case 'join_expr': {
        const left = this.references(value.left, scope)
        const right = this.references(value.right, scope)
        this.visitValue(value.specification, scope)
        // BigQuery joins a row with its own arrays: `FROM orders AS o, o.lines`.
        const array = isNode(value.right)
          ? nameParts(value.right.type === 'alias' ? value.right.expr : value.right)
          : []
        const ofItself = array.length > 1 && left.some(({ known }) => known === array[0]?.toLowerCase())
        return ofItself ? left : [...left, ...right]
      }
      case 'bigquery_quoted_member_expr':
      case 'paren_expr':
      case 'table_with_inheritance':
      case 'table_without_inheritance':
      case 'partitioned_table':
      case 'indexed_table':
      case 'not_indexed_table':
      case 'tablesample_expr':
      case 'for_system_time_as_of_expr':
      case 'pivot_expr':
      case 'unpivot_expr':
        this.visitValue(value.args, scope)
        return this.references(value.expr ?? value.table ?? value.left, scope)
      default:
        this.visit(value, scope)
        return []
    }
  }

  private reference(parts: readonly string[], scope: Scope): TableReference[] {
    const known = parts.at(-1)?.toLowerCase() ?? ''
    if (parts.length === 1 && scope.has(known)) return []
    const table = tableName(parts, this.language)
    return table === '' ? [] : [{ table, known }]
  }

  private read(references: readonly TableReference[]): void {
    for (const { table } of references) this.reading.reads.add(table)
  }

  private write(references: readonly TableReference[]): void {
    for (const { table } of references) this.reading.writes.add(table)
  }
}
