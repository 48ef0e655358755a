import type { CellValue, DataRecord, FeatureViewDefinition } from '@motadata/core'
import { asAcme, asGlobex } from '@motadata/testing'
import fc from 'fast-check'
import { type OpenedStore, openStore } from './open-store.js'

let store: OpenedStore
let names = 0
const day = 24 * 3_600_000
const kinds = { caller_id: 'text', event_time: 'instant', written_at: 'instant', tickets: 'number', note: 'text' } as const

beforeAll(async () => {
  store = await openStore({ transformations: { broken: () => { throw new Error('no') }, shout: ([text]) => (typeof text === 'string' ? text.toUpperCase() : null) } })
  await store.features.registerEntity(asAcme, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
})
afterAll(() => store.platform.close())

const ago = (days: number): Date => new Date(store.platform.clock.nowMs() - days * day)

async function newView(rest: Partial<FeatureViewDefinition> = {}): Promise<string> {
  const name = `online-${++names}`
  await store.features.registerFeatureView(asAcme, {
    name, entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }, { name: 'note', kind: 'text' }], ...rest,
    source: { eventTime: 'event_time', ...rest.source, dataset: name },
  })
  return name
}

const ingest = (name: string, rows: readonly DataRecord[], mode: 'append' | 'replace' = 'append') => store.datasets.ingestData(asAcme, { name, source: { rows }, columnKinds: kinds, mode })

async function read(view: string, callers: readonly CellValue[], feature = 'tickets'): Promise<[CellValue, string][]> {
  const [column] = await store.features.getOnlineFeatures(asAcme, { features: [`${view}:${feature}`], entities: { caller_id: callers } })
  return column!.values.map((value, row) => [value, column!.statuses[row]!])
}

