/**
 * The bookshop's network on one machine: every host name of compose.yaml is this machine, so that spans carry names as in a real network.
 * Names are resolved inside the process; nothing is written to /etc/hosts. Databases, caches and the broker may listen elsewhere
 * (BOOKSHOP_POSTGRES, BOOKSHOP_REDIS, BOOKSHOP_RABBITMQ as host:port): connections to their names are led there.
 */
import dns from 'node:dns'
import net from 'node:net'

export const ports = {
  storefront: 7201,
  catalogue: 7202,
  pricing: 7203,
  cart: 7204,
  orders: 7205,
  payments: 7206,
  stock: 7207,
  shipping: 7208,
  notifications: 7209,
  reviews: 7210,
  checkout: 7211,
  loyalty: 7212,
} as const

export type ServiceName = keyof typeof ports
export const serviceNames = Object.keys(ports) as ServiceName[]

/** Not the shop's: the payment provider. */
export const provider = { host: 'api.paybook.example', port: 7220 }
/** A second address of the catalogue, in another region: same service, a slow line before it. */
export const farCatalogue = { host: 'catalogue', port: 7221 }
/** Where the pricing service reaches its cache: a line that the recording cuts for a while. */
export const pricingCachePort = 7222
export const receiverPort = 7230

export const databaseHosts = [
  'pg-catalogue',
  'pg-pricing',
  'pg-shop',
  'pg-orders',
  'pg-payments',
  'pg-stock',
  'pg-shipping',
  'pg-notifications',
  'pg-reviews',
]
export const cacheHosts = ['redis-storefront', 'redis-catalogue', 'redis-pricing', 'redis-cart', 'redis-stock']
export const brokerHost = 'rabbitmq'

interface Address {
  host: string
  port: number
}

function server(variable: string, port: number): Address {
  const [host, stated] = (process.env[variable] ?? '').split(':')
  return { host: host === undefined || host === '' ? '127.0.0.1' : host, port: stated ? Number(stated) : port }
}

export const postgres = server('BOOKSHOP_POSTGRES', 5432)
export const redis = server('BOOKSHOP_REDIS', 6379)
export const rabbitmq = server('BOOKSHOP_RABBITMQ', 5672)

const servers = new Map<string, Address>([
  ...databaseHosts.map((host) => [`${host}:5432`, postgres] as const),
  ...cacheHosts.map((host) => [`${host}:6379`, redis] as const),
  // the pricing service's cache is reached over a line that can be cut
  ['redis-pricing:6379', { host: '127.0.0.1', port: pricingCachePort }],
  [`${brokerHost}:5672`, rabbitmq],
])
const here = new Set<string>([...serviceNames, ...databaseHosts, ...cacheHosts, brokerHost, provider.host])

function realAddress(host: string, port: number): Address {
  return servers.get(`${host}:${port}`) ?? { host: here.has(host) ? '127.0.0.1' : host, port }
}

/** Leads connections to the bookshop's names to where they really listen. Must run before any client is made. */
export function install(): void {
  const lookup = dns.promises.lookup.bind(dns.promises)
  const local = (options: unknown) => {
    const found = { address: '127.0.0.1', family: 4 }
    return Promise.resolve(
      typeof options === 'object' && options !== null && 'all' in options && options.all ? [found] : found,
    )
  }
  Object.assign(dns.promises, {
    lookup: (name: string, options: dns.LookupOptions) => (here.has(name) ? local(options) : lookup(name, options)),
  })

  const connect = net.Socket.prototype.connect as (...parts: unknown[]) => net.Socket
  Object.assign(net.Socket.prototype, {
    connect(this: net.Socket, ...parts: unknown[]): net.Socket {
      const [first, second] = parts
      if (typeof first === 'number' && typeof second === 'string') {
        const address = realAddress(second, first)
        return connect.call(this, address.port, address.host, ...parts.slice(2))
      }
      const options: unknown = Array.isArray(first) ? first[0] : first
      if (typeof options === 'object' && options !== null && 'port' in options) {
        const named = options as { host?: string; port: number | string }
        Object.assign(named, realAddress(named.host ?? '127.0.0.1', Number(named.port)))
      }
      return connect.apply(this, parts)
    },
  })
}
