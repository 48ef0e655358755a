import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters'
import { openPlatform as openPostgresqlPlatform } from '@motadata/adapters/postgresql'
import { isMLError, parseTenantId, type Platform, platformContext } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { CollectingLogger } from '@motadata/testing'
import { sql } from 'kysely'
import { createServer } from '../src/create-server.js'
import { createTestDatabase, describeWithServices } from './support/services.js'

/** What release 1.0.0 stored and answered; fixtures/release-1.0.0/make.sh makes it again by that release's own code. */
const fixture = fileURLToPath(new URL('fixtures/release-1.0.0/', import.meta.url))
const expected = JSON.parse(await readFile(`${fixture}expected.json`, 'utf8')) as {
  readonly texts: readonly string[]
  readonly predictions: Readonly<Record<'acme' | 'globex', readonly object[]>>
  readonly keys: Readonly<Record<'admin' | 'operator' | 'viewer' | 'revoked' | 'other', string>>
  readonly jobId: string
}
const dump = await readFile(`${fixture}database.sql`, 'utf8')

/** Roles belong to the whole server, so a dump of one database does not have them. */
const roles = ['ml_app', 'ml_system'].map((role) => `do $$ begin create role ${role} nologin; exception when duplicate_object or unique_violation then null; end $$;`).join('\n')

/** The queue throws away what waited for two weeks; the job of the fixture waits as if it had been asked for just now. */
const askedForNow = "update pgboss.job set created_on = now(), start_after = now(), keep_until = now() + interval '14 days'"

/** What sums in another order differs in the last digits. */
function toTwelveDigits(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 12)
  if (Array.isArray(value)) return value.map(toTwelveDigits)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toTwelveDigits(part)])) : value
}

interface Loaded {
  /** Opens it by today's code, which migrates it. */
  open(): Promise<Platform>
  remove(): Promise<void>
}

async function folderOfRelease(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'motadata-release-'))
  for (const part of ['artifacts', 'keys']) await cp(`${fixture}${part}`, join(folder, part), { recursive: true })
  return folder
}

/** What a first start unpacks: making a database anew takes PGlite many seconds. */
async function firstStart(): Promise<Blob> {
  const assets = fileURLToPath(new URL('../../../packages/adapters/assets/', import.meta.url))
  const [seed] = await readdir(assets)
  return new Blob([await readFile(join(assets, seed!))])
}

