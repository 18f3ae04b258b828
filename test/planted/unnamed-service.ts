/** A job that was deployed without its name. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'unnamed-service',
  fault: 'a process gives off spans without service.name',
  spans() {
    const shop = cleanSystem()
    shop.service('nameless', { unnamed: true })
    shop.repeat(120, (trace) => {
      trace.as('nameless', (root) => root.internal('sweep baskets', {}, (job) => job.work(15)))
    })
    return shop.spans
  },
} satisfies Planted
