/** A recording that ended too soon: every operation was seen a few dozen times. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: 'thin-sample',
  fault: 'no operation has a hundred traces',
  spans() {
    return cleanSystem({ tracesEach: 60 }).spans
  },
} satisfies Planted
