/**
 * OpenAPI 3 and Swagger 2 documents, YAML or JSON: a row for each operation that a service promises.
 * What is easily got wrong: the path of an operation begins with the path of the server's address, which is where the gateway or the
 * framework mounts it; and a document rarely says which service it is of, so its title and its hosts are kept as they stand.
 */
import { UnreadableEvidence, type Importer } from '../model/importer.js'
import { readContract, References } from './contracts/contract-document.js'
import { hostOf, type ContractRow } from './contracts/contract-row.js'
import { isObject, objectOf, objectsOf, textOf, type JsonObject } from './common/json-values.js'

const mostOperations = 20_000
const mostServers = 10
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

export const openapi: Importer = {
  id: 'openapi',
  title: 'OpenAPI contracts',
  spec: 'https://spec.openapis.org/oas/latest.html',
  gives: ['contracts'],
  sniff(head) {
    const text = new TextDecoder().decode(head)
    if (!/^\s*(?:"paths"|paths|'paths'|"info"|info)\s*:/m.test(text) && !/"(?:paths|info)"\s*:/.test(text)) return 0
    const json = /^\uFEFF?\s*\{[\s\S]{0,2000}?"(?:openapi"\s*:\s*"3\.|swagger"\s*:\s*"2\.)/.test(text)
    return json || /^(?:openapi:\s*["']?3\.|swagger:\s*["']?2\.)/m.test(text) ? 1 : 0
  },
  async read(source, sink) {
    const document = await readContract(source)
    if (!isObject(document['paths']))
      throw new UnreadableEvidence(
        source.name,
        'is a contract without paths',
        'Give an OpenAPI 3 or Swagger 2 document with operations.',
      )
    const references = new References(document)
    const { rows, bad } = operations(document, source.name, references)
    await sink.insertRows('contracts', rows.slice(0, mostOperations))
    sink.gain(Math.min(rows.length, mostOperations), 'contracts')
    const lost = bad + Math.max(0, rows.length - mostOperations)
    if (lost > 0) sink.lose('bad-row', lost)
    references.report(sink)
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

function operations(document: JsonObject, name: string, references: References): { rows: ContractRow[]; bad: number } {
  const service = textOf(objectOf(document['info'])['title']).slice(0, 200)
  const rows: ContractRow[] = []
  let bad = 0
  for (const [path, value] of Object.entries(objectOf(document['paths']))) {
    // What begins with x- is an extension.
    if (!path.startsWith('/')) continue
    if (!isObject(value)) {
      bad++
      continue
    }
    const item = references.follow(value)
    for (const method of methods) {
      const operation = item[method]
      if (!isObject(operation)) continue
      for (const { base, host } of serversOf(operation, item, document)) {
        rows.push({
          Source: name,
          Kind: 'openapi',
          Service: service,
          Direction: 'serve',
          Channel: `${method.toUpperCase()} ${base}${path}`.slice(0, 2000),
          Message: textOf(operation['operationId']).slice(0, 200),
          System: 'http',
          Host: host.slice(0, 255),
        })
      }
    }
  }
  return { rows, bad }
}

interface Server {
  /** Path before that of the operation, without a slash at its end. */
  base: string
  /** Blank for a relative address. */
  host: string
}

/** Servers of an operation go before those of its path, and these before the document's. */
function serversOf(operation: JsonObject, item: JsonObject, document: JsonObject): Server[] {
  const given = [operation, item, document].map((each) => objectsOf(each['servers'])).find((list) => list.length > 0)
  const servers = (given ?? []).slice(0, mostServers).map((server) => {
    const variables = objectOf(server['variables'])
    const url = textOf(server['url']).replaceAll(/\{([^{}]*)\}/g, (_, variable: string) =>
      textOf(objectOf(variables[variable])['default']),
    )
    const base = /^(?:(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1] ?? ''
    const host = /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(url) ? hostOf(url.replace(/^\/\//, 'http://'), () => '') : ''
    return { host, base: base.startsWith('/') ? base.replace(/\/+$/, '') : '' }
  })
  if (servers.length > 0) return servers
  const base = textOf(document['basePath']).replace(/\/+$/, '')
  return [{ base, host: hostOf(textOf(document['host']), () => '') }]
}
