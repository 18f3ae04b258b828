/**
 * Small questions to a syntax tree. What is easy to get wrong: a name is an identifier or a chain of members,
 * and a clause that a statement does not have is absent, not empty.
 */
/** The tree as its reader sees it: the parser's own types are exact, yet a walk over all of its 400 kinds of nodes needs only this. */
export interface TreeNode {
  type: string
  [key: string]: unknown
}

export function commandOf(statement: TreeNode): string {
  if (statement.type === 'insert_stmt') {
    const clause = nodes(statement.clauses).find((node) => node.type === 'insert_clause')
    return isNode(clause?.insertKw) ? String(clause.insertKw.name) : 'INSERT'
  }
  if (statement.type === 'compound_select_stmt' || statement.type === 'paren_expr') return 'SELECT'
  return (statement.type.split('_')[0] ?? '').toUpperCase()
}

/** `WITH x AS (…) SELECT … UNION SELECT …` hangs the clause on the first SELECT, though all of them see it. */
export function leftmostWith(node: TreeNode): TreeNode | undefined {
  let left: unknown = node
  while (isNode(left) && left.type === 'compound_select_stmt') left = left.left
  return isNode(left) ? nodes(left.clauses).find((clause) => clause.type === 'with_clause') : undefined
}

export function assignedTables(clause: TreeNode): string[] {
  const assignments = isNode(clause.assignments) ? nodes(clause.assignments.items) : []
  return assignments
    .flatMap((assignment) => nameParts(assignment.column).slice(0, -1).slice(-1))
    .map((name) => name.toLowerCase())
}

/** The parts of `a`, `a.b` or `a.b.c`, without quotes; empty for anything else. */
export function nameParts(value: unknown): string[] {
  const parts: string[] = []
  let node: unknown = value
  while (isNode(node) && node.type === 'member_expr') {
    if (!isNode(node.property) || typeof node.property.name !== 'string') return []
    parts.unshift(node.property.name)
    node = node.object
  }
  if (!isNode(node) || node.type !== 'identifier') return []
  return [String(node.name), ...parts]
}

export function nodes(value: unknown): TreeNode[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

export function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
