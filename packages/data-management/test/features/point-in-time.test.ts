import { type CellValue, type Entity, type FeatureViewDefinition, toRecords } from '@motadata/core'
import { asAcme } from '@motadata/testing'
import fc from 'fast-check'
import { type OpenedStore, openStore } from './open-store.js'

let store: OpenedStore
let names = 0
const newName = (): string => `view-${++names}`
beforeAll(async () => {
  store = await openStore()
  await store.features.registerEntity(asAcme, caller)
  await store.features.registerEntity(asAcme, { name: 'site', joinKey: 'site_id', keyKind: 'number' })
})
afterAll(() => store.platform.close())

const caller: Entity = { name: 'caller', joinKey: 'caller_id', keyKind: 'text' }
const day = 24 * 3_600_000
const start = Date.UTC(2026, 0, 1)
const at = (days: number): Date => new Date(start + days * day)

/** A view over rows, each a row of its dataset. */
async function viewOf(rows: readonly Record<string, CellValue>[], rest: Partial<FeatureViewDefinition> = {}): Promise<string> {
  const name = newName()
  const createdAt = rest.source?.createdAt
  await store.datasets.ingestData(asAcme, {
    name, source: { rows }, columnKinds: { caller_id: 'text', site_id: 'number', event_time: 'instant', value: 'number', note: 'text', ...(createdAt === undefined ? {} : { [createdAt]: 'instant' as const }) },
  })
  await store.features.registerFeatureView(asAcme, {
    name, entities: ['caller'], features: [{ name: 'value', kind: 'number' }], ...rest, source: { eventTime: 'event_time', ...rest.source, dataset: name },
  })
  return name
}

const valuesAt = async (view: string, rows: readonly Record<string, CellValue>[]): Promise<unknown[]> =>
  toRecords(await store.features.getHistoricalFeatures(asAcme, { features: [`${view}:value`], rows })).map(({ value }) => value)

