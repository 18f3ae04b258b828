/**
 * What the services share: host names, ports, and plain ways to call each other.
 * Every host name of the bookshop is resolved to this machine inside the process, so that spans carry names as they would in a real network.
 */
const dns = require('node:dns')
const http = require('node:http')

const ports = {
  storefront: 7101,
  catalogue: 7102,
  reviews: 7103,
  orders: 7104,
  stock: 7105,
  payments: 7106,
  shipping: 7107,
  mailer: 7108,
}
const providerPort = 7110
const others = [
  'pg-catalogue',
  'pg-reviews',
  'pg-shop',
  'pg-payments',
  'pg-shipping',
  'redis-catalogue',
  'broker',
  'api.paybook.example',
]
const ours = new Set([...Object.keys(ports), ...others])

const lookup = dns.lookup
dns.lookup = (name, options, done) => {
  const callback = typeof options === 'function' ? options : done
  if (!ours.has(name)) return lookup(name, options, done)
  const all = typeof options === 'object' && options.all
  process.nextTick(() => (all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)))
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Calls `http://service:port/path`; fails on 5xx as most clients do. */
function ask(service, method, path, { port = ports[service], timeoutMs = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: service, port, method, path, timeout: timeoutMs }, (response) => {
      let text = ''
      response.on('data', (part) => (text += part))
      response.on('end', () =>
        response.statusCode >= 500 ? reject(new Error(`${service} answered ${response.statusCode}`)) : resolve(text),
      )
    })
    request.on('timeout', () => request.destroy(new Error(`${service} did not answer`)))
    request.on('error', reject)
    request.end()
  })
}

/** Express routes as `{'GET /books/:id': async (request) => answer}`; a thrown error is a 500. */
function serve(service, routes) {
  const app = require('express')()
  for (const [route, answer] of Object.entries(routes)) {
    const [method, path] = route.split(' ')
    app[method.toLowerCase()](path, async (request, response) => {
      try {
        response.json((await answer(request)) ?? {})
      } catch {
        response.status(500).json({})
      }
    })
  }
  app.listen(ports[service], '127.0.0.1', () => process.send?.('ready'))
}

function database(host, name) {
  const { Pool } = require('pg')
  return new Pool({ host, port: 5432, user: 'postgres', database: name, max: 8 })
}

async function broker() {
  const connection = await require('amqplib').connect('amqp://guest:guest@broker:5672')
  return connection.createChannel()
}

module.exports = { ports, providerPort, pause, ask, serve, database, broker }
