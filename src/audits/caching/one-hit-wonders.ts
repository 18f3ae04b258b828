/**
 * Keys that are written because somebody asked, and that nobody asks for again.
 *
 *     GET search:whale-12 ─▶ miss ─▶ SET search:whale-12 ─▶ … nothing … ─▶ expired
 *
 * Confused with low-hit-ratio: a few popular keys can give a fine ratio while most of the memory holds keys that were read once.
 * A stay ends when the key is filled again or its time is up; with a hidden time to live the end is not seen, so much more is asked for.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import { percent } from '../../lib/percent.js'
import type { SurveyRows } from '../../survey/rows.js'
import { cached, cacheEvidence, missProof, perSecond, placeOf, told } from './cache-use.js'

const limits = {
  warning: {
    default: 0.5,
    unit: 'ratio',
    why: 'Most of what is written was written for nobody.',
    source: 'Twitter, OSDI 2020',
  },
  note: { default: 0.2, unit: 'ratio', why: 'An admission filter begins to pay.', source: 'Twitter, OSDI 2020' },
  open: {
    default: 0.9,
    unit: 'ratio',
    why: 'Where times to live are hidden, a key may be read after the evidence ends: only a clear majority counts.',
    source: 'house',
  },
  stays: { default: 50, unit: 'count', why: 'Fewer keys are no habit.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'cachePatterns' | 'cacheServers'>
type Row = Needs['cachePatterns'][number]

/** Stays whose end is seen, or where too few are, all of the first half of the evidence. */
function stays(row: Row, least: number): { all: number; unread: number; open: boolean } {
  if (row.fillsJudged >= least) return { all: row.fillsJudged, unread: row.fillsUnread, open: false }
  return { all: row.fillsJudged + row.fillsOpen, unread: row.fillsUnread + row.fillsOpenUnread, open: true }
}

export const oneHitWonders = defineAudit<Needs, typeof limits>({
  id: 'one-hit-wonders',
  family: 'caching',
  title: 'What is cached is asked for again',
  failureTitle: 'Most keys are never read again',
  definition:
    'Of the keys that were written after a miss more than 50 % are never read again before they expire or are filled anew (a note above 20 %), of 50 or more such stays. Where times to live are hidden, more than 90 % of the keys written in the first half of the evidence.',
  why: 'Each of them cost a write and memory, and pushed out a key that somebody might have asked for. A cache of searches by their words fills with words that nobody types twice.',
  fix: 'Make keys coarser (normalise the query, round the position, drop what does not change the answer), cache the parts that are shared and not the whole, or admit a key only when it is asked for a second time. If it stays like this, do not cache it.',
  verify: 'Run the same traffic and audit again: writes of the pattern fall, the hit ratio does not.',
  needs: ['cachePatterns', 'cacheServers'],
  limits,
  references: [
    {
      title: 'A large scale analysis of hundreds of in-memory cache clusters at Twitter, OSDI 2020',
      url: 'https://www.usenix.org/conference/osdi20/presentation/yang',
    },
    { title: 'TinyLFU: a highly efficient cache admission policy', url: 'https://arxiv.org/abs/1512.00727' },
  ],
  examples: {
    fires: [
      {
        name: '26 of fifty',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'search:{…}',
              cached: 1,
              variable: 1,
              fillsJudged: 50,
              fillsUnread: 26,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: '11 of fifty',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'search:{…}',
              cached: 1,
              variable: 1,
              fillsJudged: 50,
              fillsUnread: 11,
            },
          ],
        },
        severities: ['note'],
      },
      {
        name: 'nearly all of those whose time to live is hidden',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'search:{…}',
              cached: 1,
              variable: 1,
              fillsOpen: 50,
              fillsOpenUnread: 46,
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: '10 of fifty',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'search:{…}',
              cached: 1,
              variable: 1,
              fillsJudged: 50,
              fillsUnread: 10,
            },
          ],
        },
      },
      {
        name: 'nine of ten, with hidden times to live',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'search:{…}',
              cached: 1,
              variable: 1,
              fillsOpen: 50,
              fillsOpenUnread: 45,
            },
          ],
        },
      },
      {
        name: '49 keys',
        rows: {
          cachePatterns: [
            {
              cache: 'redis://shelf:6379/0',
              pattern: 'search:{…}',
              cached: 1,
              variable: 1,
              fillsJudged: 49,
              fillsUnread: 49,
            },
          ],
        },
      },
    ],
  },
  evidence: ({ cachePatterns, cacheServers }, limit) =>
    cacheEvidence(
      cachePatterns,
      cacheServers,
      Math.max(0, ...cached(cachePatterns).map((row) => stays(row, limit.stays).all)),
      limit.stays,
      'keys of one pattern that were written after a miss and whose end is seen',
      'Record for longer than keys live, or add a capture of redis-cli MONITOR, which shows times to live.',
    ),
  audit: ({ cachePatterns }, limit) =>
    cached(cachePatterns).flatMap((row): FindingDraft[] => {
      const { all, unread, open } = stays(row, limit.stays)
      const share = unread / Math.max(1, all)
      if (row.variable !== 1 || all < limit.stays || share <= (open ? limit.open : limit.note)) return []
      const warning = share > limit.warning
      return [
        {
          severity: warning ? 'warning' : 'note',
          message: `${unread} of ${all} keys written to ${told(row)} after a miss (${percent(share)}) were never read again${open ? ' as long as the evidence goes' : ' before they expired or were filled anew'}.`,
          where: placeOf(row),
          measured: { value: share, unit: 'ratio' },
          limit: { value: open ? limit.open : warning ? limit.warning : limit.note, unit: 'ratio' },
          cost: { value: perSecond(row.fills * share, row.windowSeconds), unit: 'calls/s' },
          proof: missProof(row, all),
        },
      ]
    }),
})
