import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, type MigrationDatabase, type Platform, type TenantId, secureTenantTable } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { CollectingLogger, FixedClock, SequentialIds, acme, asAcme, globex, until } from '@motadata/testing'
import { type OpenPlatformOptions, openPlatform } from '../src/index.js'
import { temporaryFolder } from './engines.js'
import { runProcess } from './processes/run.js'

interface NoteTables {
  'notes.note': { tenant_id: string; text: string }
}

const noteMigrations = {
  schema: 'notes',
  migrations: {
    '0001-note': {
      async up(database: MigrationDatabase) {
        await sql`create table notes.note (tenant_id text, text text, primary key (tenant_id, text))`.execute(database)
        for (const statement of secureTenantTable('notes', 'note')) await statement.execute(database)
      },
    },
  },
}

const note = ({ database }: Platform, tenantId: TenantId, text: string): Promise<void> =>
  database.withTenant(tenantId, async (transaction: Transaction<NoteTables>) => {
    await transaction.insertInto('notes.note').values({ tenant_id: tenantId, text }).execute()
  })

const notes = ({ database }: Platform, tenantId: TenantId): Promise<string[]> =>
  database.withTenant(tenantId, async (transaction: Transaction<NoteTables>) => {
    const rows = await transaction.selectFrom('notes.note').select('text').orderBy('text').execute()
    return rows.map(({ text }) => text)
  })

