import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Client } from 'pg'

const postgresqlHost = '127.0.0.1:5432'
const redisHost = '127.0.0.1:6379'
const adminUrl = `postgres://postgres@${postgresqlHost}/postgres`

export interface TestDatabase {
  /** Of a login that owns nothing. */
  readonly url: string
  readonly ownerUrl: string
  /** The same through another port, as through a gate. */
  urlThrough(port: number): string
  ownerUrlThrough(port: number): string
  query(text: string): Promise<Record<string, unknown>[]>
  /** Runs a statement in a transaction that stays open until it is released. */
  hold(text: string): Promise<{ release(): Promise<void> }>
  drop(): Promise<void>
}

/** A busy machine takes its time. */
const patienceMs = 20_000

async function asAdmin<Result>(work: (client: Client) => Promise<Result>, url = adminUrl): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: patienceMs })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function redisAnswersPing(): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port: 6379, timeout: 2_000 })
  try {
    socket.write('PING\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString().startsWith('+PONG')
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

const postgresqlAnswers = await asAdmin((client) => client.query('select 1')).then(() => true, () => false)
/** A database of its own in Redis, lest two runs of the tests meet. */
export const redisUrl = `redis://${redisHost}/${1 + (process.pid % 14)}`
const redisAnswers = await redisAnswersPing()

/** Whether what is tested needs Redis beside PostgreSQL. */
interface Needs {
  readonly redis?: boolean
}

/**
 * `describe` where the services are there; where they are not, says plainly that these tests are not run, which is a failure when services are
 * required (`REQUIRE_SERVICES=1`).
 */
export function describeWithServices(what: string, needs: Needs, tests: () => void): void {
  const missing = [
    ...(postgresqlAnswers ? [] : [`PostgreSQL at ${postgresqlHost}`]),
    ...(needs.redis && !redisAnswers ? [`Redis at ${redisHost}`] : []),
  ]
  if (missing.length === 0) {
    describe(what, tests)
  } else if (process.env['REQUIRE_SERVICES'] === '1') {
    it(`${what} needs services`, () => {
      throw new Error(`Expected ${missing.join(' and ')} to answer, since REQUIRE_SERVICES=1, got no answer.`)
    })
  } else {
    process.stderr.write(`SKIPPED: ${what}, since ${missing.join(' and ')} does not answer\n`)
    describe.skip(what, tests)
  }
}

/** A database of its own, with a login that is not its owner. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `server_${randomBytes(6).toString('hex')}`
  await asAdmin(async (client) => {
    await client.query(`create database ${name}`)
    await client.query(`create role ${name} login`)
  })
  const ownerUrl = `postgres://postgres@${postgresqlHost}/${name}`
  const url = `postgres://${name}@${postgresqlHost}/${name}`
  return {
    url,
    ownerUrl,
    urlThrough: (port) => url.replace(':5432', `:${port}`),
    ownerUrlThrough: (port) => ownerUrl.replace(':5432', `:${port}`),
    query: (text) => asAdmin(async (client) => (await client.query(text)).rows, ownerUrl),
    async hold(text) {
      const client = new Client({ connectionString: ownerUrl, connectionTimeoutMillis: patienceMs })
      await client.connect()
      await client.query('begin')
      await client.query(text)
      return { release: () => client.end() }
    },
    drop: () =>
      asAdmin(async (client) => {
        await client.query(`drop database if exists ${name} with (force)`)
        await client.query(`drop role if exists ${name}`)
      }),
  }
}
