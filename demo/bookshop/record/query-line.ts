/**
 * A line to PostgreSQL that counts the queries that go over it: what the database was asked, told neither by the shop nor by its cache.
 * What is easily got wrong: packets of TCP end anywhere, so messages are followed by their lengths; the first message has no type.
 */
import net from 'node:net'

export interface QueryLine {
  port: number
  /** Queries so far: `Execute` of the extended protocol, and simple ones. */
  queries(): number
  close(): void
}

/** Counts the messages of one connection; give it the bytes as they come. */
function counter(count: () => void): (part: Buffer) => void {
  let rest = Buffer.alloc(0)
  let begun = false
  return (part) => {
    rest = Buffer.concat([rest, part])
    for (;;) {
      const head = begun ? 1 : 0
      if (rest.length < head + 4) return
      const end = head + rest.readUInt32BE(head)
      if (rest.length < end) return
      const type = begun ? String.fromCharCode(rest[0] ?? 0) : ''
      if (type === 'E' || type === 'Q') count()
      begun = true
      rest = rest.subarray(end)
    }
  }
}

export async function startQueryLine(to: { host: string; port: number }): Promise<QueryLine> {
  let queries = 0
  const open = new Set<net.Socket>()
  const server = net.createServer((client) => {
    const database = net.connect(to.port, to.host)
    const follow = counter(() => (queries += 1))
    client.on('data', follow)
    client.pipe(database).pipe(client)
    for (const socket of [client, database]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {
        client.destroy()
        database.destroy()
      })
      socket.on('close', () => open.delete(socket))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as net.AddressInfo).port,
    queries: () => queries,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
