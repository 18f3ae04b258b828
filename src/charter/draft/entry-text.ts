/**
 * One proposed entry as YAML, written by the library, so that whatever evidence calls a thing is quoted as it must be.
 * A question is a comment: it is for a person, and the loader passes it over.
 */
import { Document, isMap, isScalar, isSeq } from 'yaml'
import { visible } from '../../lib/text.js'
import type { Proposal } from './proposals.js'

const lists = new Set(['stores', 'caches', 'destinations'])

export function isList(section: Proposal['section']): boolean {
  return lists.has(section)
}

/** Lines of a section's block, without indentation. */
export function blockText(proposal: Proposal): string {
  const { section, name, keys, question } = proposal
  const document = new Document(isList(section) ? [name] : { [name]: Object.keys(keys).length > 0 ? keys : null })
  if (question !== '') comment(document, proposal)
  return document.toString({ lineWidth: 0, nullStr: '' })
}

/** The entry within brackets or braces; questions have no room there. */
export function flowText({ section, name, keys }: Proposal): string {
  const document = new Document(isList(section) ? [name] : { [name]: Object.keys(keys).length > 0 ? keys : null })
  if (isSeq(document.contents) || isMap(document.contents)) document.contents.flow = true
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim()
  return text.slice(1, -1).trim()
}

function comment(document: Document, { name, keys, question }: Proposal): void {
  const text = ` ${visible(question)}`
  const asked = 'because' in keys ? 'because' : 'p95' in keys ? 'p95' : undefined
  const node = document.getIn(asked === undefined ? [name] : [name, asked], true)
  if (isScalar(node)) node.comment = text
  if (isSeq(node)) {
    node.flow = true
    node.comment = text
  }
}
