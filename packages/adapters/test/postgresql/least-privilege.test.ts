import { type MigrationDatabase, type Platform, secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'
import { CollectingLogger, acme, asAcme, globex, until, walkTenantTables } from '@motadata/testing'
import { openPlatform } from '../../src/postgresql/index.js'
import { temporaryFolder } from '../engines.js'
import { type TestDatabase, createTestDatabase, reportMissingServer, serverAnswers } from './server.js'

reportMissingServer('the tests of a login that owns nothing')

const noteMigrations = {
  schema: 'notes',
  migrations: {
    '0001-note': {
      async up(database: MigrationDatabase) {
        await sql`create table notes.note (tenant_id text, id text, primary key (tenant_id, id))`.execute(database)
        for (const statement of secureTenantTable('notes', 'note')) await statement.execute(database)
      },
    },
  },
}

const describeWithServer = serverAnswers ? describe : undefined
describeWithServer?.('a login that owns nothing', () => {
  let created: TestDatabase
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const logger = new CollectingLogger()

  let opened: Platform[] = []

  const open = async (options: { readonly migrationDatabaseUrl?: string } = {}): Promise<Platform> => {
    const platform = await openPlatform({ databaseUrl: created.url, dataFolder: folder.path, artifacts: 'database:', logger, jobGraceMs: 100, ...options })
    opened.push(platform)
    return platform
  }

  beforeEach(async () => {
    created = await createTestDatabase()
    folder = await temporaryFolder()
  })

  afterEach(async () => {
    // also what a test that failed left open, which would keep the tests from ending
    await Promise.all(opened.map((platform) => platform.close()))
    opened = []
    await created.drop()
    await folder.remove()
  })

  it('opens a platform by itself once the owner has migrated, and everything works', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
    const migrating = await open({ migrationDatabaseUrl: created.ownerUrl })
    await migrating.database.migrate(noteMigrations)
    await migrating.close()

    const platform = await open()
    await platform.database.migrate(noteMigrations)
    await platform.database.withTenant(acme, (transaction) => sql`insert into notes.note values ('acme', 'n')`.execute(transaction))
    const { sha256 } = await platform.artifacts.put(acme, new Uint8Array([1, 2, 3]))
    expect(await platform.artifacts.get(acme, sha256)).toEqual(new Uint8Array([1, 2, 3]))
    await platform.onlineStore.setMany(acme, [{ key: 'k', bytes: new Uint8Array([1]), eventTimeMs: 1 }], { ttlMs: 60_000 })
    expect(await platform.onlineStore.getMany(globex, ['k'])).toEqual([undefined])
    await platform.jobs.work('train', () => Promise.resolve('done'))
    const { id } = await platform.jobs.enqueue(asAcme, { kind: 'train', payload: null })
    expect(await until(async () => (await platform.jobs.get(asAcme, id)).result)).toBe('done')
    const { tables, problems } = await walkTenantTables(platform.database)
    expect(tables).toEqual(['artifacts.artifact', 'artifacts.chunk', 'jobs.job', 'jobs.schedule', 'notes.note', 'online.value'])
    expect(problems).toEqual([])
    await platform.close()
    const [owned] = await created.query(`select count(*)::int as count from pg_class where relowner = '${new URL(created.url).username}'::regrole`)
    expect(owned).toEqual({ count: 0 })
  })

  it('is told to migrate as the owner when there is something new', async () => {
    await (await open({ migrationDatabaseUrl: created.ownerUrl })).close()
    const platform = await open()
    await expect(platform.database.migrate(noteMigrations)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('migrationDatabaseUrl') })
    await platform.close()
  })

  it('sees what was migrated also after a process that was killed between migrating and granting', async () => {
    const migrating = await open({ migrationDatabaseUrl: created.ownerUrl })
    // who grants waits for this lock, as for another process
    const { Client } = await import('pg')
    const other = new Client({ connectionString: created.ownerUrl })
    await other.connect()
    try {
      await other.query("select pg_advisory_lock(hashtext('motadata.setup'))")
      const killed = migrating.database.migrate(noteMigrations).then(() => 'done', (error: unknown) => error)
      await until(async () => {
        const waiting = await created.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`)
        return waiting.length > 0 ? true : undefined
      })
      expect(await killed).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    } finally {
      await other.end()
      await migrating.close()
    }
    expect(await created.query('select name from notes.kysely_migration')).toEqual([{ name: '0001-note' }])

    const platform = await open()
    await expect(platform.database.migrate(noteMigrations)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('owner') })
    const again = await open({ migrationDatabaseUrl: created.ownerUrl })
    await again.database.migrate(noteMigrations)
    await again.close()
    await platform.database.migrate(noteMigrations)
    await platform.close()
  })

  it('reads past no row-level security even by itself, without the role of a tenant', async () => {
    const platform = await open({ migrationDatabaseUrl: created.ownerUrl })
    await platform.artifacts.put(acme, new Uint8Array([1]))
    const { Client } = await import('pg')
    const client = new Client({ connectionString: created.url })
    await client.connect()
    // As the login itself, which inherits what the roles may, with no tenant set.
    expect((await client.query('select count(*)::int as count from artifacts.artifact')).rows).toEqual([{ count: 0 }])
    await client.end()
    await platform.close()
  })

  it('refuses a job queue of a newer release, as the owner and as the login', async () => {
    await (await open({ migrationDatabaseUrl: created.ownerUrl })).close()
    await created.query('update pgboss.version set version = version + 1')
    for (const options of [{}, { migrationDatabaseUrl: created.ownerUrl }]) {
      await expect(open(options)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('newer release'), details: { schema: 'pgboss' } })
    }
  })
})
