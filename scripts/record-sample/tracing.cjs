/**
 * The stock OpenTelemetry set-up that every service of the bookshop loads first. No resource detectors run:
 * the recording must not carry the names and paths of the machine on which it was made.
 */
const { resourceFromAttributes } = require('@opentelemetry/resources')
const { NodeTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-node')
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
const { ExpressInstrumentation, ExpressLayerType } = require('@opentelemetry/instrumentation-express')
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg')
const { IORedisInstrumentation } = require('@opentelemetry/instrumentation-ioredis')
const { AmqplibInstrumentation } = require('@opentelemetry/instrumentation-amqplib')

const service = process.env.BOOKSHOP_SERVICE
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': service,
    'service.version': '1.0.0',
    'service.instance.id': `${service}-1`,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
  }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: process.env.BOOKSHOP_RECEIVER }))],
})
provider.register()
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    // Spans of Express layers would be half of the recording; the routes they find are kept.
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.REQUEST_HANDLER] }),
    new PgInstrumentation(),
    new IORedisInstrumentation(),
    new AmqplibInstrumentation(),
  ],
})

process.on('message', async (message) => {
  if (message !== 'stop') return
  await provider.shutdown()
  process.exit(0)
})
// Never outlives the recording, however that ended.
process.on('disconnect', () => process.exit(1))
