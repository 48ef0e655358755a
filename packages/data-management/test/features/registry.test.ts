import type { FeatureViewDefinition } from '@motadata/core'
import { asAcme, asGlobex, describeExpandingMigrations, walkTenantTables } from '@motadata/testing'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { dataManagementMigrations } from '../../src/migrations/migrations.js'
import { type OpenedStore, openStore } from './open-store.js'

let store: OpenedStore
let names = 0
beforeAll(async () => void (store = await openStore()))
afterAll(() => store.platform.close())

const caller = { name: 'caller', joinKey: 'caller_id', keyKind: 'text' as const }
const newDefinition = (rest: Partial<FeatureViewDefinition> = {}): FeatureViewDefinition => {
  const name = `view-${++names}`
  return { name, entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }], source: { dataset: name, eventTime: 'event_time' }, ...rest }
}

describeExpandingMigrations(dataManagementMigrations, async () => {
  const platform = await openPlatform({ inMemory: true, logger: silentLogger })
  return { database: platform.database, close: () => platform.close() }
})

describe('a feature view', () => {
  beforeAll(() => store.features.registerEntity(asAcme, caller))

  it('is what was registered, and one version for one definition, in whatever order its fields come', async () => {
    const definition = newDefinition({ ttlMs: 1_000, owner: 'service desk', tags: { b: '2', a: '1' }, description: 'What callers did' })
    const first = await store.features.registerFeatureView(asAcme, definition)
    expect(first).toMatchObject({ version: 1, generation: 1, createdBy: 'platform', definition })
    const { source, features, ...rest } = definition
    expect(await store.features.registerFeatureView(asAcme, { source, features, ...rest, tags: { a: '1', b: '2' } })).toEqual(first)
    expect(await store.features.getFeatureView(asAcme, definition.name)).toEqual(first)
  })

  it('has another version for another definition, and begins anew online only where the form is another', async () => {
    const definition = newDefinition()
    await store.features.registerFeatureView(asAcme, definition)
    expect(await store.features.registerFeatureView(asAcme, { ...definition, ttlMs: 5 })).toMatchObject({ version: 2, generation: 1 })
    const feature = await store.features.registerFeature(asAcme, definition.name, { name: 'hours', kind: 'number', description: 'Of work' })
    expect(feature).toMatchObject({ reference: `${definition.name}:hours`, viewVersion: 3 })
    expect(await store.features.getFeatureView(asAcme, definition.name)).toMatchObject({ version: 3, generation: 3 })
    expect((await store.features.getFeatureView(asAcme, definition.name, 1)).definition).toEqual(definition)
    expect(await store.features.getFeature(asAcme, `${definition.name}:hours`)).toMatchObject({ feature: { kind: 'number', description: 'Of work' }, viewVersion: 3 })
    await expect(store.features.getFeature(asAcme, `${definition.name}@1:hours`)).rejects.toMatchObject({ code: 'FEATURE_NOT_FOUND' })
    expect((await store.features.listFeatures(asAcme, { view: definition.name })).map(({ reference }) => reference)).toEqual([`${definition.name}:tickets`, `${definition.name}:hours`])
  })

  it('that was deleted is gone with what is online, and never comes back under its name', async () => {
    const definition = newDefinition()
    await store.features.registerFeatureView(asAcme, definition)
    const rows = [{ caller_id: 'a', event_time: new Date(store.platform.clock.nowMs() - 1), tickets: 1 }]
    await store.features.push(asAcme, { view: definition.name, rows, idempotencyKey: 'k' })
    await store.features.deleteFeatureView(asAcme, definition.name)
    const asked = { features: [`${definition.name}:tickets`], entities: { caller_id: ['a'] } }
    await expect(store.features.getOnlineFeatures(asAcme, asked)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    await expect(store.features.getFeatureView(asAcme, definition.name, 1)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    await expect(store.features.deleteFeatureView(asAcme, definition.name)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    expect(await store.features.registerFeatureView(asAcme, definition)).toMatchObject({ version: 2, generation: 2 })
    expect((await store.features.getOnlineFeatures(asAcme, asked))[0]!.statuses).toEqual(['NOT_FOUND'])
  })

  it('is not deleted under a service, nor an entity under a view', async () => {
    await store.features.registerEntity(asAcme, { name: 'site', joinKey: 'site_id', keyKind: 'number' })
    const definition = newDefinition({ entities: ['site'] })
    await store.features.registerFeatureView(asAcme, definition)
    await store.features.registerFeatureService(asAcme, { name: 'routing', features: [`${definition.name}:tickets`] })
    await expect(store.features.deleteFeatureView(asAcme, definition.name)).rejects.toMatchObject({ code: 'FEATURE_IN_USE', details: { usedBy: 'routing' } })
    await expect(store.features.deleteEntity(asAcme, 'site')).rejects.toMatchObject({ code: 'FEATURE_IN_USE', details: { usedBy: definition.name } })
    await expect(store.features.registerEntity(asAcme, { name: 'site', joinKey: 'other', keyKind: 'number' })).rejects.toMatchObject({ code: 'FEATURE_IN_USE' })
    expect(await store.features.registerEntity(asAcme, { name: 'site', joinKey: 'site_id', keyKind: 'number', owner: 'facilities' })).toMatchObject({ owner: 'facilities' })
    await store.features.deleteFeatureService(asAcme, 'routing')
    await store.features.deleteFeatureView(asAcme, definition.name)
    await store.features.deleteEntity(asAcme, 'site')
    await expect(store.features.getEntity(asAcme, 'site')).rejects.toMatchObject({ code: 'ENTITY_NOT_FOUND' })
  })

  it('has to be declared as documented, and all that is not is told at once', async () => {
    const wrong = { ...newDefinition(), entities: [], features: [{ name: 'tickets', kind: 'bigint' }], ttlMs: -1 } as unknown as FeatureViewDefinition
    await expect(store.features.registerFeatureView(asAcme, wrong)).rejects.toMatchObject({ code: 'FEATURE_VIEW_INVALID', details: { problems: ["'entities' must be a list of 1 to 8 names", "'ttlMs' must be a whole number of milliseconds above 0"] } })
    for (const [rest, problem] of [
      [{ features: [{ name: 'a', kind: 'number' }, { name: 'a', kind: 'text' }] }, /'a' is there twice/],
      [{ features: [{ name: 'event_time', kind: 'instant' }] }, /the time of the rows/],
      [{ onDemand: [{ name: 'x', kind: 'number', transformation: 'ratio', inputs: ['nothing'] }] }, /inputs of 'x'/],
    ] as const) {
      await expect(store.features.registerFeatureView(asAcme, newDefinition(rest as unknown as Partial<FeatureViewDefinition>))).rejects.toMatchObject({ code: 'FEATURE_VIEW_INVALID', message: expect.stringMatching(problem) as string })
    }
    await expect(store.features.registerFeatureView(asAcme, newDefinition({ entities: ['never'] }))).rejects.toMatchObject({ code: 'ENTITY_NOT_FOUND' })
    await expect(store.features.registerFeatureView(asAcme, { ...newDefinition(), name: '../x' })).rejects.toMatchObject({ code: 'NAME_INVALID' })
    await expect(store.features.registerFeatureService(asAcme, { name: 's', features: ['never:x'] })).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
  })

  it('has to fit its dataset where that is there, and every column that does not is named', async () => {
    const definition = newDefinition()
    await store.datasets.ingestData(asAcme, { name: definition.name, source: { rows: [{ caller: 'a', event_time: 'soon', tickets: 'many' }] } })
    await expect(store.features.registerFeatureView(asAcme, definition)).rejects.toMatchObject({
      code: 'FEATURE_SOURCE_CHANGED',
      details: { problems: ["there is no column 'caller_id'", "the column 'event_time' is text instead of instant", "the column 'tickets' is text instead of number"] },
    })
  })

  it('is read at once as another process declared it', async () => {
    const definition = newDefinition()
    await store.features.registerFeatureView(asAcme, definition)
    const asked = (feature: string) => ({ features: [`${definition.name}:${feature}`], entities: { caller_id: ['a'] } })
    await store.features.getOnlineFeatures(asAcme, asked('tickets'))
    await (await store.reopen()).registerFeature(asAcme, definition.name, { name: 'hours', kind: 'number' })
    expect(await store.features.getOnlineFeatures(asAcme, asked('hours'))).toMatchObject([{ name: 'hours' }])
  })
})

describe('a second tenant', () => {
  it('sees nothing of what is registered', async () => {
    const definition = newDefinition()
    await store.features.registerFeatureView(asAcme, definition)
    await store.features.registerFeatureService(asAcme, { name: 'own', features: [`${definition.name}:tickets`] })
    expect(await store.features.listEntities(asGlobex)).toEqual([])
    expect(await store.features.listFeatureViews(asGlobex)).toEqual([])
    expect(await store.features.listFeatureServices(asGlobex)).toEqual([])
    expect(await store.features.listFeatures(asGlobex)).toEqual([])
    await expect(store.features.getFeatureView(asGlobex, definition.name)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    await expect(store.features.getEntity(asGlobex, 'caller')).rejects.toMatchObject({ code: 'ENTITY_NOT_FOUND' })
    await expect(store.features.getFeatureService(asGlobex, 'own')).rejects.toMatchObject({ code: 'FEATURE_SERVICE_NOT_FOUND' })
    await expect(store.features.deleteFeatureView(asGlobex, definition.name)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    await expect(store.features.materialize(asGlobex, definition.name)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    await expect(store.features.reportFreshness(asGlobex, definition.name)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    expect(await store.features.exportFeastDefinitions(asGlobex)).not.toContain(definition.name)
    expect((await walkTenantTables(store.platform.database, { shared: ['core.expanding_migration', 'core.setting'], ignoredSchemas: ['pgboss'] })).problems).toEqual([])
  })
})

describe('definitions for feast apply', () => {
  it('name everything that is registered', async () => {
    const definition = newDefinition({ ttlMs: 3_600_000, description: 'said "so"' })
    await store.features.registerFeatureView(asAcme, definition)
    const text = await store.features.exportFeastDefinitions(asAcme)
    expect(text).toContain('caller_entity = Entity(\n    name="caller",\n    join_keys=["caller_id"],\n    value_type=ValueType.STRING,\n)')
    expect(text).toContain('ttl=timedelta(milliseconds=3600000)')
    expect(text).toContain('Field(name="tickets", dtype=Float64)')
    expect(text).toContain('description="said \\"so\\""')
  })
})
