/**
 * Plays requests on a planned system and yields their spans, a trace (and those it sets off) at a time, in bounded memory.
 * Sizes of traces are heavy-tailed: most have fewer than 20 spans, a few have thousands.
 */
import { sketch, type Scope, type SketchSpan } from '../test/sketch.js'
import { planSystem, seededRandom, type Operation, type Step } from './system.js'

export interface TrafficOptions {
  spans: number
  services: number
  seed?: number
}

const largestTrace = 4000

export function* traffic({ spans, services, seed = 1 }: TrafficOptions): Generator<SketchSpan[]> {
  const plan = planSystem(services, seed)
  const random = seededRandom(seed + 1)
  const system = sketch(`bench-${services}-${seed}`, { spacingMs: 20, networkMs: 0.6 })
  for (const { name, ...options } of plan.services) system.service(name, options)
  // Zipf: a few operations are most of the traffic.
  const weights = plan.roots.map((_, i) => Math.pow(i + 1, -0.8))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const chooseRoot = (): Operation => {
    let left = random() * total
    for (const [i, root] of plan.roots.entries()) {
      left -= weights[i] ?? 0
      if (left <= 0) return root
    }
    return plan.roots[0] as Operation
  }
  /** Once, or for heavy steps now and then very often (Pareto, exponent 1.1). */
  const times = (step: Step): number => {
    if (random() >= step.chance) return 0
    if (!step.heavy || random() < 0.5) return 1
    return Math.min(600, Math.floor(Math.pow(1 - random(), -1 / 1.1)) + 1)
  }
  const pathOf = (operation: Operation, id: number): { path?: string } => {
    const slash = operation.name.indexOf(' /')
    return slash < 0 ? {} : { path: operation.name.slice(slash + 1).replaceAll('{id}', String(id)) }
  }

  const work = (operation: Operation, outer: Scope): void => {
    outer.work(system.vary(operation.ownMs / 2))
    const all = (scope: Scope): void => {
      for (const step of operation.steps) {
        const count = times(step)
        for (let n = 0; n < count && system.spans.length < largestTrace; n++) take(step, scope)
      }
    }
    if (operation.parallel) outer.parallel(all)
    else all(outer)
    outer.work(system.vary(operation.ownMs / 2))
  }

  const take = (step: Step, scope: Scope): void => {
    const id = Math.floor(random() * 1_000_000)
    if (step.kind === 'query') {
      const error = random() < 0.001
      scope.query(step.url, step.statement(id), {
        ms: system.vary(step.ms, 1.5),
        error,
        ...(id % 3 > 0 ? { collection: step.collection } : {}),
      })
    } else if (step.kind === 'cache') {
      scope.redis(step.url, `GET ${step.key}:${id % 5000}`, { ms: system.vary(0.4) })
    } else if (step.kind === 'call') {
      const fails = random() < 0.004
      const options = { ...pathOf(step.operation, id), error: fails }
      scope.call(
        step.operation.service,
        step.operation.name,
        options,
        fails ? undefined : (inner) => work(step.operation, inner),
      )
      if (fails && random() < 0.5) scope.call(step.operation.service, step.operation.name, { ...options, error: false })
    } else {
      const message = scope.publish(step.url, { messageId: `message-${id}`, ms: 0.6 })
      const { service } = step.consumer
      message.consume(service, { by: step.by, delayMs: system.vary(15), group: service }, (inner) =>
        work(step.consumer, inner),
      )
    }
  }

  let left = spans
  while (left > 0) {
    const root = chooseRoot()
    system.trace((trace) => {
      const id = Math.floor(random() * 1_000_000)
      trace.server(root.service, root.name, { ...pathOf(root, id), error: random() < 0.002 }, (scope) =>
        work(root, scope),
      )
    })
    const made = system.spans.splice(0)
    yield made.length > left ? made.slice(0, left) : made
    left -= made.length
  }
}
