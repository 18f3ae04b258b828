/**
 * One file of a charter as a zod schema: the source of what is accepted, of docs/charter.schema.json and of the tables in docs/charter.md.
 * It says what one file may hold; what several files may hold together (names given twice, audits, kinds) is checked afterwards.
 */
import { z } from 'zod'
import { faultText, date, mapping, reading, target, text, texts } from './schema-parts.js'
import { edgePattern, readEdge } from './expectations.js'

const order = z.enum(['by-key', 'by-partition']).describe('In which order messages must be handled.')

const targets = {
  p50: target('p50').optional(),
  p95: target('p95').optional(),
  p99: target('p99').optional(),
  errors: target('errors').optional(),
  rate: target('rate').optional(),
  hops: target('hops').optional(),
  callsPerRequest: target('callsPerRequest').optional(),
  staleness: target('staleness').optional(),
  hitRatio: target('hitRatio').optional(),
  ordered: order.optional(),
}

const requirement = mapping(
  {
    request: text('Glob of root operations: `POST /checkout`, `*`.').optional(),
    data: text('Pattern of a store, table or key: `postgresql://pricing/prices`.').optional(),
    destination: text('Pattern of destinations: `orders.*`.').optional(),
    service: text('Glob of the services that answer the request; alone, it means every request of theirs.').optional(),
    ...targets,
    because: text('Why it matters.').optional(),
    status: z
      .enum(['proposed', 'accepted', 'retired'])
      .optional()
      .describe('`accepted` unless it says otherwise; `proposed` requirements are never broken.'),
  },
  'a requirement',
).superRefine((given, context) => {
  const scopes = (['request', 'data', 'destination'] as const).filter((key) => given[key] !== undefined)
  const [, second] = scopes
  if (second !== undefined) {
    context.addIssue({
      code: 'custom',
      path: [second],
      message: faultText({
        message: `Expected one of request, data and destination, found ${scopes.join(' and ')}.`,
        remedy: 'Write one requirement for each of them.',
      }),
    })
  } else if (given.service !== undefined && scopes[0] !== undefined && scopes[0] !== 'request') {
    context.addIssue({
      code: 'custom',
      path: ['service'],
      message: faultText({
        message: `A service belongs to a request, and this requirement is about ${scopes[0]}.`,
        remedy: 'Delete the key `service`.',
      }),
    })
  }
})

const expectation = mapping(
  {
    edges: z
      .array(z.string().meta({ pattern: edgePattern }).transform(reading(readEdge)))
      .optional()
      .describe('`caller -> callee forbidden|required|sync|async`, one edge a sentence.'),
    owner: text('The only service that writes the target.').optional(),
    owners: z
      .record(z.string(), text('The only service that writes there.'))
      .optional()
      .describe('The only writer of each pattern of places.'),
    ...targets,
  },
  'what a decision expects',
)

const decision = mapping(
  {
    title: text('In a few words; the name of the decision when it is left out.').optional(),
    kind: z.enum(['cache', 'split', 'merge', 'store', 'queue', 'sync', 'async', 'other']).optional(),
    target: text('What it is about: a store, key, destination or service, or `a -> b`.').optional(),
    because: texts('The requirements that it serves.').nullable().optional(),
    expect: expectation.nullable().optional().describe('What must be seen in the evidence if it holds.'),
    status: z
      .enum(['proposed', 'provisional', 'accepted', 'superseded', 'rejected'])
      .optional()
      .describe('`accepted` unless this or its decision record says otherwise.'),
    date: date('When it was taken.').optional(),
    reviewBy: date('When it must be looked at again.').optional(),
    provisionalUntil: date('When a provisional decision ends.').optional(),
    adr: text('Path of the decision record.').optional(),
    supersedes: texts('Decisions that it takes the place of: they are superseded.').optional(),
    amends: texts('Decisions that it changes in part.').optional(),
    relatesTo: texts('Other decisions that a reader should know.').optional(),
  },
  'a decision',
).superRefine((given, context) => {
  for (const key of ['reviewBy', 'provisionalUntil'] as const) {
    const day = given[key]
    if (given.date === undefined || day === undefined || day >= given.date) continue
    context.addIssue({
      code: 'custom',
      path: [key],
      message: faultText({
        message: `Expected a day after ${given.date}, when the decision was taken, found ${day}.`,
        remedy: 'Correct one of the two dates.',
      }),
    })
  }
})

