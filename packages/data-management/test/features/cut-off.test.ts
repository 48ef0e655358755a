import type { Database, OnlineStore } from '@motadata/core'
import { asAcme } from '@motadata/testing'
import { type OpenedStore, openStore } from './open-store.js'

/** Pieces of a run have at most 2,048 rows. */
const keyCount = 9_000
let store: OpenedStore
let names = 0

beforeAll(async () => {
  store = await openStore()
  await store.features.registerEntity(asAcme, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
  const rows = Array.from({ length: keyCount }, (_, at) => ({ caller_id: `c${at}`, event_time: new Date(store.platform.clock.nowMs() - 1_000 - at), tickets: at }))
  await store.datasets.ingestData(asAcme, { name: 'events', source: { rows }, columnKinds: { caller_id: 'text', event_time: 'instant', tickets: 'number' } })
})
afterAll(() => store.platform.close())

async function newView(): Promise<string> {
  const name = `view-${++names}`
  await store.features.registerFeatureView(asAcme, { name, entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }], source: { dataset: 'events', eventTime: 'event_time' } })
  return name
}

const online = async (view: string): Promise<readonly unknown[]> => {
  const callers = Array.from({ length: keyCount }, (_, at) => `c${at}`)
  return (await store.features.getOnlineFeatures(asAcme, { features: [`${view}:tickets`], entities: { caller_id: callers } }))[0]!.values
}

/** What a process does to the outside world, ended at a step: before it, or once it is done but nobody hears of it. Afterwards nothing is reached. */
class Outside {
  steps = 0
  readonly #end: number
  readonly #isDone: boolean

  constructor(end = Number.POSITIVE_INFINITY, isDone = false) {
    this.#end = end
    this.#isDone = isDone
  }

  async step<Result>(work: () => Promise<Result>): Promise<Result> {
    const step = ++this.steps
    if (step < this.#end) return work()
    if (step === this.#end && this.#isDone) await work()
    throw new Error('killed')
  }

  get parts(): { readonly database: Database; readonly onlineStore: OnlineStore } {
    const { database, onlineStore } = store.platform
    return {
      database: { ...database, engine: database.engine, migrate: (own) => database.migrate(own), ping: () => database.ping(), asSystem: (work) => database.asSystem(work), snapshot: (work) => database.snapshot(work), withTenant: (tenant, work) => this.step(() => database.withTenant(tenant, work)) },
      onlineStore: { entries: (tenant) => onlineStore.entries(tenant), getMany: (...all) => onlineStore.getMany(...all), deleteMany: (...all) => onlineStore.deleteMany(...all), setMany: (...all) => this.step(() => onlineStore.setMany(...all)) },
    }
  }
}

it('ends as if it had not been cut off, at whatever step it was, and does no piece again that was noted', async () => {
  const whole = new Outside()
  await (await store.reopen(whole.parts)).materialize(asAcme, await newView(), { runId: 'whole' })
  expect(whole.steps).toBeGreaterThan(12)
  for (let end = 1; end <= whole.steps; end++) {
    for (const isDone of [false, true]) {
      const view = await newView()
      const runId = `${end} ${isDone}`
      await expect((await store.reopen(new Outside(end, isDone).parts)).materialize(asAcme, view, { runId })).rejects.toThrow('killed')
      const rest = new Outside()
      const result = await (await store.reopen(rest.parts)).materialize(asAcme, view, { runId })
      expect([runId, result]).toMatchObject([runId, { entityCount: keyCount }])
      expect(rest.steps).toBeLessThanOrEqual(whole.steps)
      expect(await store.features.reportSkew(asAcme, view)).toMatchObject({ compared: 1_000, missingOnline: 0, features: [{ differing: 0 }] })
      expect(await store.features.materialize(asAcme, view, { runId })).toEqual(result)
    }
  }
  expect(await online(`view-${names}`)).toEqual(Array.from({ length: keyCount }, (_, at) => at))
}, 240_000)

it('goes on with the rows that it began with, though others came meanwhile', async () => {
  const view = await newView()
  await expect((await store.reopen(new Outside(12).parts)).materialize(asAcme, view, { runId: 'first' })).rejects.toThrow('killed')
  const event_time = new Date(store.platform.clock.nowMs() - 10)
  await store.datasets.ingestData(asAcme, { name: 'events', mode: 'append', source: { rows: [{ caller_id: 'another', event_time, tickets: 1 }] }, columnKinds: { caller_id: 'text', event_time: 'instant', tickets: 'number' } })
  expect(await store.features.materialize(asAcme, view, { runId: 'first' })).toMatchObject({ datasetVersion: 1, entityCount: keyCount })
  expect(await store.features.materializeIncremental(asAcme, view)).toMatchObject({ datasetVersion: 2, entityCount: 1 })
}, 60_000)

it('stops when its view is deleted, and says so', async () => {
  const view = await newView()
  let pieces = 0
  const running = store.features.materialize(asAcme, view, {
    onProgress: () => {
      if (++pieces === 1) void store.features.deleteFeatureView(asAcme, view)
    },
  })
  await expect(running).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND', details: { view } })
  await store.features.registerFeatureView(asAcme, { name: view, entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }], source: { dataset: 'events', eventTime: 'event_time' } })
  expect((await online(view)).every((value) => value === null)).toBe(true)
})

it('stops when it is cancelled', async () => {
  const stop = new AbortController()
  const running = store.features.materialize({ ...asAcme, signal: stop.signal }, await newView(), { onProgress: () => stop.abort() })
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
})
