import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** The network between a process and a service: open, refusing, or swallowing everything without an answer. */
export interface TcpGate {
  readonly port: number
  open(): void
  /** Cuts every connection, and each new one at once. */
  refuse(): void
  /** Keeps connections, and takes new ones, but lets nothing through any more. */
  hang(): void
  close(): Promise<void>
}

export async function startTcpGate(target: { readonly port: number }): Promise<TcpGate> {
  let state: 'open' | 'refusing' | 'hanging' = 'open'
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = createServer((inner) => {
    if (state === 'refusing') {
      inner.destroy()
      return
    }
    const outer = connect({ host: '127.0.0.1', port: target.port })
    const pair = [inner, outer] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [outer, inner]] as const) {
      from.on('data', (chunk: Buffer) => {
        if (state === 'open') to.write(chunk)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
    }
  })
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    open() {
      // what was swallowed is lost for good, so that these connections are of no use any more
      if (state === 'hanging') cut()
      state = 'open'
    },
    refuse() {
      state = 'refusing'
      cut()
    },
    hang() {
      state = 'hanging'
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
