import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type MigrationDatabase, type Platform, type RunningJob, secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'
import { CollectingLogger, FixedClock, acme, asAcme, asGlobex, defer, describeChangeSignal, until, walkTenantTables } from '@motadata/testing'
import { MemoryCache, openPlatform as openEmbedded } from '../../src/index.js'
import { type OpenPostgresqlPlatformOptions, PostgresqlChangeSignal, openPlatform } from '../../src/postgresql/index.js'
import { temporaryFolder } from '../engines.js'
import { type TestDatabase, createTestDatabase, reportMissingServer, serverAnswers } from './server.js'

describe('openPlatform on PostgreSQL', () => {
  it('names everything that is wrong with its options at once, without the password', async () => {
    const wrong = { databaseUrl: 'mysql://me:hunter2@host/db', migrationDatabaseUrl: 'hunter2', maxConnections: 0, connectionTimeoutMs: 0.5, statementTimeoutMs: -1, lockTimeoutMs: Number.NaN, redis: {}, inMemory: true, cacheBytes: -1 }
    const refusal: unknown = await openPlatform(wrong as unknown as OpenPostgresqlPlatformOptions).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      details: { problems: expect.arrayContaining(['databaseUrl', 'migrationDatabaseUrl', 'maxConnections', 'connectionTimeoutMs', 'statementTimeoutMs', 'lockTimeoutMs', 'redis', 'inMemory', 'cacheBytes'].map((name) => expect.stringContaining(`'${name}'`))) },
    })
    expect(String(refusal)).not.toContain('hunter2')
    await expect(openPlatform(undefined as unknown as OpenPostgresqlPlatformOptions)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })

  it('says that the server does not answer, without the password', async () => {
    const folder = await temporaryFolder()
    const opening = openPlatform({ databaseUrl: 'postgres://me:hunter2@127.0.0.1:1/none', dataFolder: folder.path })
    const refusal: unknown = await opening.catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED') })
    expect(String(refusal)).not.toContain('hunter2')
    await folder.remove()
  })

  reportMissingServer('the tests of openPlatform on PostgreSQL')
  const describeWithServer = serverAnswers ? describe : undefined
  describeWithServer?.('with a server', () => {
    let created: TestDatabase
    let folder: Awaited<ReturnType<typeof temporaryFolder>>
    let opened: Platform[] = []
    let one: Platform
    let two: Platform
    const logger = new CollectingLogger()

    const open = (dataFolder: string): Promise<Platform> =>
      openPlatform({ databaseUrl: created.url, migrationDatabaseUrl: created.ownerUrl, dataFolder, logger, jobGraceMs: 100 })

    beforeAll(async () => {
      created = await createTestDatabase()
      folder = await temporaryFolder()
      // As two processes that start at once on an empty database.
      const openings = await Promise.allSettled([open(folder.path), open(folder.path)])
      opened = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []))
      for (const opening of openings) if (opening.status === 'rejected') throw opening.reason
      ;[one, two] = opened as [Platform, Platform]
    })

    afterAll(async () => {
      // one alone too: left open, it would keep the tests from ending
      await Promise.all(opened.map((platform) => platform.close()))
      await created.drop()
      await folder.remove()
    })

    it('serves several processes, whose tables no tenant can look into', async () => {
      expect(one.database.engine).toBe('postgresql')
      await one.database.migrate({
        schema: 'notes',
        migrations: {
          '0001-note': {
            async up(database) {
              await sql`create table notes.note (tenant_id text, id text, primary key (tenant_id, id))`.execute(database)
              for (const statement of secureTenantTable('notes', 'note')) await statement.execute(database)
            },
          },
        },
      })
      await one.database.withTenant(acme, (transaction) => sql`insert into notes.note values ('acme', 'n')`.execute(transaction))
      const count = (context: typeof asAcme): Promise<unknown> =>
        two.database.withTenant(context.tenantId, async (transaction) => (await sql`select count(*)::int as count from notes.note`.execute(transaction)).rows)
      expect([await count(asAcme), await count(asGlobex)]).toEqual([[{ count: 1 }], [{ count: 0 }]])
      expect((await walkTenantTables(one.database)).problems).toEqual([])
    })

    it('migrates a schema once when several processes come with it at the same moment', async () => {
      for (let number = 0; number < 12; number++) {
        const schema = `meeting_${number}`
        const migrations = {
          schema,
          migrations: { '0001-note': { up: async (database: MigrationDatabase) => void (await sql`create table ${sql.table(`${schema}.note`)} (id text primary key)`.execute(database)) } },
        }
        await Promise.all([one, two, one, two].map(({ database }) => database.migrate(migrations)))
      }
    })

    it('shares artifacts, keys and changes', async () => {
      const { sha256 } = await one.artifacts.put(acme, new Uint8Array([1]))
      expect(await two.artifacts.has(acme, sha256)).toBe(true)
      expect(await two.keys.current(acme, 'prediction-id')).toEqual(await one.keys.current(acme, 'prediction-id'))
      const heard = defer<unknown>()
      two.changes.subscribe('model-alias', heard.resolve)
      const change = { topic: 'model-alias', tenantId: acme, subject: 'ticket-routing' } as const
      await one.changes.publish(change)
      expect(await heard.promise).toEqual(change)
    })

    it('refuses a data folder with other master keys than the database was first opened with', async () => {
      await expect(open(join(folder.path, 'other'))).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('master-keys.json') })
    })

    it('needs no data folder when keys and artifacts are elsewhere, and uses a Redis that it was given but does not close', async () => {
      const memory = await openEmbedded({ inMemory: true })
      const redis = { cache: new MemoryCache({ maxBytes: 1_000, clock: new FixedClock() }), changes: memory.changes, rateLimiter: memory.rateLimiter, onlineStore: memory.onlineStore }
      const own = await createTestDatabase()
      const untouched = join(folder.path, 'untouched')
      const platform = await openPlatform({
        databaseUrl: own.url, migrationDatabaseUrl: own.ownerUrl, dataFolder: untouched, logger, redis, masterKeys: [new Uint8Array(32).fill(1)], artifacts: 'database:',
      })
      opened.push(platform, memory)
      const { sha256 } = await platform.artifacts.put(acme, new Uint8Array([1]))
      expect(await platform.artifacts.has(acme, sha256)).toBe(true)
      expect(existsSync(untouched)).toBe(false)
      for (const port of ['cache', 'changes', 'rateLimiter', 'onlineStore'] as const) expect(platform[port]).toBe(redis[port])
      await memory.close()
      await platform.close()
      await own.drop()
    })

    it('counts limits and keeps online values without Redis, the values for all processes', async () => {
      await one.onlineStore.setMany(acme, [{ key: 'k', bytes: new Uint8Array([7]), eventTimeMs: 1 }], { ttlMs: 60_000 })
      expect((await two.onlineStore.getMany(acme, ['k']))[0]?.bytes).toEqual(new Uint8Array([7]))
      expect(await two.onlineStore.getMany(asGlobex.tenantId, ['k'])).toEqual([undefined])
      expect(await one.rateLimiter.take('address/192.0.2.1', { limit: 1, windowMs: 60_000 })).toMatchObject({ allowed: true })
      expect(await one.rateLimiter.take('address/192.0.2.1', { limit: 1, windowMs: 60_000 })).toMatchObject({ allowed: false })
    })

    it('says what is missing when the login or the database is none, or the owner may not make what is needed', async () => {
      const refusals: [string, string][] = [
        [created.url.replace('adapters_', 'nobody_'), 'STORAGE_UNAVAILABLE'],
        [created.url.replace(/[^/]*$/, 'no_such_database'), 'STORAGE_UNAVAILABLE'],
      ]
      for (const [databaseUrl, code] of refusals) {
        await expect(openPlatform({ databaseUrl, dataFolder: folder.path, logger })).rejects.toMatchObject({ code })
      }
      const other = await createTestDatabase()
      await expect(openPlatform({ databaseUrl: other.url, dataFolder: folder.path, logger })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
      await other.drop()
    })

    it('runs a job in one process that another enqueued, and aborts it there when that cancels it', async () => {
      const started = defer<RunningJob>()
      const aborted = defer<number>()
      await two.jobs.work('elsewhere', async (job) => {
        started.resolve(job)
        await new Promise((resolve) => job.signal.addEventListener('abort', resolve))
        aborted.resolve(performance.now())
      })
      const { id } = await one.jobs.enqueue(asAcme, { kind: 'elsewhere', payload: null })
      expect((await started.promise).id).toBe(id)
      const askedAt = performance.now()
      await one.jobs.cancel(asAcme, id)
      expect((await aborted.promise) - askedAt).toBeLessThan(2_000)
      expect((await one.jobs.get(asAcme, id)).state).toBe('cancelled')
    })

    it('holds a tenant to its share of jobs over all processes', async () => {
      const running = { now: 0, most: 0 }
      const work = async (): Promise<void> => {
        running.most = Math.max(running.most, ++running.now)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running.now--
      }
      for (const { jobs } of [one, two]) await jobs.work('shared', work, { concurrency: 4, concurrencyPerTenant: 1 })
      const ids = await Promise.all(Array.from({ length: 40 }, async () => (await two.jobs.enqueue(asAcme, { kind: 'shared', payload: null })).id))
      await until(async () => ((await one.jobs.list(asAcme, { kind: 'shared', state: 'succeeded' })).jobs.length === ids.length ? true : undefined), { withinMs: 20_000 })
      expect(running.most).toBe(1)
    })

    it('tries a job again whose process gave no sign of life', async () => {
      await one.jobs.enqueue(asAcme, { kind: 'orphaned', payload: null })
      const { id } = await one.jobs.enqueue(asAcme, { kind: 'orphaned', payload: null })
      // As a process leaves it that was killed a minute ago.
      await created.query(`update pgboss.job set state = 'active', started_on = now() - interval '1 minute', heartbeat_on = now() - interval '1 minute' where data->>'jobId' = '${id}'`)
      await created.query(`update jobs.job set state = 'running', attempt = 1 where id = '${id}'`)
      await two.jobs.work('orphaned', (job) => Promise.resolve(job.attempt))
      expect(await until(async () => (await one.jobs.get(asAcme, id)).result, { withinMs: 25_000 })).toBe(2)
    })
  })
})

if (serverAnswers) {
  describeChangeSignal('PostgreSQL', async () => {
    const created = await createTestDatabase()
    const changes = new PostgresqlChangeSignal({ databaseUrl: created.url, logger: new CollectingLogger() })
    await changes.open()
    return {
      changes,
      close: async () => {
        await changes.close()
        await created.drop()
      },
    }
  })
}
