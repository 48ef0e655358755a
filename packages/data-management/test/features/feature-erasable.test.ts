import type { ErasureFinding, ErasureSubject } from '@motadata/core'
import { asAcme, asGlobex } from '@motadata/testing'
import { type OpenedStore, openStore } from './open-store.js'

let store: OpenedStore
const person: ErasureSubject = { kind: 'person', identifiers: ['anna.berg@acme.example', 'Anna Berg'] }

async function register(context: typeof asAcme): Promise<void> {
  const { features, platform } = store
  await features.registerEntity(context, { name: 'caller', joinKey: 'caller_id', keyKind: 'text', owner: 'Anna Berg' })
  await features.registerFeatureView(context, {
    name: 'history', entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }], source: { dataset: 'events', eventTime: 'event_time' },
    description: 'Asked for by Anna Berg', tags: { contact: 'anna.berg@acme.example', team: 'desk' },
  })
  await features.registerFeatureService(context, { name: 'routing', features: ['history:tickets'] })
  const rows = [{ caller_id: 'a', event_time: new Date(platform.clock.nowMs() - 1_000), tickets: 1 }]
  await features.push(context, { view: 'history', rows, to: 'online-and-offline', idempotencyKey: 'sent by anna.berg@acme.example' })
  await features.materialize(context, 'history', { runId: 'for Anna Berg' })
}

const scan = async (context: typeof asAcme, subject: ErasureSubject): Promise<ErasureFinding[]> => {
  const found: ErasureFinding[] = []
  for await (const finding of store.features.erasable.scan(context, subject)) found.push(finding)
  return found
}

beforeEach(async () => {
  store = await openStore()
  await register(asAcme)
  await register(asGlobex)
})
afterEach(() => store.platform.close())

it('erases a person from what describes features, from runs and pushes, and leaves the rest and other tenants', async () => {
  const found = await scan(asAcme, person)
  expect(found.map(({ kind, effect }) => [kind, effect])).toEqual([['feature-push', 'erase'], ['feature-run', 'erase'], ['feature-entity', 'erase'], ['feature-view-version', 'erase']])
  expect(JSON.stringify(found)).not.toMatch(/anna/i)
  const elsewhere = await scan(asGlobex, person)
  expect(await store.features.erasable.erase(asAcme, person, { erasureId: 'e1' })).toEqual([])
  expect(await scan(asAcme, person)).toEqual([])
  expect(await scan(asGlobex, person)).toEqual(elsewhere)
  const { definition } = await store.features.getFeatureView(asAcme, 'history')
  expect(definition).toMatchObject({ features: [{ name: 'tickets' }], tags: { team: 'desk' } })
  expect(definition).not.toHaveProperty('description')
  expect((await store.features.getOnlineFeatures(asAcme, { features: ['history:tickets'], entities: { caller_id: ['a'] } }))[0]!.values).toEqual([1])
  await store.features.erasable.erase(asAcme, person, { erasureId: 'e1' })
})

it('says what it keeps of a person: names that features are known by', async () => {
  await store.features.registerFeatureView(asAcme, {
    name: 'other', entities: ['caller'], features: [{ name: 'anna.berg@acme.example', kind: 'number' }], source: { dataset: 'others', eventTime: 'event_time' },
  })
  expect(await scan(asAcme, person)).toContainEqual(expect.objectContaining({ kind: 'feature-view-version-name', effect: 'retain' }))
})

it('erases everything of a tenant, and nothing of another', async () => {
  expect((await scan(asAcme, { kind: 'tenant' })).length).toBe(7)
  await store.features.erasable.erase(asAcme, { kind: 'tenant' }, { erasureId: 'e2' })
  expect(await scan(asAcme, { kind: 'tenant' })).toEqual([])
  expect(await store.features.listFeatureViews(asAcme)).toEqual([])
  await expect(store.features.getOnlineFeatures(asAcme, { features: ['history:tickets'], entities: { caller_id: ['a'] } })).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
  expect(await store.features.listFeatureViews(asGlobex)).toHaveLength(1)
})
