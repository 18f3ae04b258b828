/** The units that measurements, limits and costs are given in. A ratio stays 0…1 until a reporter prints it. */
export type Unit =
  | 'ms'
  | 'bytes'
  | 'ratio'
  | 'count'
  | 'calls/request'
  | 'attempts'
  | 'hops'
  | 'services'
  | 'spans'
  | 'names'
  | 'traces'
  | 'ms/request'
  | 'calls/s'
  | 'ms/s'
  | 'bytes/s'

/** A number with its unit, e.g. `{value: 312, unit: 'ms'}`. */
export interface Quantity {
  value: number
  unit: Unit
}
