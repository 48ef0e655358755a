import { type Platform, secureTenantTable } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { CollectingLogger, acme, asAcme, defer, globex, until } from '@motadata/testing'
import { PostgresqlChangeSignal, openPlatform } from '../../src/postgresql/index.js'
import { openPostgresqlDatabase } from '../../src/postgresql/open-database.js'
import type { KyselyDatabase } from '../../src/sql/kysely-database.js'
import { temporaryFolder } from '../engines.js'
import { type FaultyServer, type Proxy, startFaultyServer, startProxy } from '../network/faulty-server.js'
import { type TestDatabase, createTestDatabase, reportMissingServer, serverAnswers } from './server.js'

const unavailable = (reason: string) => ({ code: 'STORAGE_UNAVAILABLE', details: { reason } })
const pid = async (transaction: Transaction<unknown>): Promise<number> => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction)).rows[0]!.pid

/** What is to be closed after a test, also after one that failed: left open, it would keep the tests from ending. The last comes first. */
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('a PostgreSQL server that does not answer when the platform is opened', () => {
  it.each([
    ['takes connections and says nothing', () => undefined],
    ['ends every connection', (socket: { end(): void }) => socket.end()],
  ] as const)('is reported in time when it %s', async (_, onConnection) => {
    const server: FaultyServer = await startFaultyServer(onConnection as never)
    const folder = await temporaryFolder()
    closing.push(() => server.close(), () => folder.remove())
    const askedAt = performance.now()
    const opening = openPlatform({ databaseUrl: `postgres://me:hunter2@127.0.0.1:${server.port}/db`, dataFolder: folder.path, connectionTimeoutMs: 200, logger: new CollectingLogger() })
    const refusal: unknown = await opening.catch((error: unknown) => error)
    expect(refusal).toMatchObject(unavailable('connection'))
    expect(String(refusal)).not.toContain('hunter2')
    expect(performance.now() - askedAt).toBeLessThan(2_000)
  })
})

reportMissingServer('the tests of a PostgreSQL server that goes away')
const describeWithServer = serverAnswers ? describe : undefined