const team = mapping(
  {
    size: z.number().int().positive().max(10_000).optional().describe('People.'),
    services: texts('Services that it owns.').optional(),
  },
  'a team',
)

const service = mapping(
  {
    owner: text('The team that owns it.').optional(),
    owns: texts('Patterns of the stores and tables that belong to it.').optional(),
    kind: text('Kind of workload: `worker`, `gateway`, …').optional(),
    replicas: z.number().int().positive().max(1_000_000).optional().describe('Instances that run.'),
  },
  'a service',
)

const limitValue = z.union([z.string(), z.number()], {
  error: faultText({
    message: 'Expected a number, with a unit where there is one.',
    remedy: 'Write 20, 300ms or 80%.',
  }),
})

const limitScope = mapping(
  {
    kind: text('Services that are declared with this kind.').optional(),
    workload: text('Another word for `kind`.').optional(),
    service: text('Glob of services.').optional(),
    services: texts('Globs of services.').optional(),
    operation: text('Glob of operations.').optional(),
  },
  '`for`',
)

/** Limits of one audit; which ids exist depends on the audit, so they are checked afterwards. */
const limitEntry = z.object({ for: limitScope.optional() }).catchall(limitValue)

const waiver = mapping(
  {
    audit: text('Id of the audit.'),
    where: mapping(
      {
        service: text().optional(),
        peer: text().optional(),
        operation: text().optional(),
        store: text().optional(),
        table: text().optional(),
        keyPattern: text().optional(),
        destination: text().optional(),
        requirement: text().optional(),
        decision: text().optional(),
        path: text().optional(),
      },
      "a finding's place",
    )
      .optional()
      .describe(
        "Parts of the finding's place that must match; globs. Without it every finding of the audit is waived.",
      ),
    because: text('Why it is accepted for now.'),
    until: date('The last day on which it holds.').optional(),
  },
  'a waiver',
)

const practice = z.union(
  [
    z.literal(false),
    mapping(
      {
        adr: text('Folder of decision records.').optional(),
        codeowners: text('The CODEOWNERS file.').optional(),
        backstage: texts('Globs of Backstage catalogues.').optional(),
        openslo: texts('Globs of OpenSLO files.').optional(),
      },
      '`practice`',
    ),
  ],
  {
    error: faultText({
      message: 'Expected false, or a mapping of adr, codeowners, backstage (a list) and openslo (a list).',
      remedy: 'Write practice: { adr: docs/adr }, or practice: false to read none.',
    }),
  },
)

export const charterFile = mapping(
  {
    system: text('Name of the system. Needed in the first file.').optional(),
    include: texts('Globs of further files, from the folder of this one.').nullable().optional(),
    requirements: z.record(z.string(), requirement).nullable().optional().describe('What the system is for, by name.'),
    teams: z.record(z.string(), team.nullable()).nullable().optional().describe('Teams by name.'),
    services: z.record(z.string(), service.nullable()).nullable().optional().describe('Services by name.'),
    stores: texts('Patterns of stores that exist.').nullable().optional(),
    caches: texts('Patterns of caches that exist.').nullable().optional(),
    destinations: texts('Patterns of destinations that exist.').nullable().optional(),
    decisions: z.record(z.string(), decision).nullable().optional().describe('What was decided, by name.'),
    limits: z
      .record(z.string(), z.union([limitEntry, z.array(limitEntry)], { error: limitFault() }))
      .nullable()
      .optional()
      .describe('Limits that differ from their defaults, by id of the audit.'),
    aliases: mapping(
      {
        hosts: z
          .record(z.string(), text('The name that is used instead.'))
          .nullable()
          .optional()
          .describe('Canonical name by other name.'),
      },
      '`aliases`',
    )
      .nullable()
      .optional(),
    waivers: z.array(waiver).nullable().optional().describe('Findings that are accepted for now.'),
    practice: practice
      .nullable()
      .optional()
      .describe('Which existing files are read: ADRs, CODEOWNERS, Backstage, OpenSLO.'),
  },
  'the charter',
)

export type CharterFile = z.output<typeof charterFile>

function limitFault(): string {
  return faultText({
    message: 'Expected limits of the audit by id, or a list of such mappings.',
    remedy: 'Write chatty-pair: { callsPerRequest: 20, for: { service: storefront } }.',
  })
}

/** The published JSON Schema (2020-12), as in docs/charter.schema.json: what may be written, before it is read. */
export function charterJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(charterFile, { target: 'draft-2020-12', io: 'input' }),
    title: 'Faultline charter',
  }
}
