/**
 * The files in PEM that an address names for TLS. What is easily got wrong: the client library takes a certificate only together with an
 * authority, so where none is named it is given those that Node trusts anyway.
 */
import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { UnreadableEvidence } from '../../model/importer.js'
import type { ClickHouseAddress } from './address.js'

export interface Certificates {
  ca_cert: Buffer
  cert: Buffer
  key: Buffer
}

const kinds = {
  ca: /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/,
  cert: /-----BEGIN CERTIFICATE-----/,
  key: /PRIVATE KEY-----/,
}

/** Undefined when the address names none. Throws `UnreadableEvidence` for a file that cannot be read, or is none of its kind. */
export function certificatesOf({
  tls,
  shown,
}: Pick<ClickHouseAddress, 'tls' | 'shown'>): Certificates | Pick<Certificates, 'ca_cert'> | undefined {
  const read = (kind: keyof typeof kinds, path: string): Buffer => {
    const remedy = 'Check ca, cert and key in the address.'
    let text: Buffer
    try {
      text = readFileSync(path)
    } catch {
      throw new UnreadableEvidence(shown, `needs the file ${path}, which cannot be read`, remedy)
    }
    if (kinds[kind].test(text.toString('latin1'))) return text
    throw new UnreadableEvidence(shown, `names ${path} as ${kind}, and that has no ${kind} in PEM`, remedy)
  }
  const { ca, cert, key } = tls
  if (ca === undefined && cert === undefined) return undefined
  const authority = ca === undefined ? trusted() : read('ca', ca)
  return cert === undefined || key === undefined
    ? { ca_cert: authority }
    : { ca_cert: authority, cert: read('cert', cert), key: read('key', key) }
}

function trusted(): Buffer {
  const extra = process.env['NODE_EXTRA_CA_CERTS']
  const more = extra === undefined || extra === '' ? [] : [readFileSync(extra, 'utf8')]
  return Buffer.from([...rootCertificates, ...more].join('\n'))
}