describe('what is materialized', () => {
  it('is the newest row of every key, with its time, and nothing of a time to come', async () => {
    const view = await newView()
    await ingest(view, [
      { caller_id: 'a', event_time: ago(2), tickets: 1, note: null }, { caller_id: 'a', event_time: ago(1), tickets: 2, note: null },
      { caller_id: 'a', event_time: ago(-1), tickets: 99, note: 'of tomorrow' }, { caller_id: 'b', event_time: ago(3), tickets: null, note: 'x' }, { caller_id: null, event_time: ago(1), tickets: 5, note: 'of nobody' },
    ])
    expect(await store.features.materialize(asAcme, view)).toEqual({ view, version: 1, datasetVersion: 1, endMs: store.platform.clock.nowMs(), entityCount: 2, keptCount: 2 })
    expect(await read(view, ['a', 'b', 'c', null])).toEqual([[2, 'PRESENT'], [null, 'NULL_VALUE'], [null, 'NOT_FOUND'], [null, 'NOT_FOUND']])
    const [column] = await store.features.getOnlineFeatures(asAcme, { features: [`${view}:note`], entities: { caller_id: ['b', 'c'] }, fullNames: true })
    expect(column).toEqual({ name: `${view}__note`, values: ['x', null], statuses: ['PRESENT', 'NOT_FOUND'], eventTimesMs: [ago(3).getTime(), null] })
  })

  it('is told until the time to live is over, to the millisecond', async () => {
    const view = await newView({ ttlMs: day })
    await ingest(view, [{ caller_id: 'a', event_time: ago(0.5), tickets: 1, note: null }, { caller_id: 'b', event_time: ago(2), tickets: 2, note: null }])
    expect(await store.features.materialize(asAcme, view)).toMatchObject({ entityCount: 1 })
    expect(await read(view, ['a', 'b'])).toEqual([[1, 'PRESENT'], [null, 'NOT_FOUND']])
    store.platform.clock.advance(day / 2)
    expect(await read(view, ['a'])).toEqual([[1, 'PRESENT']])
    store.platform.clock.advance(1)
    expect(await read(view, ['a'])).toEqual([[null, 'OUTSIDE_MAX_AGE']])
  })

  it('comes on by increments: newer rows, rows whose time has come, and late ones that were appended', async () => {
    const view = await newView()
    await ingest(view, [{ caller_id: 'a', event_time: ago(2), tickets: 1, note: null }, { caller_id: 'b', event_time: ago(-1), tickets: 7, note: 'of tomorrow' }, { caller_id: 'c', event_time: ago(9), tickets: 3, note: null }])
    expect(await store.features.materializeIncremental(asAcme, view)).toMatchObject({ entityCount: 2 })
    await ingest(view, [{ caller_id: 'd', event_time: ago(5), tickets: 4, note: 'late' }, { caller_id: 'a', event_time: ago(3), tickets: 0, note: 'late and older' }])
    expect(await store.features.materializeIncremental(asAcme, view)).toMatchObject({ entityCount: 1, keptCount: 1 })
    expect(await read(view, ['a', 'b', 'c', 'd'])).toEqual([[1, 'PRESENT'], [null, 'NOT_FOUND'], [3, 'PRESENT'], [4, 'PRESENT']])
    store.platform.clock.advance(2 * day)
    expect(await store.features.materializeIncremental(asAcme, view)).toMatchObject({ entityCount: 1, keptCount: 1 })
    expect(await read(view, ['b'])).toEqual([[7, 'PRESENT']])
    expect(await store.features.materializeIncremental(asAcme, view)).toMatchObject({ entityCount: 0 })
  })

  it('is corrected by a row of the same event that was written later', async () => {
    const view = await newView({ source: { dataset: '', eventTime: 'event_time', createdAt: 'written_at' } })
    await ingest(view, [{ caller_id: 'a', event_time: ago(2), written_at: ago(2), tickets: 1, note: null }])
    await store.features.materializeIncremental(asAcme, view)
    await ingest(view, [{ caller_id: 'a', event_time: ago(2), written_at: ago(1), tickets: 5, note: null }])
    await store.features.materializeIncremental(asAcme, view)
    expect(await read(view, ['a'])).toEqual([[5, 'PRESENT']])
  })

  it('is of a range where one is given', async () => {
    const view = await newView()
    await ingest(view, [{ caller_id: 'a', event_time: ago(5), tickets: 5, note: null }, { caller_id: 'b', event_time: ago(3), tickets: 3, note: null }, { caller_id: 'c', event_time: ago(1), tickets: 1, note: null }])
    expect(await store.features.materialize(asAcme, view, { startMs: ago(4).getTime(), endMs: ago(2).getTime() })).toMatchObject({ entityCount: 1 })
    expect((await read(view, ['a', 'b', 'c'])).map(([value]) => value)).toEqual([null, 3, null])
    await expect(store.features.materialize(asAcme, view, { startMs: ago(1).getTime(), endMs: ago(2).getTime() })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'start' } })
  })

  it('equals what is known offline now, whatever rows there are and in whatever parts they came', async () => {
    const row = fc.record({ caller_id: fc.constantFrom('a', 'b', 'c'), hours: fc.integer({ min: -3, max: 12 }), written: fc.integer({ min: -3, max: 12 }) })
    const options = fc.record({ createdAt: fc.boolean(), ttlMs: fc.constantFrom(undefined, 5 * 3_600_000) })
    await fc.assert(fc.asyncProperty(fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), options, async (batches, { createdAt, ttlMs }) => {
      const view = await newView({ ...(ttlMs === undefined ? {} : { ttlMs }), source: { dataset: '', eventTime: 'event_time', ...(createdAt ? { createdAt: 'written_at' } : {}) } })
      let tickets = 0
      for (const batch of batches) {
        await ingest(view, batch.map(({ caller_id, hours, written }) => ({ caller_id, event_time: ago(hours / 24), written_at: ago(written / 24), tickets: ++tickets, note: null })))
        await store.features.materializeIncremental(asAcme, view)
        store.platform.clock.advance(3_600_000)
      }
      await store.features.materializeIncremental(asAcme, view)
      const callers = ['a', 'b', 'c']
      const offline = await store.features.getHistoricalFeatures(asAcme, { features: [`${view}:tickets`], rows: callers.map((caller_id) => ({ caller_id, event_time: ago(0) })) })
      const known = offline.columns.get('tickets')!
      expect((await read(view, callers)).map(([value]) => value)).toEqual(callers.map((_, at) => (known.kind === 'number' && !Number.isNaN(known.values[at]) ? known.values[at] : null)))
    }), { numRuns: 40 })
  }, 240_000)
})

