import type { Database } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'

export interface HealthOptions {
  readonly database: Pick<Database, 'ping'>
  /** Left out where other processes work on jobs. */
  readonly isWorking?: () => boolean
  readonly isAccepting: () => boolean
}

const databaseTimeoutMs = 1_000

const liveAnswer = Type.Object({ live: Type.Literal(true) })
const readyAnswer = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Object({
    database: Type.Boolean({ description: 'It answers' }),
    worker: Type.Optional(Type.Boolean({ description: 'It takes jobs; not asked where other processes do' })),
    server: Type.Boolean({ description: 'It takes requests and is not about to stop' }),
  }),
})

/** `GET /health/live`: the process runs. `GET /health/ready`: it can answer; 503 while it can not. */
export const health: FastifyPluginAsync<HealthOptions> = async (server, { database, isWorking, isAccepting }) => {
  server.get('/health/live', {
    config: { access: 'public' },
    schema: { tags: ['health'], operationId: 'live', summary: 'Whether the process runs', response: { 200: liveAnswer } },
  }, async (): Promise<Static<typeof liveAnswer>> => ({ live: true }))

  server.get('/health/ready', {
    config: { access: 'public' },
    schema: { tags: ['health'], operationId: 'ready', summary: 'Whether the server can answer', response: { 200: readyAnswer, 503: readyAnswer } },
  }, async (_request, reply): Promise<Static<typeof readyAnswer>> => {
    const checks = { database: await answersInTime(database), ...(isWorking ? { worker: isWorking() } : {}), server: isAccepting() }
    const ready = Object.values(checks).every(Boolean)
    reply.code(ready ? 200 : 503)
    return { ready, checks }
  })
}

async function answersInTime(database: Pick<Database, 'ping'>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), databaseTimeoutMs)
  })
  try {
    return await Promise.race([database.ping().then(() => true, () => false), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
