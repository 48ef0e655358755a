import { type Server, type Socket, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

export interface FaultyServer {
  readonly url: string
  /** Connections taken so far. */
  readonly connections: number
  close(): Promise<void>
}

/** A server that takes connections and does with them as told; on a port of its own, or one that was in use before. */
export async function startFaultyServer(onConnection: (socket: Socket) => void, port = 0): Promise<FaultyServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `redis://:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`,
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

/** Passes everything on to the real server until it is told to hold answers back, as a server that hangs. */
export async function startHangingProxy(target: { readonly host: string; readonly port: number }): Promise<FaultyServer & { hang(): void; recover(): void }> {
  const { connect } = await import('node:net')
  let hanging = false
  const server = await startFaultyServer((socket) => {
    const upstream = connect(target.port, target.host)
    upstream.on('error', () => socket.destroy())
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    socket.on('data', (data) => void (hanging ? undefined : upstream.write(data)))
    upstream.on('data', (data) => void (hanging ? undefined : socket.write(data)))
  })
  return {
    url: server.url.replace(':hunter2@', ''),
    get connections() {
      return server.connections
    },
    close: () => server.close(),
    hang: () => void (hanging = true),
    recover: () => void (hanging = false),
  }
}
