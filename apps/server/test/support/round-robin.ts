import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'

interface Target {
  readonly url: URL
  readonly agent: Agent
}

export interface RoundRobin {
  readonly url: string
  /** From now on requests go to it too: to be called when it is ready. */
  add(url: string): void
  /** No new request goes to it. */
  remove(url: string): void
  close(): Promise<void>
}

/** What the proxy says when a server's connection broke while it held the request. */
export const brokenConnectionStatus = 599

/**
 * A load balancer as small as it gets: each request to the next server. One that refuses the connection has not had the request, so it goes
 * to the next; a connection that breaks with the request on it is answered 599, since nobody knows what was done.
 */
export async function startRoundRobin(): Promise<RoundRobin> {
  const targets: Target[] = []
  let turn = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void forward(request, Buffer.concat(chunks), response))
  })

  async function forward(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    for (let tries = 0; tries < 2 * targets.length; tries++) {
      const target = targets[turn++ % targets.length]!
      const outcome = await forwardTo(target, request, body, response)
      if (outcome !== 'refused') return
    }
    response.writeHead(502).end('no server takes connections')
  }

  server.keepAliveTimeout = 0 // a connection that is closed for idleness while a client takes it up again would look like a fault
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    add: (url) => void targets.push({ url: new URL(url), agent: new Agent({ keepAlive: true }) }),
    remove(url) {
      const index = targets.findIndex((target) => target.url.href === new URL(url).href)
      if (index >= 0) targets.splice(index, 1)
    },
    async close() {
      for (const { agent } of targets) agent.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function forwardTo({ url, agent }: Target, { method, url: path, headers }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<'done' | 'refused'> {
  return new Promise((resolve) => {
    const forwarded = httpRequest({ agent, host: url.hostname, port: url.port, method, path, headers: { ...headers, connection: 'keep-alive' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
      answer.on('end', () => resolve('done'))
      answer.on('error', () => {
        response.destroy()
        resolve('done')
      })
    })
    forwarded.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') {
        resolve('refused')
        return
      }
      if (!response.headersSent) response.writeHead(brokenConnectionStatus, { 'x-server': url.origin }).end(error.code)
      resolve('done')
    })
    forwarded.end(body)
  })
}
