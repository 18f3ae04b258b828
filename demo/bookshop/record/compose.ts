/** The compose file that describes a variant: what would run where if this were not one machine. */
import { type ServiceName, serviceNames } from '../platform/network'
import { type Variant } from '../variant'

/** What each service talks to besides other services. */
const needs: Record<ServiceName, { flawed: string[]; mended: string[] }> = {
  storefront: { flawed: ['redis-storefront'], mended: [] },
  catalogue: {
    flawed: ['pg-catalogue', 'redis-catalogue', 'rabbitmq'],
    mended: ['pg-catalogue', 'redis-catalogue', 'rabbitmq'],
  },
  pricing: { flawed: ['pg-pricing', 'redis-pricing'], mended: ['pg-pricing', 'redis-pricing'] },
  cart: { flawed: ['redis-cart'], mended: ['redis-cart'] },
  orders: { flawed: ['pg-shop', 'rabbitmq'], mended: ['pg-orders', 'rabbitmq'] },
  payments: { flawed: ['pg-shop'], mended: ['pg-payments'] },
  stock: { flawed: ['pg-stock', 'redis-stock', 'rabbitmq'], mended: ['pg-stock', 'redis-stock', 'rabbitmq'] },
  shipping: { flawed: ['pg-shipping', 'rabbitmq'], mended: ['pg-shipping', 'rabbitmq'] },
  notifications: { flawed: ['pg-notifications', 'rabbitmq'], mended: ['pg-notifications', 'rabbitmq'] },
  reviews: { flawed: ['pg-catalogue', 'redis-catalogue', 'rabbitmq'], mended: ['pg-reviews', 'rabbitmq'] },
  checkout: { flawed: [], mended: [] },
  loyalty: { flawed: [], mended: [] },
}

/** The mended shop has no checkout service: the storefront orders by itself. */
export function servicesOf(variant: Variant): ServiceName[] {
  return serviceNames.filter((name) => !(variant === 'mended' && name === 'checkout'))
}

function store(name: string, variant: Variant): string[] {
  if (name === 'rabbitmq') return ['    image: rabbitmq:3-management']
  if (name.startsWith('pg-'))
    return [
      '    image: postgres:15',
      '    command: postgres -c shared_preload_libraries=pg_stat_statements',
      '    environment:',
      '      POSTGRES_HOST_AUTH_METHOD: trust',
    ]
  return [
    '    image: redis:7',
    `    command: redis-server ${variant === 'flawed' ? '--maxmemory-policy noeviction' : '--maxmemory 64mb --maxmemory-policy allkeys-lru'}`,
  ]
}

export function composeFile(variant: Variant): string {
  const services = servicesOf(variant)
  const stores = [...new Set(services.flatMap((name) => needs[name][variant]))].sort()
  const lines = ['name: bookshop', 'services:']
  for (const name of services) {
    lines.push(
      `  ${name}:`,
      '    image: bookshop:1.0.0',
      '    environment:',
      `      BOOKSHOP_SERVICE: ${name}`,
      `      BOOKSHOP_VARIANT: ${variant}`,
    )
    if (!(variant === 'flawed' && name === 'reviews')) lines.push(`      OTEL_SERVICE_NAME: ${name}`)
    if (needs[name][variant].length > 0)
      lines.push('    depends_on:', ...needs[name][variant].map((other) => `      - ${other}`))
  }
  for (const name of stores) lines.push(`  ${name}:`, ...store(name, variant))
  return `${lines.join('\n')}\n`
}
