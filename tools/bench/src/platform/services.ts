import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { createClient } from 'redis'

const postgresqlHost = '127.0.0.1:5432'
const adminUrl = `postgres://postgres@${postgresqlHost}/postgres`
/** The last of the databases that a Redis has by default. */
const redisUrl = 'redis://127.0.0.1:6379/15'

export const noPostgresql = `PostgreSQL at ${postgresqlHost} does not answer`
export const noRedis = `Redis at ${redisUrl} does not answer, or its database is not empty`

/** A PostgreSQL database of the benchmark's own, and the Redis database beside it where that is free. */
export interface Services {
  readonly databaseUrl: string
  /** Of all processes on the database: its keys are in it. */
  readonly dataFolder: string
  readonly redisUrl: string | undefined
  /** As the server's settings name them. */
  readonly settings: Readonly<Record<string, string>>
  drop(): Promise<void>
}

/** Undefined where PostgreSQL does not answer. */
export async function createServices(): Promise<Services | undefined> {
  const database = await createDatabase()
  if (!database) return undefined
  const redis = await isRedisFree() ? redisUrl : undefined
  const dataFolder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  return {
    databaseUrl: database.url,
    dataFolder,
    redisUrl: redis,
    settings: { DATABASE_URL: database.url, ...(redis === undefined ? {} : { REDIS_URL: redis }) },
    async drop() {
      if (redis !== undefined) await withRedis((client) => client.flushDb())
      await database.drop()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

/** An empty database; undefined where PostgreSQL does not answer. */
export async function createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> } | undefined> {
  const name = `bench_${randomBytes(6).toString('hex')}`
  if (!await asAdmin(`create database ${name}`)) return undefined
  return {
    url: `postgres://postgres@${postgresqlHost}/${name}`,
    drop: async () => void (await asAdmin(`drop database if exists ${name} with (force)`)),
  }
}

async function asAdmin(statement: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
  } catch {
    return false
  }
  try {
    await client.query(statement)
    return true
  } finally {
    await client.end()
  }
}

/** Only an empty database is used, since it is emptied afterwards. */
function isRedisFree(): Promise<boolean> {
  return withRedis(async (client) => (await client.dbSize()) === 0).catch(() => false)
}

const openRedis = () => createClient({ url: redisUrl, socket: { connectTimeout: 2_000, reconnectStrategy: false } })

async function withRedis<Result>(work: (client: ReturnType<typeof openRedis>) => Promise<Result>): Promise<Result> {
  const client = openRedis()
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}
