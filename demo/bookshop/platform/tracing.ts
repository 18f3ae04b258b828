/**
 * The stock OpenTelemetry set-up that every service loads first (`--require`). No resource detectors run: a recording must not carry
 * the names and paths of the machine on which it was made.
 */
import { SpanKind } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib'
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express'
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { planted } from '../variant'
import { install, receiverPort } from './network'
import { CostFilter, OffClock, PathSampler } from './processors'

install()
const service = process.env.BOOKSHOP_SERVICE ?? ''
/** How far the payments machine is from the others, in a shop without time synchronisation. */
const clockOffMs = 250

function resource() {
  const named = { 'service.version': '1.0.0', 'service.instance.id': `${service}-1` }
  // without a name the SDK falls back to unknown_service and the program's name
  if (service === 'reviews' && planted('unnamed-service')) return defaultResource().merge(resourceFromAttributes(named))
  return resourceFromAttributes({
    'service.name': service,
    ...named,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
  })
}

function processor(): SpanProcessor {
  const batch = new BatchSpanProcessor(new OTLPTraceExporter({ url: `http://127.0.0.1:${receiverPort}/v1/traces` }), {
    scheduledDelayMillis: 2000,
  })
  if (service === 'payments' && planted('clock-skew')) return new OffClock(batch, clockOffMs)
  if (service === 'reviews' && planted('orphan-span')) return new CostFilter(batch, SpanKind.SERVER, 8)
  return batch
}

const root =
  service === 'storefront' && planted('thin-sample') ? new PathSampler('/opening-hours', 10) : new AlwaysOnSampler()
const dark = service === 'loyalty' && planted('dark-component')

if (!dark) {
  const provider = new NodeTracerProvider({
    resource: resource(),
    spanProcessors: [processor()],
    sampler: new ParentBasedSampler({ root }),
  })
  provider.register()
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation(),
      // Spans of Express layers would be half of the recording; the routes they find are kept.
      new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.REQUEST_HANDLER] }),
      new GrpcInstrumentation(),
      // Spans of pools would be another fifth; the stock service keeps them
      new PgInstrumentation({ ignoreConnectSpans: service !== 'stock' }),
      // the cart traces its Redis by hand in the flawed shop
      ...(service === 'cart' && planted('unusable-attributes') ? [] : [new IORedisInstrumentation()]),
      new AmqplibInstrumentation(),
    ],
  })
  process.on('message', (message) => {
    if (message === 'stop')
      provider.shutdown().then(
        () => process.exit(0),
        () => process.exit(1),
      )
  })
} else {
  process.on('message', (message) => {
    if (message === 'stop') process.exit(0)
  })
}
// Never outlives the recording, however that ended.
process.on('disconnect', () => process.exit(1))