describe('what was known at an instant', () => {
  it('is the newest row of the key by then, and never one that came later', async () => {
    const view = await viewOf([
      { caller_id: 'a', event_time: at(1), value: 1 }, { caller_id: 'a', event_time: at(3), value: 3 }, { caller_id: 'b', event_time: at(2), value: 20 },
    ])
    const rows = [
      { caller_id: 'a', event_time: at(0.5) }, { caller_id: 'a', event_time: at(1) }, { caller_id: 'a', event_time: at(2.9) }, { caller_id: 'b', event_time: at(9) },
      { caller_id: 'a', event_time: at(1_000) }, { caller_id: 'nobody', event_time: at(5) }, { caller_id: null, event_time: at(5) },
    ]
    expect(await valuesAt(view, rows)).toEqual([null, 1, 1, 20, 3, null, null])
  })

  it('leaves the rows as they are, in number and order, also those of one key at one instant', async () => {
    const view = await viewOf([{ caller_id: 'a', event_time: at(1), value: 1 }, { caller_id: 'a', event_time: at(1), value: 2 }])
    const rows = [{ caller_id: 'a', event_time: at(2), id: 'x' }, { caller_id: 'a', event_time: at(2), id: 'y' }, { caller_id: 'b', event_time: at(2), id: 'z' }, { caller_id: 'a', event_time: at(0), id: 'w' }]
    const joined = await store.features.getHistoricalFeatures(asAcme, { features: [`${view}:value`], rows })
    expect(toRecords(joined)).toEqual([{ ...rows[0], value: 2 }, { ...rows[1], value: 2 }, { ...rows[2], value: null }, { ...rows[3], value: null }])
    expect([...joined.columns.keys()]).toEqual(['caller_id', 'event_time', 'id', 'value'])
  })

  it('is none once the time to live is over, to the millisecond', async () => {
    const view = await viewOf([{ caller_id: 'a', event_time: at(1), value: 1 }], { ttlMs: day })
    expect(await valuesAt(view, [{ caller_id: 'a', event_time: at(2) }, { caller_id: 'a', event_time: new Date(at(2).getTime() + 1) }])).toEqual([1, null])
  })

  it('is not what was written later, however early it happened; of one event what was written last by then', async () => {
    const written = [
      { caller_id: 'a', event_time: at(1), written_at: at(1), value: 1 }, { caller_id: 'a', event_time: at(1), written_at: at(4), value: 11 },
      { caller_id: 'a', event_time: at(3), written_at: at(3), value: 3 }, { caller_id: 'a', event_time: at(2), written_at: at(5), value: 2 },
    ]
    const source = { dataset: '', eventTime: 'event_time', createdAt: 'written_at' }
    const asked = [at(2), at(3), at(4), at(6)].map((event_time) => ({ caller_id: 'a', event_time }))
    expect(await valuesAt(await viewOf(written, { source }), asked)).toEqual([1, 3, 3, 3])
    expect(await valuesAt(await viewOf(written.slice(0, 2), { source }), asked)).toEqual([1, 1, 11, 11])
    expect(await valuesAt(await viewOf(written, { source: { ...source, visibleFrom: 'event-time' } }), asked)).toEqual([2, 3, 3, 3])
  })

  it('is of all keys where a view has several, and numbers are keys too', async () => {
    const name = await viewOf([{ caller_id: 'a', site_id: 1, event_time: at(1), value: 1 }, { caller_id: 'a', site_id: 2, event_time: at(1), value: 2 }], { entities: ['caller', 'site'] })
    expect(await valuesAt(name, [{ caller_id: 'a', site_id: 2, event_time: at(2) }, { caller_id: 'a', site_id: 3, event_time: at(2) }, { caller_id: 'b', site_id: 1, event_time: at(2) }])).toEqual([2, null, null])
  })

  it('is what a search through all rows finds, whatever rows there are', async () => {
    const key = fc.constantFrom('a', 'b', 'c', null)
    const time = fc.integer({ min: 0, max: 12 }).map((hours) => new Date(start + hours * 3_600_000))
    const row = fc.record({ caller_id: key, event_time: fc.oneof({ weight: 9, arbitrary: time }, { weight: 1, arbitrary: fc.constant(null) }), written_at: fc.oneof(time, fc.constant(null)) })
    const asked = fc.record({ caller_id: fc.constantFrom('a', 'b', 'z', null), event_time: time })
    const rules = fc.record({ ttlMs: fc.constantFrom(undefined, 3_600_000, 4 * 3_600_000), visibleFrom: fc.constantFrom(undefined, 'event-time' as const, 'created-at' as const), hasCreatedAt: fc.boolean() })
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 25 }), fc.array(asked, { minLength: 1, maxLength: 12 }), rules, fc.integer({ min: 1, max: 25 }), async (rows, questions, { ttlMs, visibleFrom, hasCreatedAt }, cut) => {
      const numbered = rows.map((own, value) => ({ ...own, value }))
      const name = newName()
      const columnKinds = { caller_id: 'text', event_time: 'instant', written_at: 'instant', value: 'number' } as const
      // in two parts, as rows that are appended are kept
      await store.datasets.ingestData(asAcme, { name, source: { rows: numbered.slice(0, cut) }, columnKinds })
      if (cut < numbered.length) await store.datasets.ingestData(asAcme, { name, source: { rows: numbered.slice(cut) }, columnKinds, mode: 'append' })
      const seesWriting = hasCreatedAt && visibleFrom !== 'event-time'
      await store.features.registerFeatureView(asAcme, {
        name, entities: ['caller'], features: [{ name: 'value', kind: 'number' }], ...(ttlMs === undefined ? {} : { ttlMs }),
        source: { dataset: name, eventTime: 'event_time', ...(hasCreatedAt ? { createdAt: 'written_at', ...(visibleFrom ? { visibleFrom } : {}) } : {}) },
      })
      const oracle = questions.map((question) => {
        const written = (own: (typeof numbered)[number]): number => (hasCreatedAt ? (own.written_at?.getTime() ?? -Infinity) : 0)
        const known = numbered.filter((own) => own.caller_id !== null && own.caller_id === question.caller_id && own.event_time !== null && own.event_time <= question.event_time && (!seesWriting || own.written_at === null || own.written_at <= question.event_time))
        const [best] = known.sort((a, b) => b.event_time!.getTime() - a.event_time!.getTime() || Math.sign(written(b) - written(a)) || b.value - a.value)
        return best && (ttlMs === undefined || question.event_time.getTime() - best.event_time!.getTime() <= ttlMs) ? best.value : null
      })
      expect(await valuesAt(name, questions)).toEqual(oracle)
    }), { numRuns: 120 })
  }, 240_000)

  it('is of every kind as the dataset has it', async () => {
    const name = newName()
    const rows = [{ caller_id: 'a', event_time: at(1), n: -0.5, b: true, c: 'x', t: 'long "text"', i: at(0.25) }, { caller_id: 'b', event_time: at(1), n: null, b: null, c: null, t: null, i: null }]
    const kinds = { n: 'number', b: 'boolean', c: 'category', t: 'text', i: 'instant' } as const
    await store.datasets.ingestData(asAcme, { name, source: { rows }, columnKinds: { caller_id: 'text', event_time: 'instant', ...kinds } })
    await store.features.registerFeatureView(asAcme, { name, entities: ['caller'], features: Object.entries(kinds).map(([own, kind]) => ({ name: own, kind })), source: { dataset: name, eventTime: 'event_time' } })
    const joined = await store.features.getHistoricalFeatures(asAcme, { features: Object.keys(kinds).map((own) => `${name}:${own}`), rows: [{ caller_id: 'b', event_time: at(2) }, { caller_id: 'a', event_time: at(2) }] })
    expect(toRecords(joined)).toEqual([{ ...rows[1], event_time: at(2) }, { ...rows[0], event_time: at(2) }])
  })
})

