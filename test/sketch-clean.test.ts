/** The clean bookshop keeps its promises: shallow, honest, repeatable; whether audits stay silent on it is tested with the audits. */
import { expect, it } from 'vitest'
import { cleanSystem } from './sketch/clean.js'
import { toOtlpJson, toRows } from './sketch.js'

it('is the same each time', () => {
  expect(toOtlpJson(cleanSystem({ tracesEach: 5 }).spans)).toBe(toOtlpJson(cleanSystem({ tracesEach: 5 }).spans))
})

it('has eight services, and 150 traces of each of four operations of the storefront', () => {
  const { spans } = cleanSystem()
  expect(new Set(spans.map((span) => span.service)).size).toBe(8)
  for (const name of ['GET /books/{id}', 'GET /search', 'POST /books/{id}/reviews', 'POST /orders']) {
    expect(
      spans.filter((span) => span.name === name && span.parentSpanId === '' && span.service === 'storefront'),
    ).toHaveLength(150)
  }
})

it('never lets a child outlive what waits for it', () => {
  const { spans } = cleanSystem()
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId)
    if (!parent) continue
    expect(span.startNs).toBeGreaterThanOrEqual(parent.startNs)
    expect(span.startNs + span.durationNs).toBeLessThanOrEqual(parent.startNs + parent.durationNs)
  }
})

it('gives every service a database of its own', () => {
  const users = new Map<string, Set<string>>()
  for (const span of cleanSystem().spans) {
    if (!span.attributes.has('db.system.name')) continue
    const store = `${String(span.attributes.get('server.address'))}/${String(span.attributes.get('db.namespace'))}`
    users.set(store, (users.get(store) ?? new Set()).add(span.service))
  }
  for (const services of users.values()) expect(services.size).toBe(1)
  expect(toRows(cleanSystem({ tracesEach: 1 }).spans)).toContain('outbox')
})
