/**
 * Mends for brokers and consumers that can be used as they are. Names come from the evidence: each is quoted for the language it stands in,
 * and where a value is a choice (a limit, an age) a comment says so.
 */
import type { Prescription } from '../../model/finding.js'
import type { Flow, Queue } from './queue-places.js'
import { nameOf } from './queue-places.js'

/** What a mend needs to know of a queue. */
export type QueueName = Pick<Queue, 'system' | 'kind' | 'name' | 'parent' | 'virtualHost'>

/** The queue that a flow is read from where no broker was asked: the one that its spans name. */
export function presumedQueue(
  flow: Pick<Flow, 'system' | 'subscription' | 'consumer' | 'destination'>,
): QueueName | undefined {
  const name = nameOf(flow.destination)
  if (flow.system !== 'rabbitmq') return undefined
  const queue = flow.subscription !== flow.consumer ? flow.subscription : name.includes(':') ? '' : name
  return queue === '' ? undefined : { system: 'rabbitmq', kind: 'queue', name: queue, parent: '', virtualHost: '' }
}

/** One word for a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A name as a regular expression that fits it alone. */
function exactly(name: string): string {
  return `^${name.replaceAll(/[^\w-]/g, (character) => `\\${character}`)}$`
}

/** An identifier of SQL in double quotes, which every dialect but MySQL's takes. */
export function sqlName(name: string): string {
  return name
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join('.')
}

function policy(queue: QueueName, definition: Record<string, string | number>): string {
  const host = queue.virtualHost === '' ? '' : `--vhost ${shellWord(queue.virtualHost)} `
  const name = shellWord(`${queue.name}-limits`)
  return `rabbitmqctl set_policy ${host}--apply-to queues ${name} ${shellWord(exactly(queue.name))} ${shellWord(JSON.stringify(definition))}`
}

const onePolicy = '# One policy holds for a queue: add these keys to one that it has already.'
const limits = { 'max-length': 100_000, overflow: 'reject-publish' } as const

export function deadLetterPrescription(queue: QueueName): Prescription | undefined {
  if (queue.system === 'rabbitmq') {
    const dead = `${queue.name}.dead`
    const host = queue.virtualHost === '' ? '' : ` --vhost=${shellWord(queue.virtualHost)}`
    return {
      title: `A queue for the dead letters of ${queue.name}, and the policy that sends them there`,
      language: 'sh',
      text: [
        `rabbitmqadmin${host} declare queue ${shellWord(`name=${dead}`)} durable=true`,
        '# The default exchange leads to the queue of the routing key’s name.',
        onePolicy,
        policy(queue, {
          'dead-letter-exchange': '',
          'dead-letter-routing-key': dead,
          // of quorum queues, and of classic ones from RabbitMQ 4 on
          'delivery-limit': 5,
          ...limits,
        }),
        '# Then consumers give up with basic.reject or basic.nack and requeue=false.',
      ].join('\n'),
    }
  }
  if (queue.system === 'nats' && queue.kind === 'consumer') {
    const [stream, name] = [shellWord(queue.parent), shellWord(queue.name)]
    const advisory = `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${queue.parent}.${queue.name}`
    return {
      title: `A limit of deliveries for ${queue.name}, and a stream that keeps word of what was given up`,
      language: 'sh',
      text: [
        `nats consumer edit ${stream} ${name} --max-deliver=5 --backoff=linear --backoff-steps=4 --backoff-min=1s --backoff-max=1m --force`,
        '# The advisory names the sequence of the message, which stays in the stream.',
        `nats stream add ${shellWord(`${queue.parent}_DEAD`)} --subjects=${shellWord(advisory)} --storage=file --retention=limits --max-age=30d --defaults`,
      ].join('\n'),
    }
  }
  return undefined
}

export function boundPrescription(queue: QueueName): Prescription | undefined {
  if (queue.system === 'rabbitmq')
    return {
      title: `A policy that bounds ${queue.name}`,
      language: 'sh',
      text: [
        '# 100,000 messages is a choice: what its consumers work off in the time that you can wait.',
        onePolicy,
        policy(queue, limits),
      ].join('\n'),
    }
  if (queue.system === 'nats' && queue.kind === 'stream')
    return {
      title: `Limits for the stream ${queue.name}`,
      language: 'sh',
      text: [
        '# A day and a gigabyte are choices; with discard=new publishers are told, with old the oldest are dropped.',
        `nats stream edit ${shellWord(queue.name)} --max-age=1d --max-bytes=1GB --discard=new --force`,
      ].join('\n'),
    }
  if (queue.system === 'kafka')
    return {
      title: `Retention for the topic ${queue.name}`,
      language: 'sh',
      text: [
        '# A week is a choice: longer than the longest outage of a consumer.',
        `kafka-configs.sh --bootstrap-server "$BROKER" --alter --entity-type topics --entity-name ${shellWord(queue.name)} --add-config retention.ms=604800000`,
      ].join('\n'),
    }
  return undefined
}

/** The key is what told the duplicates apart from other messages: the message id. */
export function idempotencyPrescription(subscription: string, write: string): Prescription {
  const table = /^INSERT (\S+)$/.exec(write)?.[1]
  return {
    title: `The message id as an idempotency key for ${subscription}`,
    language: 'sql',
    text: [
      '-- Once; beside the tables that the consumer writes.',
      'CREATE TABLE IF NOT EXISTS processed_messages (',
      '  subscription text NOT NULL,',
      '  message_id   text NOT NULL,',
      '  at           timestamptz NOT NULL DEFAULT now(),',
      '  PRIMARY KEY (subscription, message_id)',
      ');',
      '',
      '-- For each message, in the transaction of its writes. No row inserted: it was processed before; acknowledge it and do nothing.',
      `INSERT INTO processed_messages (subscription, message_id) VALUES ('${subscription.replaceAll("'", "''")}', $1)`,
      '  ON CONFLICT DO NOTHING;',
      ...(table === undefined
        ? []
        : [
            '',
            `-- Or a unique key on what one message makes once, and the same ON CONFLICT in the INSERT into ${sqlName(table)}:`,
            `ALTER TABLE ${sqlName(table)} ADD COLUMN message_id text UNIQUE;`,
          ]),
    ].join('\n'),
  }
}
