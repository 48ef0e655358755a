import { MemoryChangeSignal, openPlatform, silentLogger } from '@motadata/adapters'
import type { Change, Platform, RequestContext } from '@motadata/core'
import { acme, asAcme, asGlobex, FixedClock, globex, walkTenantTables } from '@motadata/testing'
import type { Transaction } from 'kysely'
import { mlFrameworkMigrations } from '../src/migrations/migrations.js'
import { ModelRegistry } from '../src/model-registry.js'
import type { RegistryTables } from '../src/storage/registry-tables.js'
import { makeRegistration } from './registrations.js'

let platform: Platform
let registry: ModelRegistry
const clock = new FixedClock()
const changes: Change[] = []
const registration = makeRegistration()
let models = 0
const newName = (): string => `model-${++models}`

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  await platform.database.migrate(mlFrameworkMigrations)
  const signal = new MemoryChangeSignal({ logger: silentLogger })
  for (const topic of ['model-alias', 'model-archived'] as const) signal.subscribe(topic, (change) => changes.push(change))
  registry = new ModelRegistry({ database: platform.database, artifacts: platform.artifacts, changes: signal, clock })
})
afterAll(() => platform.close())

describe('ModelRegistry.registerVersion', () => {
  it('keeps the artifact and gives the version back as it was registered', async () => {
    const name = newName()
    const version = await registry.registerVersion(asAcme, { ...registration, name, description: 'Tickets of the service desk' })
    const { signature, report, datasetFingerprint } = registration
    expect(version).toMatchObject({
      name, version: 1, modelType: 'classification', signature, report, datasetFingerprint,
      createdAt: new Date(clock.nowMs()), aliases: ['champion'],
    })
    expect(Buffer.compare(await platform.artifacts.get(acme, version.artifact.sha256), registration.artifact)).toBe(0)
    expect(await registry.getVersion(asAcme, { name })).toEqual(version)
    expect(await registry.getModel(asAcme, name)).toEqual({
      name, description: 'Tickets of the service desk', latestVersion: 1, aliases: { champion: 1 }, createdAt: new Date(clock.nowMs()), updatedAt: new Date(clock.nowMs()),
    })
  })

  it('numbers versions without gaps when many register at the same time', async () => {
    const name = newName()
    const versions = await Promise.all(Array.from({ length: 20 }, () => registry.registerVersion(asAcme, { ...registration, name })))
    expect(versions.map(({ version }) => version).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect((await registry.getModel(asAcme, name)).aliases).toEqual({ champion: versions.find(({ aliases }) => aliases.length > 0)!.version })
  })

  it('promotes the first version, every one, or none, as it is told', async () => {
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name, promote: 'never' })
    expect((await registry.getModel(asAcme, name)).aliases).toEqual({})
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.registerVersion(asAcme, { ...registration, name })
    expect((await registry.getModel(asAcme, name)).aliases).toEqual({ champion: 2 })
    expect((await registry.registerVersion(asAcme, { ...registration, name, promote: 'always' })).aliases).toEqual(['champion'])
  })

  it('gives the same version for the same idempotency key, also at the same time', async () => {
    const name = newName()
    const both = await Promise.all([1, 2].map(() => registry.registerVersion(asAcme, { ...registration, name, idempotencyKey: 'job-1' })))
    expect(both.map(({ version }) => version)).toEqual([1, 1])
    expect((await registry.findByIdempotencyKey(asAcme, 'job-1'))?.version).toBe(1)
    expect(await registry.findByIdempotencyKey(asGlobex, 'job-1')).toBeUndefined()
    await expect(registry.registerVersion(asAcme, { ...registration, name: newName(), idempotencyKey: 'job-1' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('takes labels that a database would choke on', async () => {
    const signature = { ...registration.signature, output: { kind: 'class' as const, classes: ['a\0b', '\ud800', '€'] } }
    expect((await registry.registerVersion(asAcme, { ...registration, name: newName(), signature })).signature).toEqual(signature)
  })

  it('registers nothing for who has cancelled', async () => {
    const name = newName()
    const cancelled: RequestContext = { ...asAcme, signal: AbortSignal.abort() }
    await expect(registry.registerVersion(cancelled, { ...registration, name })).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await registry.findModel(asAcme, name)).toBeUndefined()
  })

  it('refuses a name that is none', async () => {
    await expect(registry.registerVersion(asAcme, { ...registration, name: 'a/b' })).rejects.toMatchObject({ code: 'NAME_INVALID' })
  })
})

describe('ModelRegistry.promote', () => {
  it('leaves exactly one champion after two hundred promotions at the same time', async () => {
    const name = newName()
    for (let version = 1; version <= 4; version++) await registry.registerVersion(asAcme, { ...registration, name })
    await Promise.all(Array.from({ length: 200 }, (_, index) => registry.promoteVersion(asAcme, name, 1 + (index % 4))))
    const rows = await platform.database.withTenant(acme, (transaction: Transaction<RegistryTables>) =>
      transaction.selectFrom('ml_framework.model_alias').selectAll().where('name', '=', name).where('alias', '=', 'champion').execute())
    expect(rows).toHaveLength(1)
    expect((await registry.getModel(asAcme, name)).aliases).toEqual({ champion: rows[0]!.version })
    expect((await registry.listVersions(asAcme, name)).versions.filter(({ aliases }) => aliases.includes('champion'))).toHaveLength(1)
    const events = await registry.listAliasEvents(asAcme, name)
    expect(events[0]!.toVersion).toBe(rows[0]!.version)
    for (const [index, event] of events.slice(0, -1).entries()) expect(event.fromVersion).toBe(events[index + 1]!.toVersion)
  })

  it('tells who changed what an alias means, and when, and tells holders of copies', async () => {
    const name = newName()
    for (let version = 1; version <= 2; version++) await registry.registerVersion(asAcme, { ...registration, name })
    clock.advance(1000)
    changes.length = 0
    const promoted = await registry.promoteVersion({ ...asAcme, principal: { kind: 'api-key', id: 'key-7', role: 'trainer' } }, name, 2, 'challenger')
    expect(promoted.aliases).toEqual(['challenger'])
    await registry.promoteVersion(asAcme, name, 2, 'challenger')
    expect(await registry.listAliasEvents(asAcme, name)).toEqual([
      { alias: 'challenger', toVersion: 2, changedBy: 'key-7', changedAt: new Date(clock.nowMs()) },
      { alias: 'champion', toVersion: 1, changedBy: 'platform', changedAt: new Date(clock.nowMs() - 1000) },
    ])
    expect(changes[0]).toEqual({ topic: 'model-alias', tenantId: acme, subject: name })
    expect((await registry.getModel(asAcme, name)).updatedAt).toEqual(new Date(clock.nowMs()))
  })

  it.each([['nope', 1, 'champion', 'MODEL_NOT_FOUND'], ['known', 9, 'champion', 'MODEL_VERSION_NOT_FOUND'], ['known', 0.5, 'champion', 'MODEL_VERSION_NOT_FOUND'],
    ['known', Number.NaN, 'champion', 'MODEL_VERSION_NOT_FOUND'], ['known', 2 ** 40, 'champion', 'MODEL_VERSION_NOT_FOUND'], ['known', 1, 'No Alias', 'NAME_INVALID']])(
    'refuses %s, version %s, alias %s', async (name, version, alias, code) => {
      if (name === 'known' && !(await registry.findModel(asAcme, 'known'))) await registry.registerVersion(asAcme, { ...registration, name })
      await expect(registry.promoteVersion(asAcme, name, version, alias)).rejects.toMatchObject({ code })
    })
})

describe('ModelRegistry.archive', () => {
  it('takes a model out of use: no promotion, no new version, but still to be read', async () => {
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    changes.length = 0
    const archived = await registry.archive(asAcme, name)
    expect(archived.archivedAt).toEqual(new Date(clock.nowMs()))
    expect(changes).toEqual([{ topic: 'model-archived', tenantId: acme, subject: name }])
    await expect(registry.promoteVersion(asAcme, name, 1)).rejects.toMatchObject({ code: 'MODEL_ARCHIVED' })
    await expect(registry.registerVersion(asAcme, { ...registration, name })).rejects.toMatchObject({ code: 'MODEL_ARCHIVED' })
    expect((await registry.getVersion(asAcme, { name })).version).toBe(1)
    clock.advance(1000)
    expect(await registry.archive(asAcme, name)).toEqual(archived)
    await expect(registry.archive(asAcme, 'nope')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })
})

describe('ModelRegistry reading', () => {
  it('pages models by name and versions from the newest', async () => {
    const context: RequestContext = { ...asAcme, tenantId: 'pages' as RequestContext['tenantId'] }
    for (const name of ['b', 'B', 'a', 'c.x', 'c']) await registry.registerVersion(context, { ...registration, name })
    const names: string[] = []
    let pageToken: string | undefined
    do {
      const page = await registry.listModels(context, { limit: 2, ...(pageToken === undefined ? {} : { pageToken }) })
      names.push(...page.models.map(({ name }) => name))
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
    expect(names).toEqual(['B', 'a', 'b', 'c', 'c.x'])
    for (let version = 2; version <= 5; version++) await registry.registerVersion(context, { ...registration, name: 'a' })
    const first = await registry.listVersions(context, 'a', { limit: 3 })
    const rest = await registry.listVersions(context, 'a', { limit: 3, pageToken: first.nextPageToken! })
    expect([...first.versions, ...rest.versions].map(({ version }) => version)).toEqual([5, 4, 3, 2, 1])
    expect(rest.nextPageToken).toBeUndefined()
  })

  it.each([{ limit: 0 }, { limit: 1.5 }, { limit: 201 }, { limit: Number.NaN }, { pageToken: '' }, { pageToken: '%' }, { pageToken: 'x'.repeat(400) }, { pageToken: Buffer.from("' or 1=1").toString('base64url') }])(
    'refuses the page %j', async (page) => {
      await expect(registry.listModels(asAcme, page)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    })

  it('tells what it does not have: a model, a version, an alias', async () => {
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name, promote: 'never' })
    await expect(registry.getModel(asAcme, 'nope')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(registry.listVersions(asAcme, 'nope')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(registry.getVersion(asAcme, { name })).rejects.toMatchObject({ code: 'MODEL_ALIAS_NOT_FOUND' })
    await expect(registry.getVersion(asAcme, { name, alias: 'constructor' })).rejects.toMatchObject({ code: 'MODEL_ALIAS_NOT_FOUND' })
    for (const version of [2, 0, -1, 1e12]) await expect(registry.getVersion(asAcme, { name, version })).rejects.toMatchObject({ code: 'MODEL_VERSION_NOT_FOUND' })
  })
})

describe('Another tenant', () => {
  it('sees none of it, whichever way it asks', async () => {
    const name = newName()
    const version = await registry.registerVersion(asAcme, { ...registration, name, idempotencyKey: 'job-2' })
    await expect(registry.getModel(asGlobex, name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(registry.getVersion(asGlobex, { name, version: 1 })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(registry.promoteVersion(asGlobex, name, 1)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(registry.archive(asGlobex, name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect((await registry.listModels(asGlobex)).models).toEqual([])
    await expect(platform.artifacts.get(globex, version.artifact.sha256)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' })
    const theirs = await registry.registerVersion(asGlobex, { ...registration, name, idempotencyKey: 'job-2' })
    expect(theirs.version).toBe(1)
    expect((await registry.getModel(asAcme, name)).latestVersion).toBe(1)
  })

  it('can not read a row of any table', async () => {
    const tables = ['ml_framework.registered_model', 'ml_framework.model_version', 'ml_framework.model_alias', 'ml_framework.model_alias_event'] as const
    for (const table of tables) {
      const tenants = await platform.database.withTenant(globex, (transaction: Transaction<RegistryTables>) => transaction.selectFrom(table).select('tenant_id').distinct().execute())
      expect([table, tenants.map((row) => row.tenant_id)]).toEqual([table, ['globex']])
    }
  })

  it('is kept out by every table there is', async () => {
    const { tables, problems } = await walkTenantTables(platform.database)
    expect(problems).toEqual([])
    expect(tables).toEqual(expect.arrayContaining(['ml_framework.model_alias', 'ml_framework.model_alias_event', 'ml_framework.model_version', 'ml_framework.registered_model']))
  })
})

describe('what is known of a version', () => {
  const other = makeRegistration({ seed: 2 })

  it('is its card, complete with the version that it is of', async () => {
    const name = newName()
    const { artifact } = await registry.registerVersion(asAcme, { ...registration, name, description: 'Tickets' })
    const card = await registry.getCard(asAcme, { name })
    expect(card).toMatchObject({
      format: 'model-card/1', model: { name, version: 1, description: 'Tickets', artifactSha256: artifact.sha256 }, quality: { primaryMetric: 'logLoss' },
    })
    expect(JSON.parse(JSON.stringify(card))).toEqual(card)
    await expect(registry.getCard(asGlobex, { name })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })

  it('is where it comes from and where it went', async () => {
    const name = newName()
    const spec = { modelId: name, modelType: 'classification', target: 'category' } as const
    await registry.registerVersion(asAcme, { ...registration, name, spec })
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.promoteVersion(asAcme, name, 2)
    const lineage = await registry.getLineage(asAcme, { name, version: 1 })
    expect(lineage).toMatchObject({ dataset: { fingerprint: registration.datasetFingerprint, rowCount: 60 }, training: { spec }, version: { name, version: 1 }, aliases: [] })
    expect(lineage.dataset.alsoUsedBy).toContainEqual({ name, version: 2 })
    expect(lineage.aliasEvents.map(({ toVersion }) => toVersion)).toEqual([2, 1])
    await expect(registry.getLineage(asGlobex, { name })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })

  it('is compared with another on the rows that both were measured on', async () => {
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    await registry.registerVersion(asAcme, { ...registration, name })
    const comparison = await registry.compareVersions(asAcme, { name, version: 1 }, { name, version: 2 })
    expect(comparison).toMatchObject({ rows: { source: 'held-out', count: registration.report.testRows }, better: 'neither' })
    expect(comparison.significance).toMatchObject({ metric: 'logLoss', difference: 0, pValue: 1, accuracy: { difference: 0, pValue: 1 } })
    await registry.registerVersion(asAcme, { ...other, name })
    await expect(registry.compareVersions(asAcme, { name, version: 1 }, { name, version: 3 })).rejects.toMatchObject({ code: 'VERSIONS_NOT_COMPARABLE' })
  })

  it('is less of one that was registered without a card', async () => {
    const name = newName()
    const { modelType, artifact, artifactFormat, signature, report, datasetFingerprint } = registration
    await registry.registerVersion(asAcme, { name, modelType, artifact, artifactFormat, signature, report, datasetFingerprint })
    await expect(registry.getCard(asAcme, { name })).rejects.toMatchObject({ code: 'MODEL_CARD_NOT_FOUND' })
    expect(await registry.getLineage(asAcme, { name })).toMatchObject({ training: { spec: null }, dataset: { rowCount: null } })
    expect(await registry.findRowScores(asAcme, { name })).toBeUndefined()
  })
})

describe('ModelRegistry.deleteModel', () => {
  it('deletes an archived model with all that is its own, and frees its name', async () => {
    const name = newName()
    const own = makeRegistration({ seed: 91 })
    const { artifact } = await registry.registerVersion(asAcme, { ...own, name })
    await expect(registry.deleteModel(asAcme, name)).rejects.toMatchObject({ code: 'MODEL_NOT_ARCHIVED' })
    await registry.archive(asAcme, name)
    await expect(registry.deleteModel(asGlobex, name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await registry.deleteModel(asAcme, name)
    await expect(registry.getModel(asAcme, name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect(await platform.artifacts.has(acme, artifact.sha256)).toBe(false)
    expect(await registry.registerVersion(asAcme, { ...own, name })).toMatchObject({ version: 1, aliases: ['champion'] })
  })

  it('leaves an artifact that another version is made of', async () => {
    const [gone, kept] = [newName(), newName()]
    const { artifact } = await registry.registerVersion(asAcme, { ...registration, name: gone })
    await registry.registerVersion(asAcme, { ...registration, name: kept })
    await registry.archive(asAcme, gone)
    await registry.deleteModel(asAcme, gone)
    expect(await platform.artifacts.has(acme, artifact.sha256)).toBe(true)
  })
})

describe('ModelRegistry.updateModel', () => {
  it('changes what a model says of itself', async () => {
    const name = newName()
    await registry.registerVersion(asAcme, { ...registration, name })
    expect(await registry.updateModel(asAcme, name, { description: 'Routes tickets' })).toMatchObject({ description: 'Routes tickets', aliases: { champion: 1 } })
    await expect(registry.updateModel(asGlobex, name, { description: 'mine' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(registry.updateModel(asAcme, name, { description: 'x'.repeat(2_001) })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})
