import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

const host = '127.0.0.1:5432'
const adminUrl = `postgres://postgres@${host}/postgres`

export interface TestDatabase {
  /** A login that owns nothing. */
  readonly url: string
  readonly ownerUrl: string
  query(text: string): Promise<Record<string, unknown>[]>
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

/** Whether a PostgreSQL server answers here. */
export const serverAnswers = await asAdmin((client) => client.query('select 1')).then(
  () => true,
  () => false,
)

/** Says plainly what was not run for want of a server; where services are required (`REQUIRE_SERVICES=1`) that is a failure. */
export function reportMissingServer(what: string): void {
  if (serverAnswers) return
  if (process.env.REQUIRE_SERVICES === '1') {
    it(`${what} need a PostgreSQL server`, () => {
      throw new Error(`Expected a PostgreSQL server at ${host}, since REQUIRE_SERVICES=1, got no answer.`)
    })
  } else {
    process.stderr.write(`SKIPPED: ${what}, since no PostgreSQL server answers at ${host}\n`)
    it.skip(`${what} need a PostgreSQL server`, () => undefined)
  }
}

/** A database of its own, with a login that is not its owner. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `adapters_${randomBytes(6).toString('hex')}`
  await asAdmin(async (client) => {
    await client.query(`create database ${name}`)
    await client.query(`create role ${name} login`)
  })
  const ownerUrl = `postgres://postgres@${host}/${name}`
  return {
    url: `postgres://${name}@${host}/${name}`,
    ownerUrl,
    query: (text) => asAdmin(async (client) => (await client.query(text)).rows, ownerUrl),
    drop: () =>
      asAdmin(async (client) => {
        await client.query(`drop database if exists ${name} with (force)`)
        await client.query(`drop role if exists ${name}`)
      }),
  }
}