describeWithServer?.('units of work on a PostgreSQL server', () => {
  let created: TestDatabase
  let proxy: Proxy
  let database: KyselyDatabase
  const logger = new CollectingLogger()

  beforeAll(async () => {
    created = await createTestDatabase()
    proxy = await startProxy(5432)
    database = await openPostgresqlDatabase(
      {
        databaseUrl: created.url.replace(':5432', `:${proxy.port}`),
        migrationDatabaseUrl: created.ownerUrl.replace(':5432', `:${proxy.port}`),
        maxConnections: 2, connectionTimeoutMs: 300, statementTimeoutMs: 400, lockTimeoutMs: 200,
      },
      logger,
    )
    await database.migrate({
      schema: 'notes',
      migrations: {
        '0001-note': {
          async up(migration) {
            await sql`create table notes.note (tenant_id text, id text, primary key (tenant_id, id))`.execute(migration)
            for (const statement of secureTenantTable('notes', 'note')) await statement.execute(migration)
          },
        },
      },
    })
  })

  afterAll(async () => {
    await database.close()
    await proxy.close()
    await created.drop()
  })

  const answers = (): Promise<number> => database.withTenant(acme, pid)
  const insert = (id: string) => (transaction: Transaction<unknown>) => sql`insert into notes.note values ('acme', ${id})`.execute(transaction)

  it('are refused when all connections are in use for too long, and go on when there is one', async () => {
    const go = defer()
    const holding = [1, 2].map(() => database.withTenant(acme, () => go.promise))
    const askedAt = performance.now()
    await expect(answers()).rejects.toMatchObject(unavailable('busy'))
    expect(performance.now() - askedAt).toBeLessThan(1_500)
    const waiting = answers()
    go.resolve()
    await Promise.all(holding)
    expect(await waiting).toBeGreaterThan(0)
  })

  it('are stopped when a statement takes too long, and keep nothing', async () => {
    const slow = database.withTenant(acme, async (transaction) => {
      await insert('slow')(transaction)
      await sql`select pg_sleep(30)`.execute(transaction)
    })
    await expect(slow).rejects.toMatchObject(unavailable('timeout'))
    const { rows } = await database.withTenant(acme, (transaction) => sql`select id from notes.note`.execute(transaction))
    expect(rows).toEqual([])
  })

  it('are stopped when they wait too long for a lock', async () => {
    const [locked, go] = [defer(), defer()]
    const lock = (key: number) => (transaction: Transaction<unknown>) => sql`select pg_advisory_xact_lock(${key})`.execute(transaction)
    const holding = database.withTenant(acme, async (transaction) => {
      await lock(1)(transaction)
      locked.resolve()
      await go.promise
    })
    await locked.promise
    await expect(database.withTenant(acme, lock(1))).rejects.toMatchObject(unavailable('timeout'))
    go.resolve()
    await holding
  })

  it('leave no tenant, role or half transaction to the next user of the connection, however they end', async () => {
    const users: number[] = []
    const failures = [
      () => database.withTenant(globex, async (transaction) => { users.push(await pid(transaction)); throw new Error('changed my mind') }),
      () => database.withTenant(globex, async (transaction) => { users.push(await pid(transaction)); await sql`select 1 / 0`.execute(transaction) }),
      () => database.withTenant(globex, async (transaction) => { users.push(await pid(transaction)); await sql`insert into notes.note values ('acme', 'x')`.execute(transaction) }),
      () => database.withTenant(globex, async (transaction) => { users.push(await pid(transaction)); await sql`select pg_sleep(30)`.execute(transaction) }),
    ]
    for (const fail of failures) {
      await expect(fail()).rejects.toThrow()
      // Outside of a unit, on the same connection, as the pool hands it out.
      const state = await database.asSystem(async (transaction) => {
        users.push(await pid(transaction))
        return (await sql`select current_user as role, core.tenant_id() as tenant, session_user <> current_user as entered`.execute(transaction)).rows
      })
      expect(state).toEqual([{ role: 'ml_system', tenant: null, entered: true }])
    }
    expect(new Set(users).size).toBeLessThanOrEqual(2)
    const [idle] = await created.query(`select count(*)::int as count from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`)
    expect(idle).toEqual({ count: 0 })
  })

  it('are refused when their connection is ended in the middle, keep nothing, and go on with another', async () => {
    const ended = database.withTenant(acme, async (transaction) => {
      await insert('ended')(transaction)
      await created.query(`select pg_terminate_backend(${await pid(transaction)})`)
      await insert('after')(transaction)
    })
    await expect(ended).rejects.toMatchObject(unavailable('connection'))
    const { rows } = await database.withTenant(acme, (transaction) => sql`select id from notes.note`.execute(transaction))
    expect(rows).toEqual([])
  })

  it('are refused at once while the server is down, and go on by themselves when it is back', async () => {
    await answers()
    proxy.cut()
    const askedAt = performance.now()
    for (let i = 0; i < 3; i++) await expect(answers()).rejects.toMatchObject(unavailable('connection'))
    await expect(database.ping()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(performance.now() - askedAt).toBeLessThan(2_000)
    proxy.recover()
    expect(await answers()).toBeGreaterThan(0)
  })

  it('are refused in time while the server hangs, also those whose connection was open, and go on when it is back', async () => {
    await answers()
    proxy.hang()
    const askedAt = performance.now()
    // One gets the open connection and waits for an answer, the others for a connection.
    const results = await Promise.allSettled([answers(), answers(), answers()])
    expect(results.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual(Array(3).fill('STORAGE_UNAVAILABLE'))
    // A statement's time with the second that the client waits longer than the server.
    expect(performance.now() - askedAt).toBeLessThan(400 + 1_000 + 1_500)
    proxy.recover()
    for (let i = 0; i < 5; i++) expect(await answers()).toBeGreaterThan(0)
  })
})

describeWithServer?.('a platform whose PostgreSQL server goes away', () => {
  it('answers with a code while it is away, and loses no job that was acknowledged', async () => {
    const created = await createTestDatabase()
    const folder = await temporaryFolder()
    const proxy = await startProxy(5432)
    closing.push(() => folder.remove(), () => created.drop(), () => proxy.close())
    const logger = new CollectingLogger()
    const [databaseUrl, migrationDatabaseUrl] = [created.url, created.ownerUrl].map((url) => url.replace(':5432', `:${proxy.port}`)) as [string, string]
    const platform: Platform = await openPlatform({ databaseUrl, migrationDatabaseUrl, dataFolder: folder.path, artifacts: 'database:', logger, jobGraceMs: 100, connectionTimeoutMs: 500 })
    closing.push(() => platform.close())
    const before = await platform.jobs.enqueue(asAcme, { kind: 'train', payload: 1 })
    await platform.jobs.work('other', () => Promise.resolve(), { concurrency: 4 })
    proxy.cut()
    await expect(platform.jobs.enqueue(asAcme, { kind: 'train', payload: 2 })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(platform.jobs.get(asAcme, before.id)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(platform.artifacts.put(acme, new Uint8Array([1]))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(platform.onlineStore.getMany(acme, ['a'])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await platform.changes.publish({ topic: 'api-key', tenantId: acme, subject: 'k' })
    proxy.recover()
    await platform.jobs.work('train', (job) => Promise.resolve(job.payload))
    const after = await platform.jobs.enqueue(asAcme, { kind: 'train', payload: 3 })
    for (const [job, result] of [[before, 1], [after, 3]] as const) {
      expect(await until(async () => (await platform.jobs.get(asAcme, job.id)).result, { withinMs: 20_000 })).toBe(result)
    }
    expect((await platform.jobs.list(asAcme)).jobs).toHaveLength(2)
    expect(logger.records.filter(({ message }) => message.includes('the job queue'))).toMatchObject([{ level: 'warn', message: expect.stringContaining('can not reach its database') }])
  })
})

describeWithServer?.('changes over a PostgreSQL server', () => {
  it('are heard again after the connection was ended, and by their own process all the while', async () => {
    const created = await createTestDatabase()
    const logger = new CollectingLogger()
    const [one, two] = [0, 1].map(() => new PostgresqlChangeSignal({ databaseUrl: created.url, logger })) as [PostgresqlChangeSignal, PostgresqlChangeSignal]
    closing.push(() => created.drop(), () => one.close(), () => two.close())
    await Promise.all([one.open(), two.open()])
    const heard: string[] = []
    two.subscribe('model-alias', ({ subject }) => void heard.push(subject))
    await one.publish({ topic: 'model-alias', tenantId: acme, subject: 'before' })
    await until(() => (heard.includes('before') ? true : undefined))
    await created.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'motadata-changes' and datname = current_database()`)
    await until(() => (logger.records.length > 0 ? true : undefined))
    await two.publish({ topic: 'model-alias', tenantId: acme, subject: 'meanwhile' })
    expect(heard).toContain('meanwhile')
    await until(async () => {
      await one.publish({ topic: 'model-alias', tenantId: acme, subject: 'after' })
      return heard.includes('after') ? true : undefined
    })
    await until(() => (logger.records.length === 4 ? true : undefined))
    expect(logger.records.map(({ level }) => level).sort()).toEqual(['info', 'info', 'warn', 'warn'])
  })
})
