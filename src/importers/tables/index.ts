/** Kinds of tables of spans on a ClickHouse server; of two that fit, the earlier one is taken. */
import { hyperdxV1 } from './hyperdx-v1.js'
import { otelExporter } from './otel-exporter.js'
import { signoz } from './signoz.js'
import type { SpanTable } from './span-table.js'

export const spanTables: readonly SpanTable[] = [otelExporter, signoz, hyperdxV1]
export { kindOf, selectionSql, sourceSelect, type Selection, type SpanTable } from './span-table.js'
