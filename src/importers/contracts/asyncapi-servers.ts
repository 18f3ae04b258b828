/**
 * Where a channel of an AsyncAPI document is served: protocol and host of each server.
 * What is easily got wrong: a channel that names no server is on all of them, and 2.x names them by key, 3.x by reference.
 */
import { listOf, objectOf, textOf, type JsonObject } from '../common/json-values.js'
import type { References } from './contract-document.js'
import { hostOf, protocolOf } from './contract-row.js'

export interface Served {
  system: string
  host: string
}

const mostServers = 20

/** At least one, for a channel is served somewhere even if nobody says where. */
export function servedAt(document: JsonObject, channel: JsonObject, references: References): Served[] {
  const servers = objectOf(document['servers'])
  const named = listOf(channel['servers']).map((each) => (typeof each === 'string' ? servers[each] : each))
  const told = (named.length > 0 ? named : Object.values(servers)).slice(0, mostServers)
  const found = told.map((each) => serverOf(references.follow(each), references))
  // One server has many names: of development and production only what differs is told.
  const different = new Map(found.map((each) => [`${each.system} ${each.host}`, each]))
  return different.size === 0 ? [{ system: '', host: '' }] : [...different.values()]
}

function serverOf(server: JsonObject, references: References): Served {
  const variables = objectOf(server['variables'])
  const variable = (name: string): string => {
    const told = references.follow(variables[name])
    const [first] = listOf(told['enum'])
    return textOf(told['default']) || textOf(first) || name
  }
  return {
    system: protocolOf(textOf(server['protocol'])),
    host: hostOf(textOf(server['host']) || textOf(server['url']), variable),
  }
}
