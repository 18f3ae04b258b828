/**
 * The SQL of a relation, split into what is kept of a day and what puts days together: each aggregate function becomes its state by the
 * relation's own keys, and merges later. What is easily got wrong: only aggregates of one level can be split like this. Where aggregates are
 * aggregated, the inner ones must be over something that lies within a day, as a trace does; who lists a relation answers for that.
 */

export interface Split {
  /** Names of the columns that days are grouped by. */
  keys: string[]
  /** SELECT of keys and states over the base tables of a day. */
  states: string
  /** SELECT of the relation from the table `{from}`. */
  merged: string
}

const functions =
  /\b(count|countIf|sum|sumIf|sumMap|min|minIf|max|maxIf|argMin|argMinIf|argMax|argMaxIf|uniqExact|uniqExactIf|quantileExact|quantileExactIf|quantilesExact|quantilesExactIf|groupArraySorted|groupArraySortedIf|groupUniqArray|groupUniqArrayIf|groupUniqArrayArray)\(/g
const hasAggregate = (sql: string): boolean => new RegExp(functions.source).test(sql)

/** Throws when the relation is of another form. */
export function splitRelation(text: string): Split {
  const sql = text.replaceAll(/^ *--.*\n/gm, '').trim()
  const from = topLevel(sql, 'FROM')
  const group = topLevel(sql, 'GROUP BY')
  const order = topLevel(sql, 'ORDER BY')
  const end = order < 0 ? sql.length : order
  if (from < 0 || group < from || end < group || topLevel(sql, 'HAVING') > group)
    throw new Error('a relation that can be split has FROM, GROUP BY without HAVING, and ORDER BY')
  let head = sql.slice(0, from)
  if (/\bOVER\b/.test(head)) throw new Error('a window goes over rows that days do not have')
  const { shared, rest } = withClause(head)
  head = rest

  const keys: string[] = []
  const columns: string[] = []
  for (const expression of items(sql.slice(group + 'GROUP BY'.length, end))) {
    const defined = definition(head, expression)
    if (defined !== undefined) {
      // A key that the SELECT defines keeps its name.
      keys.push(expression)
      columns.push(`${defined} AS ${expression}`)
      head = head.replace(`${defined} AS ${expression}`, () => expression)
    } else if (/^\w+$/.test(expression)) {
      keys.push(expression)
      columns.push(expression)
    } else {
      const name = `k${keys.length.toString()}`
      keys.push(name)
      columns.push(`${expression} AS ${name}`)
      head = head.replaceAll(`${expression} AS`, () => `${name} AS`)
    }
  }

  const { calls, merged } = mergesOf(head)
  columns.push(...calls.map((state, index) => `${state} AS s${index.toString()}`))
  return {
    keys,
    states: `${shared}SELECT ${columns.join(',\n    ')}\n${sql.slice(from, end).trim()}`,
    merged: `${merged}FROM {from}\nGROUP BY ${keys.join(', ')}\n${sql.slice(end)}`,
  }
}

/** `head` with each call of an aggregate function as the merge of its state, and the states. */
function mergesOf(head: string): { calls: string[]; merged: string } {
  const calls: string[] = []
  let merged = ''
  let at = 0
  functions.lastIndex = 0
  for (let match = functions.exec(head); match; match = functions.exec(head)) {
    const first = closing(head, match.index + match[0].length - 1)
    const isParametric = head[first + 1] === '('
    const end = isParametric ? closing(head, first + 1) : first
    const [call, named] = [head.slice(match.index, end + 1), match[1] ?? '']
    const params = isParametric ? head.slice(match.index + named.length, first + 1) : ''
    const state = `${named}State${call.slice(named.length)}`
    const known = calls.indexOf(state)
    const index = known < 0 ? calls.push(state) - 1 : known
    merged += `${head.slice(at, match.index)}${named}Merge${params}(s${index.toString()})`
    at = end + 1
    functions.lastIndex = at
  }
  return { calls, merged: merged + head.slice(at) }
}

/** Names given before SELECT: those of rows belong to the states (`shared`), those of aggregates to what merges them. */
function withClause(head: string): { shared: string; rest: string } {
  const select = topLevel(head, 'SELECT')
  const given = head.slice(0, select).trim()
  if (given === '') return { shared: '', rest: head }
  const all = items(given.replace(/^WITH\b/, ''))
  const clause = (of: string[]): string => (of.length === 0 ? '' : `WITH ${of.join(',\n    ')}\n`)
  return {
    shared: clause(all.filter((item) => !hasAggregate(item))),
    rest: `${clause(all.filter(hasAggregate))}${head.slice(select)}`,
  }
}

/** The expression that the SELECT of `head` calls `name`, unless it is just another column. */
function definition(head: string, name: string): string | undefined {
  const list = head.slice(topLevel(head, 'SELECT') + 'SELECT'.length)
  const item = items(list).find((each) => each.endsWith(` AS ${name}`))
  const expression = item?.slice(0, -` AS ${name}`.length)
  return expression === undefined || /^\w+$/.test(expression) ? undefined : expression
}

/** What stands between the commas outside of all parentheses. */
function items(list: string): string[] {
  const found: string[] = []
  let start = 0
  walk(list, (at, depth) => {
    if (depth !== 0 || list[at] !== ',') return
    found.push(list.slice(start, at).trim())
    start = at + 1
  })
  return [...found, list.slice(start).trim()]
}

/** Calls `visit` for each character that is in no text, with how many brackets are open. */
function walk(sql: string, visit: (at: number, depth: number) => void): void {
  let depth = 0
  let quoted = false
  for (let at = 0; at < sql.length; at++) {
    const char = sql[at] ?? ''
    if (char === "'") quoted = !quoted
    if (quoted) continue
    if ('(['.includes(char)) depth += 1
    else if (')]'.includes(char)) depth -= 1
    visit(at, depth)
  }
}

/** Where the parenthesis that opens at `open` closes. */
function closing(sql: string, open: number): number {
  let depth = 0
  let quoted = false
  for (let at = open; at < sql.length; at++) {
    if (sql[at] === "'") quoted = !quoted
    else if (!quoted && sql[at] === '(') depth += 1
    else if (!quoted && sql[at] === ')' && --depth === 0) return at
  }
  throw new Error('a parenthesis does not close')
}

/** Where a word stands outside of all brackets; the last place. */
function topLevel(sql: string, word: string): number {
  let found = -1
  walk(sql, (at, depth) => {
    if (depth === 0 && sql.startsWith(word, at) && /\s/.test(sql[at - 1] ?? ' ')) found = at
  })
  return found
}