describe('what is pushed', () => {
  const row = (caller_id: string, days: number, tickets: number) => ({ caller_id, event_time: ago(days), tickets, note: null })

  it('is there at once, the newest event winning in whatever order they come', async () => {
    const view = await newView()
    expect(await store.features.push(asAcme, { view, rows: [row('a', 1, 1), row('b', 2, 2)] })).toEqual({ view, rowCount: 2, keptCount: 2 })
    expect(await store.features.push(asAcme, { view, rows: [row('a', 3, 3), row('b', 1, 4)] })).toMatchObject({ keptCount: 1 })
    expect((await read(view, ['a', 'b'])).map(([value]) => value)).toEqual([1, 4])
    await store.features.push(asAcme, { view, rows: [row('a', 1, 5), row('a', 1, 6)] })
    expect((await read(view, ['a'])).map(([value]) => value)).toEqual([6])
  })

  it('is done once for each idempotency key, and a key is for the same rows only', async () => {
    const view = await newView()
    const rows = [row('a', 1, 1)]
    const first = await store.features.push(asAcme, { view, rows, to: 'online-and-offline', idempotencyKey: 'k' })
    expect(first).toMatchObject({ rowCount: 1, keptCount: 1, datasetVersion: 1 })
    expect(await store.features.push(asAcme, { view, rows, to: 'online-and-offline', idempotencyKey: 'k' })).toEqual(first)
    expect((await store.datasets.getDataset(asAcme, { name: view })).rowCount).toBe(1)
    await expect(store.features.push(asAcme, { view, rows: [row('a', 1, 2)], idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  it('is kept in the dataset too where that is asked for, and then known offline', async () => {
    const view = await newView()
    await store.features.push(asAcme, { view, rows: [row('a', 1, 1)], to: 'offline' })
    expect(await read(view, ['a'])).toEqual([[null, 'NOT_FOUND']])
    const joined = await store.features.getHistoricalFeatures(asAcme, { features: [`${view}:tickets`], rows: [{ caller_id: 'a', event_time: ago(0) }] })
    expect(joined.columns.get('tickets')).toMatchObject({ values: Float64Array.of(1) })
  })

  it.each<[string, (good: DataRecord) => readonly DataRecord[], object]>([
    ['no row', () => [], { code: 'DATA_EMPTY' }],
    ['a feature that is not there', ({ caller_id, event_time, tickets }) => [{ caller_id, event_time, tickets }], { code: 'COLUMN_MISSING', details: { column: 'note' } }],
    ['a column that the view does not have', (good) => [good, { ...good, extra: 1 }], { code: 'INPUT_INVALID', details: { field: 'extra' } }],
    ['a value of another kind', (good) => [good, { ...good, tickets: 'many' }], { code: 'COLUMN_INVALID', details: { row: 2 } }],
    ['no key', (good) => [good, { ...good, caller_id: null }], { code: 'INPUT_INVALID', details: { row: 2 } }],
    ['no time', (good) => [good, { ...good, event_time: null }], { code: 'EVENT_TIME_INVALID', details: { row: 2 } }],
    ['a time to come', (good) => [good, { ...good, event_time: ago(-1) }], { code: 'EVENT_TIME_INVALID', details: { row: 2 } }],
  ])('is refused as a whole with %s', async (_, rowsOf, error) => {
    const view = await newView()
    await expect(store.features.push(asAcme, { view, rows: rowsOf(row('a', 1, 1)) })).rejects.toMatchObject(error)
    expect(await read(view, ['a'])).toEqual([[null, 'NOT_FOUND']])
  })
})

describe('features that are made on demand', () => {
  it('are the same online and offline', async () => {
    const view = await newView({
      onDemand: [
        { name: 'per_day', kind: 'number', transformation: 'ratio', inputs: ['tickets', 'request:days'] }, { name: 'loud', kind: 'text', transformation: 'shout', inputs: ['note'] },
        { name: 'impossible', kind: 'number', transformation: 'broken', inputs: ['note'] }, { name: 'of_another_kind', kind: 'number', transformation: 'shout', inputs: ['note'] },
      ],
    })
    await store.features.push(asAcme, { view, to: 'online-and-offline', rows: [{ caller_id: 'a', event_time: ago(1), tickets: 6, note: 'hot' }, { caller_id: 'b', event_time: ago(1), tickets: null, note: null }] })
    const features = [`${view}:per_day`, `${view}:loud`]
    const entities = { caller_id: ['a', 'b', 'c'], days: [2, 2, 2] }
    const online = await store.features.getOnlineFeatures(asAcme, { features, entities })
    const offline = await store.features.getHistoricalFeatures(asAcme, { features, rows: entities.caller_id.map((caller_id, at) => ({ caller_id, days: entities.days[at]!, event_time: ago(0) })) })
    expect(online.map(({ values }) => values)).toEqual([[3, null, null], ['HOT', null, null]])
    expect(online[0]!.statuses).toEqual(['PRESENT', 'NULL_VALUE', 'NOT_FOUND'])
    expect([offline.columns.get('per_day'), offline.columns.get('loud')]).toEqual([{ kind: 'number', values: Float64Array.of(3, NaN, NaN) }, { kind: 'text', values: ['HOT', null, null] }])
    await expect(store.features.getOnlineFeatures(asAcme, { features, entities: { caller_id: ['a'] } })).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'days' } })
    for (const feature of ['impossible', 'of_another_kind']) {
      await expect(store.features.getOnlineFeatures(asAcme, { features: [`${view}:${feature}`], entities })).rejects.toMatchObject({ code: 'TRANSFORMATION_FAILED', details: { feature, row: 1 } })
    }
    await expect(newView({ onDemand: [{ name: 'x', kind: 'number', transformation: 'never', inputs: ['note'] }] })).rejects.toMatchObject({ code: 'TRANSFORMATION_UNKNOWN' })
  })
})

describe('reports', () => {
  it('say what differs between online and offline', async () => {
    const view = await newView()
    await ingest(view, ['a', 'b', 'c', 'd'].map((caller_id) => ({ caller_id, event_time: ago(3), tickets: 1, note: 'n' })))
    await store.features.push(asAcme, { view, rows: [{ caller_id: 'a', event_time: ago(3), tickets: 1, note: 'n' }, { caller_id: 'b', event_time: ago(3), tickets: 4, note: 'other' }, { caller_id: 'c', event_time: ago(1), tickets: 1, note: 'n' }] })
    expect(await store.features.reportSkew(asAcme, view)).toMatchObject({
      compared: 4, missingOnline: 1, olderOnline: 0, newerOnline: 1, features: [{ feature: 'tickets', differing: 1, largest: 3 }, { feature: 'note', differing: 1 }],
    })
    await store.features.materialize(asAcme, view)
    expect(await store.features.reportSkew(asAcme, view)).toMatchObject({ missingOnline: 0, newerOnline: 1, features: [{ differing: 0 }, { differing: 0 }] })
  })

  it('say how old a view is, against what it promises', async () => {
    const view = await newView({ freshnessMs: day })
    expect(await store.features.reportFreshness(asAcme, view)).toEqual({ view, version: 1, objectiveMs: day, isLate: true })
    await store.features.push(asAcme, { view, rows: [{ caller_id: 'a', event_time: ago(0.5), tickets: 1, note: null }] })
    expect(await store.features.reportFreshness(asAcme, view)).toMatchObject({ ageMs: day / 2, isLate: false })
    store.platform.clock.advance(day)
    expect(await store.features.reportFreshness(asAcme, view)).toMatchObject({ ageMs: 1.5 * day, isLate: true })
  })
})

describe('nearest texts', () => {
  it('are those of the newest rows that have most in common, the best first', async () => {
    const view = await newView()
    await ingest(view, [
      { caller_id: 'a', event_time: ago(3), tickets: 1, note: 'the printer is on fire' }, { caller_id: 'b', event_time: ago(3), tickets: 1, note: 'VPN drops every minute' },
      { caller_id: 'c', event_time: ago(3), tickets: 1, note: 'VPN login fails' }, { caller_id: 'a', event_time: ago(1), tickets: 1, note: 'mail is slow' }, { caller_id: 'd', event_time: ago(1), tickets: 1, note: null },
    ])
    const found = await store.features.findNearest(asAcme, { feature: `${view}:note`, text: 'my VPN drops again', count: 5 })
    expect(found.map(({ keys }) => keys)).toEqual([{ caller_id: 'b' }, { caller_id: 'c' }])
    expect(found[0]!.score).toBeGreaterThan(found[1]!.score)
    expect(await store.features.findNearest(asAcme, { feature: `${view}:note`, text: 'printer on fire' })).toEqual([])
    await expect(store.features.findNearest(asAcme, { feature: `${view}:tickets`, text: 'x' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe('what is online', () => {
  it('is asked for by names and keys that are there, or that is told', async () => {
    const view = await newView()
    const ask = (features: readonly string[], entities: Record<string, CellValue[]>) => store.features.getOnlineFeatures(asAcme, { features, entities })
    await expect(ask([], { caller_id: ['a'] })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'features' } })
    await expect(ask(['no reference'], { caller_id: ['a'] })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(ask([`${view}:tickets`], {})).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'entities' } })
    await expect(ask([`${view}:tickets`], { caller: ['a'] })).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'caller_id' } })
    await expect(ask([`${view}:tickets`], { caller_id: ['a'], other: [1, 2] })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { column: 'other' } })
    await expect(ask([`${view}:tickets`, `${await newView()}:tickets`], { caller_id: ['a'] })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { feature: 'tickets' } })
  })

  it('is gone for one key when that is deleted', async () => {
    const view = await newView()
    await store.features.push(asAcme, { view, rows: ['a', 'b'].map((caller_id) => ({ caller_id, event_time: ago(1), tickets: 1, note: null })) })
    await store.features.deleteOnline(asAcme, view, [{ caller_id: 'a' }])
    expect((await read(view, ['a', 'b'])).map(([, status]) => status)).toEqual(['NOT_FOUND', 'PRESENT'])
  })

  it('is another tenant’s own, under the same names', async () => {
    const view = await newView()
    await store.features.push(asAcme, { view, rows: [{ caller_id: 'a', event_time: ago(1), tickets: 1, note: null }], idempotencyKey: 'k' })
    const asked = { features: [`${view}:tickets`], entities: { caller_id: ['a'] } }
    await expect(store.features.getOnlineFeatures(asGlobex, asked)).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    await store.features.registerEntity(asGlobex, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
    await store.features.registerFeatureView(asGlobex, (await store.features.getFeatureView(asAcme, view)).definition)
    expect((await store.features.getOnlineFeatures(asGlobex, asked))[0]!.statuses).toEqual(['NOT_FOUND'])
    expect(await store.features.push(asGlobex, { view, rows: [{ caller_id: 'a', event_time: ago(2), tickets: 9, note: null }], idempotencyKey: 'k' })).toMatchObject({ keptCount: 1 })
    expect(await read(view, ['a'])).toEqual([[1, 'PRESENT']])
  })
})