async function loadEmbedded(): Promise<Loaded> {
  const folder = await folderOfRelease()
  const pglite = await PGlite.create(join(folder, 'database'), { loadDataDir: await firstStart() })
  await pglite.exec('drop schema core, jobs, pgboss cascade')
  await pglite.exec(dump)
  await pglite.exec(askedForNow)
  await pglite.close()
  return {
    open: () => openPlatform({ dataFolder: folder, logger: new CollectingLogger() }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function loadPostgresql(): Promise<Loaded> {
  const [folder, database] = await Promise.all([folderOfRelease(), createTestDatabase()])
  await database.query(roles)
  await database.query(dump)
  await database.query(askedForNow)
  return {
    open: () => openPostgresqlPlatform({ databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, dataFolder: folder, logger: new CollectingLogger() }),
    async remove() {
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

describe('what release 1.0.0 stored, in the embedded database,', () => describeUpgrade(loadEmbedded))
describeWithServices('what release 1.0.0 stored, in PostgreSQL,', {}, () => describeUpgrade(loadPostgresql))

function describeUpgrade(load: () => Promise<Loaded>): void {
  let loaded: Loaded
  let platform: Platform
  let access: Access
  let system: MLSystem
  beforeAll(async () => {
    loaded = await load()
    platform = await loaded.open()
    access = await Access.open(platform)
    system = await MLSystem.open(platform)
  }, 120_000)
  afterAll(async () => {
    access?.close()
    await platform?.close()
    await system?.close()
    await loaded?.remove()
  })

  const acme = platformContext(parseTenantId('acme'), 'after')
  const whose = async (key: string): Promise<string> => {
    try {
      const { tenantId, principal } = await access.authenticateKey(key, { requestId: 'after', requiredAccess: 'viewer' })
      return `${principal.role} of ${tenantId}`
    } catch (error) {
      if (isMLError(error)) return error.code
      throw error
    }
  }

  it('gives the same predictions, for each tenant', async () => {
    for (const tenantId of ['acme', 'globex'] as const) {
      const predictions = await system.forTenant(tenantId).predict('ticket_classifier', [...expected.texts])
      expect(predictions.map((prediction) => ({ ...prediction, predictionId: undefined }))).toEqual(toTwelveDigits(expected.predictions[tenantId]))
    }
  })

  it('has the same models, aliases and history of aliases', async () => {
    expect((await system.registry.getModel(acme, 'ticket_classifier')).aliases).toEqual({ champion: 2 })
    expect(await system.registry.listAliasEvents(acme, 'ticket_classifier')).toMatchObject([{ fromVersion: 1, toVersion: 2 }, { toVersion: 1 }])
  })

  it('lets in whom it let in, and nobody else', async () => {
    const { admin, viewer, revoked, other, operator } = expected.keys
    expect(await Promise.all([admin, viewer, revoked, other].map(whose))).toEqual(['admin of acme', 'viewer of acme', 'UNAUTHENTICATED', 'admin of globex'])
    const asOperator = await access.authenticateKey(operator, { requestId: 'after', requiredAccess: 'operator' })
    expect((await access.tenants.list(asOperator)).tenants.map(({ id, suspendedAt }) => [id, suspendedAt !== undefined])).toEqual([['acme', false], ['globex', false], ['initech', true]])
  })

  it('is served by the composed server', async () => {
    const server = await createServer({ platform, config: { PORT: 0, EMBEDDED_WORKER: false } })
    try {
      expect(server.bootstrapped).toBeUndefined()
      const answer = await fetch(`${server.url}/v1/models/ticket_classifier/predict`, {
        method: 'POST', headers: { 'authorization': `Bearer ${expected.keys.admin}`, 'content-type': 'application/json' },
        body: JSON.stringify({ instances: expected.texts.map((text) => ({ text })) }),
      })
      expect(await answer.json()).toMatchObject({ model: { name: 'ticket_classifier', version: 2 }, predictions: toTwelveDigits(expected.predictions.acme) })
    } finally {
      await server.stop()
    }
  })

  it('has the job that waited, which is taken up', async () => {
    const taken = await new Promise((resolve) => {
      void platform.jobs.work('drill', async (job) => resolve({ id: job.id, payload: job.payload }))
    })
    expect(taken).toEqual({ id: expected.jobId, payload: { asked: 'before the upgrade' } })
  })

  it('can be written on as that release wrote it, beside today’s tables', async () => {
    const written = dump.match(/^INSERT INTO (?:access|ml_framework|jobs)\.(?!kysely)[^]*?\);$/gm)!.filter((statement) => statement.includes("'acme'"))
    expect(new Set(written.map((statement) => /INTO (\S+)/.exec(statement)![1]))).toEqual(new Set([
      'access.tenant', 'access.api_key', 'jobs.job', 'ml_framework.registered_model', 'ml_framework.model_version', 'ml_framework.model_alias', 'ml_framework.model_alias_event',
    ]))
    await platform.database.migrate({
      schema: 'written_as_before',
      migrations: {
        '0001': {
          async up(database) {
            // each table after those it refers to
            const order = ['access.tenant', 'registered_model', 'model_version']
            const rank = (statement: string): number => (order.findIndex((table) => statement.split('(')[0]!.includes(table)) + order.length + 1) % (order.length + 1)
            await sql`set local row_security = off`.execute(database)
            for (const statement of written.toSorted((a, b) => rank(a) - rank(b))) await sql.raw(statement.replaceAll("'acme'", "'hooli'").replace(/;$/, '')).execute(database)
          },
        },
      },
    })
    expect((await system.registry.getModel(platformContext(parseTenantId('hooli'), 'after'), 'ticket_classifier')).aliases).toEqual({ champion: 2 })
  })
}
