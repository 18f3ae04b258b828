/** The pricing service speaks gRPC. A deadline travels with a call, but only a callee that looks at it stops working. */
import {
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status,
  type ServiceClientConstructor,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import path from 'node:path'
import { ports } from './network'

export interface Price {
  cents: number
}
export interface PriceList {
  prices: Price[]
}
export interface Asked {
  book?: number
  books?: number[]
}

interface PricingPackage {
  bookshop: { Pricing: ServiceClientConstructor }
}

const definition = loadPackageDefinition(loadSync(path.join(__dirname, 'pricing.proto'))) as unknown as PricingPackage
const { Pricing } = definition.bookshop

export type PricingMethod = 'Quote' | 'LinePrice' | 'NetPrice' | 'QuoteMany' | 'Promotions'
type Done<Answer> = (error: Error | null, answer?: Answer) => void
type Call = (asked: Asked, options: { deadline?: number }, done: Done<PriceList>) => void

let client: Record<string, Call> | undefined

export function price(method: PricingMethod, asked: Asked, timeoutMs?: number): Promise<PriceList> {
  client ??= new Pricing(`pricing:${ports.pricing}`, credentials.createInsecure()) as unknown as Record<string, Call>
  const call = client[method]
  if (!call) return Promise.reject(new Error(`no method ${method}`))
  const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }
  return new Promise((resolve, reject) => {
    call.call(client, asked, options, (error, answer) =>
      error || !answer ? reject(error ?? new Error('no answer')) : resolve(answer),
    )
  })
}

type Reply = (error: object | null, answer?: PriceList) => void

async function reply(answer: Promise<PriceList>, done: Reply): Promise<void> {
  try {
    done(null, await answer)
  } catch (error) {
    done({ code: status.INTERNAL, message: error instanceof Error ? error.message : 'failed' })
  }
}

export function servePrices(methods: Record<PricingMethod, (asked: Asked) => Promise<PriceList>>): void {
  const server = new Server()
  const handlers = Object.entries(methods).map(([name, answer]) => [
    name,
    (call: { request: Asked }, done: Reply) => void reply(answer(call.request), done),
  ])
  server.addService(Pricing.service, Object.fromEntries(handlers) as never)
  server.bindAsync(`127.0.0.1:${ports.pricing}`, ServerCredentials.createInsecure(), () => process.send?.('ready'))
}
