/**
 * An outbox for the tables that a request writes beside a message. Names come from the evidence and are quoted; what stands for values are
 * parameters, so that the text can be run as it is.
 */
import { placeParts } from '../../lib/place-pattern.js'
import type { Prescription } from '../../model/finding.js'

function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export interface DualWritten {
  service: string
  store: string
  destination: string
  tables: readonly string[]
}

export function outboxPrescription({ service, store, destination, tables }: DualWritten): Prescription {
  const sentTo = placeParts(destination)?.path ?? destination
  const mysql = /^(mysql|mariadb):/.test(store)
  const type = mysql
    ? { id: 'bigint AUTO_INCREMENT PRIMARY KEY', body: 'json', at: 'timestamp(6)' }
    : { id: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY', body: 'jsonb', at: 'timestamptz' }
  const written = tables.length > 0 ? tables.join(', ').replaceAll(/[\r\n]/g, ' ') : 'the rows'
  const next =
    'SELECT id, message_id, destination, body FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED;'
  return {
    title: `An outbox for ${service}, beside ${tables.length > 0 ? tables.join(', ') : 'its tables'}`,
    language: 'sql',
    text: [
      '-- Once, in the database that the request writes.',
      'CREATE TABLE outbox (',
      `  id          ${type.id},`,
      '  message_id  varchar(200) NOT NULL UNIQUE,',
      '  destination varchar(300) NOT NULL,',
      `  body        ${type.body} NOT NULL,`,
      `  sent_at     ${type.at} NULL`,
      ');',
      ...(mysql ? [] : ['CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;']),
      '',
      `-- In the transaction that writes ${written}, in place of the publish.`,
      mysql
        ? `INSERT INTO outbox (message_id, destination, body) VALUES (?, ${sqlText(sentTo)}, ?);`
        : `INSERT INTO outbox (message_id, destination, body) VALUES ($1, ${sqlText(sentTo)}, $2);`,
      '',
      '-- In a relay, again and again, each pass one transaction: publish with confirms under message_id, then mark.',
      next,
      mysql
        ? 'UPDATE outbox SET sent_at = now(6) WHERE id IN (?);'
        : 'UPDATE outbox SET sent_at = now() WHERE id = ANY($1);',
    ].join('\n'),
  }
}
