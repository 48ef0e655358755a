import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform as openPostgresqlPlatform } from '@motadata/adapters/postgresql'
import type { ChangeSignal, Platform } from '@motadata/core'
import { CollectingLogger, until } from '@motadata/testing'
import { createServer, type RunningServer } from '../src/create-server.js'
import { IdentityProvider } from './support/identity-provider.js'
import { type Answer, askAt, type AskOptions, type JobAnswer, trainingRows } from './support/running-server.js'
import { createTestDatabase, describeWithServices, redisUrl, type TestDatabase } from './support/services.js'

/** What a change may take to arrive everywhere. */
const withinMs = 5_000

interface Second {
  readonly server: RunningServer
  /** Lets so much time pass there as copies may age, where nothing is told. */
  age(): void
  close(): Promise<void>
}

interface Place {
  readonly database: TestDatabase
  readonly folder: string
  readonly provider: IdentityProvider
}

const settingsAt = ({ database, folder, provider }: Place): object => ({
  PORT: 0, TENANT_ID: 'acme', DATA_FOLDER: folder, DATABASE_URL: database.url, DATABASE_MIGRATION_URL: database.ownerUrl, DATABASE_POOL_SIZE: 4, ARTIFACT_URL: 'database:',
  ...provider.settings,
})

/** Another server of the same settings. */
const another = (more: object) => async (place: Place): Promise<Second> => {
  const server = await createServer({ config: { ...settingsAt(place), ...more, EMBEDDED_WORKER: false }, logger: new CollectingLogger() })
  return { server, age: () => undefined, close: () => server.stop() }
}

/** One that hears nothing of what others change, and whose clock can be put forward. */
const deaf = async (place: Place): Promise<Second> => {
  const clock = { aheadMs: 0, nowMs: () => Date.now() + clock.aheadMs }
  const silence: ChangeSignal = { publish: () => Promise.resolve(), subscribe: () => () => undefined }
  const { database, folder } = place
  const opened = await openPostgresqlPlatform({
    databaseUrl: database.url, migrationDatabaseUrl: database.ownerUrl, dataFolder: folder, artifacts: 'database:', maxConnections: 4, clock, logger: new CollectingLogger(),
  })
  const platform: Platform = { ...opened, changes: silence }
  const server = await createServer({ platform, config: { ...place.provider.settings, PORT: 0, EMBEDDED_WORKER: false } })
  return {
    server,
    age: () => void (clock.aheadMs += withinMs),
    async close() {
      await server.stop()
      await opened.close()
    },
  }
}

describeWithServices('two servers on one PostgreSQL, told by its notifications,', {}, () => describeTwoServers({}, another({})))
describeWithServices('two servers on one PostgreSQL, told by Redis,', { redis: true }, () => describeTwoServers({ REDIS_URL: redisUrl }, another({ REDIS_URL: redisUrl })))
describeWithServices('two servers on one PostgreSQL, one of which hears nothing, so that what it remembers ages,', {}, () => describeTwoServers({}, deaf))

function describeTwoServers(more: object, openSecond: (place: Place) => Promise<Second>): void {
  let place: Place
  let first: RunningServer
  let second: Second
  let admin: string
  let operator: string

  beforeAll(async () => {
    place = { database: await createTestDatabase(), folder: await mkdtemp(join(tmpdir(), 'motadata-two-servers-')), provider: await IdentityProvider.start() }
    first = await createServer({ config: { ...settingsAt(place), ...more, EMBEDDED_WORKER: true }, logger: new CollectingLogger() })
    admin = first.bootstrapped!.adminKey.key
    operator = first.bootstrapped!.operatorKey.key
    second = await openSecond(place)
    for (const rows of [trainingRows.slice(0, 60), trainingRows.slice(0, 40)]) {
      const { body } = await onFirst<JobAnswer>('POST', '/v1/training-jobs', { key: admin, body: { modelId: 'router', target: 'category', rows } })
      const job = await until(async () => {
        const { body: now } = await onFirst<JobAnswer>('GET', `/v1/jobs/${body.id}`, { key: admin })
        return ['queued', 'running'].includes(now.state) ? undefined : now
      }, { withinMs: 60_000 })
      expect(job).toMatchObject({ state: 'succeeded' })
    }
  }, 120_000)
  afterAll(async () => {
    await second?.close()
    await first?.stop()
    await place.provider.stop()
    await place.database.drop()
    await rm(place.folder, { recursive: true, force: true })
  })

  const onFirst = <Body>(method: string, path: string, options?: AskOptions): Promise<Answer<Body>> => askAt(first.url, method, path, options)
  const onSecond = <Body>(method: string, path: string, options?: AskOptions): Promise<Answer<Body>> => askAt(second.server.url, method, path, options)
  const predictOnSecond = (): Promise<Answer<{ readonly model?: { readonly version: number } }>> =>
    onSecond('POST', '/v1/models/router/predict', { key: admin, body: { instances: [{ text: 'the VPN is down' }] } })
  const becomes = async <Value>(ask: () => Promise<Value>, expected: Value): Promise<void> => {
    second.age()
    await until(async () => ((await ask()) === expected ? true : undefined), { withinMs })
  }
  const meOnSecond = (key: string) => async (): Promise<number> => (await onSecond('GET', '/v1/me', { key })).status

  it('predict with what was promoted on the other, and no more with what was archived there', async () => {
    expect((await predictOnSecond()).body.model).toEqual({ name: 'router', version: 1 })
    expect(await onFirst('PUT', '/v1/models/router/aliases/champion', { key: admin, body: { version: 2 } })).toMatchObject({ status: 200 })
    await becomes(async () => (await predictOnSecond()).body.model?.version, 2)
    expect(await onFirst('DELETE', '/v1/models/router', { key: admin })).toMatchObject({ status: 200 })
    await becomes(async () => (await predictOnSecond()).status, 410)
  })

  it('refuse an API key that was revoked, or whose secret was changed, on the other', async () => {
    for (const change of ['revoke', 'rotate'] as const) {
      const { body: made } = await onFirst<{ id: string; key: string }>('POST', '/v1/api-keys', { key: admin, body: { name: change, role: 'viewer' } })
      const me = meOnSecond(made.key)
      expect(await me()).toBe(200)
      if (change === 'revoke') await onFirst('DELETE', `/v1/api-keys/${made.id}`, { key: admin })
      else await onFirst('POST', `/v1/api-keys/${made.id}/rotate`, { key: admin, body: {} })
      await becomes(me, 401)
    }
  })

  it('refuse a token whose subject, or which itself, was revoked on the other', async () => {
    for (const [body, claims] of [[{ subject: 'leaver' }, { sub: 'leaver' }], [{ tokenId: 'one' }, { sub: 'keeper', jti: 'one' }]] as const) {
      const me = meOnSecond(place.provider.token('acme', 'viewer', claims))
      expect(await me()).toBe(200)
      expect(await onFirst('POST', '/v1/token-revocations', { key: admin, body })).toMatchObject({ status: 204 })
      await becomes(me, 401)
    }
  })

  it('refuse the keys and tokens of a tenant that was suspended on the other, until it is resumed', async () => {
    const asked = [meOnSecond(admin), meOnSecond(place.provider.token('acme', 'viewer'))]
    for (const me of asked) expect(await me()).toBe(200)
    for (const [verb, status] of [['suspend', 403], ['resume', 200]] as const) {
      expect(await onFirst('POST', `/v1/tenants/acme/${verb}`, { key: operator })).toMatchObject({ status: 200 })
      for (const me of asked) await becomes(me, status)
    }
  })
}