describe('openPlatform', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeEach(async () => {
    folder = await temporaryFolder()
  })

  afterEach(() => folder.remove())

  it('opens everything in memory, closes more than once, and answers nothing after that', async () => {
    const [clock, ids, logger] = [new FixedClock(), new SequentialIds(), new CollectingLogger()]
    const platform = await openPlatform({ inMemory: true, clock, ids, logger })
    expect(platform).toMatchObject({ clock, ids, logger, database: { engine: 'pglite' } })
    const { sha256 } = await platform.artifacts.put(acme, new Uint8Array([1]))
    expect(await platform.artifacts.has(globex, sha256)).toBe(false)
    expect((await platform.jobs.enqueue(asAcme, { kind: 'train', payload: null })).id).toBe('id-000001')
    await Promise.all([platform.close(), platform.close()])
    await platform.close()
    await expect(platform.database.ping()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(platform.jobs.enqueue(asAcme, { kind: 'train', payload: null })).rejects.toMatchObject({ code: 'SERVER_CLOSING' })
    expect(logger.records).toEqual([])
  })

  it('refuses what would wait for itself: closing, or enqueueing, inside a unit of work', async () => {
    const platform = await openPlatform({ inMemory: true })
    await platform.jobs.enqueue(asAcme, { kind: 'known', payload: null })
    const inside = (work: () => Promise<unknown>): Promise<unknown> => platform.database.withTenant(acme, work)
    await expect(inside(() => platform.close())).rejects.toMatchObject({ code: 'INTERNAL' })
    for (const kind of ['known', 'new']) await expect(inside(() => platform.jobs.enqueue(asAcme, { kind, payload: null }))).rejects.toMatchObject({ code: 'INTERNAL' })
    await platform.close()
  })

  it('names everything that is wrong with its options at once', async () => {
    const wrong = { masterKeys: [new Uint8Array(31)], artifacts: 'ftp://host', dataFolder: '', inMemory: 'yes', logger: {}, clock: null, ids: 7, cacheBytes: -1, jobGraceMs: 0.5, surprise: true } as unknown as OpenPlatformOptions
    await expect(openPlatform(wrong)).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
      details: { problems: ['masterKeys', 'artifacts', 'dataFolder', 'inMemory', 'logger', 'clock', 'ids', 'cacheBytes', 'jobGraceMs', 'surprise'].map((name) => expect.stringContaining(`'${name}'`)) },
    })
    await expect(openPlatform({ inMemory: true, dataFolder: folder.path })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    await expect(openPlatform(null as unknown as OpenPlatformOptions)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    await expect(openPlatform({ logger: { info: () => undefined } as unknown as Logger })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })

  it('finds everything again in its folder, which only its owner can read', async () => {
    const dataFolder = join(folder.path, 'nested', 'data')
    const first = await openPlatform({ dataFolder })
    await first.database.migrate(noteMigrations)
    await note(first, acme, 'kept')
    const { sha256 } = await first.artifacts.put(acme, new Uint8Array([1, 2, 3]))
    const key = await first.keys.current(acme, 'prediction-id')
    const job = await first.jobs.enqueue(asAcme, { kind: 'train', payload: { rows: 3 } })
    await first.close()

    const second = await openPlatform({ dataFolder })
    await second.database.migrate(noteMigrations)
    expect(await notes(second, acme)).toEqual(['kept'])
    expect(await notes(second, globex)).toEqual([])
    expect(await second.artifacts.get(acme, sha256)).toEqual(new Uint8Array([1, 2, 3]))
    expect(await second.keys.current(acme, 'prediction-id')).toEqual(key)
    await second.jobs.work('train', ({ payload }) => Promise.resolve(payload))
    expect(await until(async () => (await second.jobs.get(asAcme, job.id)).result)).toEqual({ rows: 3 })
    await second.close()

    expect((await readdir(dataFolder)).sort()).toEqual(['artifacts', 'database', 'keys'])
    const modes = [dataFolder, join(dataFolder, 'database'), join(dataFolder, 'artifacts')].map(async (path) => (await stat(path)).mode & 0o777)
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700])
  })

  it('takes master keys and a place for artifacts from outside, and holds a folder to the keys that it was used with', async () => {
    const [first, second, third] = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill)) as [Uint8Array, Uint8Array, Uint8Array]
    const open = async (...masterKeys: readonly Uint8Array[]): Promise<{ keyId: string; stored: Uint8Array }> => {
      const platform = await openPlatform({ dataFolder: folder.path, masterKeys, artifacts: 'database:' })
      const { sha256 } = await platform.artifacts.put(acme, new Uint8Array([1]))
      const found = { keyId: (await platform.keys.current(acme, 'prediction-id')).id, stored: await platform.artifacts.get(acme, sha256) }
      await platform.close()
      return found
    }
    const before = await open(first)
    expect(before.stored).toEqual(new Uint8Array([1]))
    expect((await readdir(folder.path)).sort()).toEqual(['database'])
    await expect(open(second)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining("'masterKeys'") })
    const after = await open(second, first)
    expect(after.keyId).not.toBe(before.keyId)
    // The former key was put behind and can be dropped now; one that was never used with it can not come instead.
    expect((await open(second)).keyId).toBe(after.keyId)
    await expect(open(third, first)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })

  it('refuses a folder whose job queue is of a newer release', async () => {
    const dataFolder = folder.path
    const platform = await openPlatform({ dataFolder })
    const ahead = { async up(database: MigrationDatabase) { await sql`update pgboss.version set version = version + 1`.execute(database) } }
    await platform.database.migrate({ schema: 'ahead', migrations: { '0001-ahead': ahead } })
    await platform.close()
    await expect(openPlatform({ dataFolder })).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('newer release') })
  })

  it('serves one process at a time, and once that was killed the next, which runs the job again that was running', async () => {
    const dataFolder = folder.path
    const holder = runProcess('holder.ts', dataFolder, 'work')
    const [, id, attempt] = (await holder.line('started')).split(' ')
    expect(attempt).toBe('1')
    await expect(openPlatform({ dataFolder })).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
      message: expect.stringMatching(new RegExp(`process ${holder.child.pid} .*DATABASE_URL`)),
    })
    await holder.kill()

    const platform = await openPlatform({ dataFolder })
    expect(await platform.jobs.get(asAcme, id!)).toMatchObject({ state: 'queued', attempt: 1 })
    await platform.jobs.work('train', (job) => Promise.resolve({ attempt: job.attempt, payload: job.payload }))
    expect(await until(async () => (await platform.jobs.get(asAcme, id!)).result)).toEqual({ attempt: 2, payload: { rows: 3 } })
    await expect(openPlatform({ dataFolder })).rejects.toMatchObject({ code: 'STORAGE_LOCKED', message: expect.stringContaining(`this process (pid ${process.pid})`) })
    await platform.close()
  })

  it('keeps a job that was interrupted by closing, which does not count as a failed attempt', async () => {
    const dataFolder = folder.path
    const first = await openPlatform({ dataFolder, jobGraceMs: 50 })
    const started = new Promise<void>((resolve) => {
      void first.jobs.work('train', async ({ signal }) => {
        resolve()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      })
    })
    const { id } = await first.jobs.enqueue(asAcme, { kind: 'train', payload: null })
    await started
    await first.close()
    const second = await openPlatform({ dataFolder })
    expect(await second.jobs.get(asAcme, id)).toMatchObject({ state: 'queued', attempt: 1 })
    await second.jobs.work('train', ({ attempt }) => Promise.resolve(attempt))
    expect(await until(async () => (await second.jobs.get(asAcme, id)).result)).toBe(2)
    await second.close()
  })

  it('asks the system for a sync with every commit', async () => {
    const counter = runProcess('count-syncs.ts', folder.path, '10')
    expect(Number(await counter.line())).toBeGreaterThanOrEqual(10)
    await counter.ended
  })

  it('refuses a folder that it can not use, and lets go of its lock', async () => {
    const file = join(folder.path, 'file')
    await writeFile(file, '')
    await expect(openPlatform({ dataFolder: join(file, 'below') })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining(file) })

    const older = join(folder.path, 'older')
    await (await openPlatform({ dataFolder: older })).close()
    await writeFile(join(older, 'database', 'PG_VERSION'), '14\n')
    for (let round = 0; round < 2; round++) {
      await expect(openPlatform({ dataFolder: older })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('14') })
    }
    await writeFile(join(older, 'database', 'PG_VERSION'), '18\n')
    await rm(join(older, 'keys'), { recursive: true })
    await expect(openPlatform({ dataFolder: older })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining('backup') })
  })

  it('starts over where an earlier first start was killed before it was done', async () => {
    const unfinished = join(folder.path, 'database.new-0123456789ab')
    await mkdir(unfinished)
    await writeFile(join(unfinished, 'PG_VERSION'), '18\n')
    const platform = await openPlatform({ dataFolder: folder.path })
    await platform.database.ping()
    await platform.close()
    expect((await readdir(folder.path)).sort()).toEqual(['artifacts', 'database', 'keys'])
  })
})
