/**
 * The charter of the clean bookshop: teams, and who owns which data. It declares all that test/sketch/clean.ts shows and decides nothing,
 * so that a planted system with this charter has the one fault that is put into it.
 */
export interface Ownership {
  /** People and services by team. */
  teams: Record<string, { size: number; services: string[] }>
  /** Patterns of stores and tables by service. */
  owns: Record<string, string[]>
}

/** Every team is small and works mostly with itself. */
export const cleanOwnership: Ownership = {
  teams: {
    front: { size: 6, services: ['storefront'] },
    shelves: { size: 7, services: ['catalogue', 'stock', 'reviews'] },
    till: { size: 6, services: ['orders', 'payments', 'prices'] },
    dispatch: { size: 5, services: ['shipping'] },
  },
  owns: {
    storefront: [],
    catalogue: ['postgresql://pg-catalogue/catalogue', 'redis://redis-catalogue'],
    stock: ['postgresql://pg-stock/stock'],
    reviews: ['mongodb://mongo-reviews/reviews'],
    orders: ['postgresql://pg-orders/orders'],
    payments: ['postgresql://pg-payments/payments'],
    prices: ['mysql://mysql-prices/prices'],
    shipping: ['postgresql://pg-shipping/shipping'],
  },
}

/** As YAML, of which JSON is a part. */
export function ownershipCharter({ teams, owns }: Ownership): string {
  const services = Object.fromEntries(Object.entries(owns).map(([service, places]) => [service, { owns: places }]))
  return JSON.stringify({ system: 'bookshop', teams, services, destinations: ['orders.*'] }, undefined, 2)
}