describe('what can not be joined', () => {
  it('is told by the row, the column and what there is', async () => {
    const view = await viewOf([{ caller_id: 'a', event_time: at(1), value: 1 }])
    await expect(valuesAt(view, [{ caller_id: 'a', event_time: at(1) }, { caller_id: 'a', event_time: null }])).rejects.toMatchObject({ code: 'EVENT_TIME_INVALID', details: { row: 2 } })
    await expect(valuesAt(view, [{ caller: 'a', event_time: at(1) }])).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'caller_id' } })
    await expect(valuesAt(view, [{ caller_id: 'a', event_time: at(1), value: 5 }])).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { column: 'value' } })
    await expect(valuesAt('never', [{ caller_id: 'a', event_time: at(1) }])).rejects.toMatchObject({ code: 'FEATURE_VIEW_NOT_FOUND' })
    const none = store.features.getHistoricalFeatures(asAcme, { features: [`${view}:none`], rows: [{ caller_id: 'a', event_time: at(1) }] })
    await expect(none).rejects.toMatchObject({ code: 'FEATURE_NOT_FOUND', details: { view, feature: 'none' } })
  })

  it('names a column that was renamed under a view', async () => {
    const view = await viewOf([{ caller_id: 'a', event_time: at(1), value: 1 }])
    await store.datasets.ingestData(asAcme, { name: view, source: { rows: [{ caller_id: 'a', event_time: at(1), amount: 1 }] }, columnKinds: { caller_id: 'text', event_time: 'instant', amount: 'number' } })
    const changed = { code: 'FEATURE_SOURCE_CHANGED', details: { view, dataset: view, version: 2, problems: ["there is no column 'value'"] } }
    await expect(valuesAt(view, [{ caller_id: 'a', event_time: at(1) }])).rejects.toMatchObject(changed)
    await expect(store.features.materialize(asAcme, view)).rejects.toMatchObject(changed)
  })
})
