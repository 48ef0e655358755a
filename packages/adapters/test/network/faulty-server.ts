import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'

export interface FaultyServer {
  readonly port: number
  /** Connections taken so far. */
  readonly connections: number
  close(): Promise<void>
}

/** A server that takes connections on a port of its own and does with them as told. */
export async function startFaultyServer(onConnection: (socket: Socket) => void): Promise<FaultyServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

export interface Proxy extends FaultyServer {
  /** From now on nothing passes, in connections that there are and in new ones, as with a server that hangs. */
  hang(): void
  /** Ends all connections, and new ones at once, as with a server that is down. */
  cut(): void
  /** Lets new connections pass again; what was lost stays lost. */
  recover(): void
}

/** Passes everything on to a real server until it is told otherwise. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  let state: 'passing' | 'hanging' | 'cut' = 'passing'
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = await startFaultyServer((socket) => {
    if (state === 'cut') return void socket.destroy()
    const upstream = connect(targetPort, '127.0.0.1')
    const pair = [socket, upstream] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      for (const side of pair) side.destroy()
    }
    upstream.on('error', end)
    for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      from.on('close', end)
      from.on('data', (data) => void (state === 'hanging' ? undefined : to.write(data)))
    }
  })
  return {
    port: server.port,
    get connections() {
      return server.connections
    },
    close: () => server.close(),
    hang: () => void (state = 'hanging'),
    cut: () => {
      state = 'cut'
      for (const pair of pairs) for (const side of pair) side.destroy()
    },
    recover: () => void (state = 'passing'),
  }
}
