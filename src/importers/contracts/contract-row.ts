/**
 * A row of contracts: one operation that a contract promises.
 * What is easily got wrong: the direction is that of the service which the contract is about, not of those who talk to it.
 */
export interface ContractRow {
  Source: string
  Kind: 'asyncapi' | 'openapi' | 'proto'
  /** As the contract names itself. */
  Service: string
  Direction: 'send' | 'receive' | 'serve'
  /** Address of the channel, `GET /orders/{id}`, or `shop.Stock/Reserve`. */
  Channel: string
  Message: string
  /** Protocol without its security: kafka, amqp, nats, http, grpc; empty when unstated. */
  System: string
  Host: string
}

/** A protocol without what says that it is encrypted. */
export const protocolOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/-secure$/, '')
    .replace(/^(amqp|http|mqtt|stomp|ws|redis|jms)s$/, '$1')

/** `host:port` of an address with or without scheme, account and path; variables such as `{env}` by `variables`. */
export function hostOf(address: string, variables: (name: string) => string): string {
  const filled = address.replace(/\{([^{}]*)\}/g, (_, name: string) => variables(name))
  return filled
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^.*@/s, '')
    .toLowerCase()
    .slice(0, 300)
}
