/** Servers that answer as they are told: odd, slow, dying or of another kind. */
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface ScriptedServer {
  port: number
  /** What it was sent, each piece as it came. */
  received: string[]
  stop(): Promise<void>
}

/** `answer` is called with each piece that comes, and with '' once a client has connected. */
export function scriptedServer(answer: (text: string, socket: Socket) => void): Promise<ScriptedServer> {
  const sockets = new Set<Socket>()
  const received: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (data) => {
      received.push(data.toString('latin1'))
      answer(data.toString('latin1'), socket)
    })
    answer('', socket)
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        received,
        stop: () =>
          new Promise((stopped) => {
            for (const socket of sockets) socket.destroy()
            server.close(() => stopped())
          }),
      }),
    ),
  )
}

/** Splits what a client of Redis sends into commands, and answers each by its name; undefined is no answer. */
export function scriptedRedis(
  reply: (command: readonly string[], socket: Socket) => string | undefined,
): Promise<ScriptedServer> {
  return scriptedServer((text, socket) => {
    const commands = text.split(/\*\d+\r\n/).filter((part) => part !== '')
    let answers = ''
    for (const command of commands) {
      const words = command.split('\r\n').filter((_, index) => index % 2 === 1)
      answers += reply(words, socket) ?? ''
    }
    if (answers !== '' && !socket.destroyed) socket.write(answers)
  })
}

export const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
