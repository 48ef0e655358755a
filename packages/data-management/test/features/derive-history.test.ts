import { type CellValue, toRecords } from '@motadata/core'
import { asAcme, asGlobex } from '@motadata/testing'
import fc from 'fast-check'
import type { HistoryRequest } from '../../src/index.js'
import { type OpenedStore, openStore } from './open-store.js'

let store: OpenedStore
let names = 0
const hour = 3_600_000
const start = Date.UTC(2026, 0, 1)
const kinds = { caller_id: 'text', opened_at: 'instant', resolved_at: 'instant', hours: 'number', kept: 'boolean' } as const

beforeAll(async () => {
  store = await openStore()
  await store.features.registerEntity(asAcme, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
})
afterAll(() => store.platform.close())

const request = (from: string, rest: Partial<HistoryRequest> = {}): HistoryRequest => ({
  from, into: `${from}-history`, key: 'caller_id', knownAt: 'resolved_at',
  measures: [{ name: 'count', aggregate: 'count' }, { name: 'hours', aggregate: 'mean', column: 'hours' }, { name: 'kept', aggregate: 'mean', column: 'kept' }],
  windows: [{ name: '3h', ms: 3 * hour }, { name: 'ever' }], ...rest,
})
const features = ['count_3h', 'count_ever', 'hours_3h', 'hours_ever', 'kept_3h', 'kept_ever']

it('is at any instant exactly what was known by then, never what was still to be known', async () => {
  const ticket = fc.record({
    caller_id: fc.constantFrom('a', 'b', null), resolved: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constant(null)), hours: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(null)),
    kept: fc.constantFrom(true, false, null),
  })
  const asked = fc.record({ caller_id: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: -1, max: 16 }) })
  await fc.assert(fc.asyncProperty(fc.array(ticket, { minLength: 1, maxLength: 20 }), fc.array(asked, { minLength: 1, maxLength: 10 }), async (tickets, questions) => {
    const name = `tickets-${++names}`
    fc.pre(tickets.some(({ caller_id, resolved }) => caller_id !== null && resolved !== null))
    const rows = tickets.map(({ resolved, ...rest }) => ({ ...rest, resolved_at: resolved === null ? null : new Date(start + resolved * hour), opened_at: new Date(start - hour) }))
    await store.datasets.ingestData(asAcme, { name, source: { rows }, columnKinds: kinds })
    await store.features.deriveHistory(asAcme, request(name))
    await store.features.registerFeatureView(asAcme, { name, entities: ['caller'], features: features.map((own) => ({ name: own, kind: 'number' })), source: { dataset: `${name}-history`, eventTime: 'event_time' } })
    const joined = await store.features.getHistoricalFeatures(asAcme, { features: features.map((own) => `${name}:${own}`), rows: questions.map(({ caller_id, at }) => ({ caller_id, event_time: new Date(start + at * hour) })) })
    const expected = questions.map(({ caller_id, at }) => {
      const known = tickets.filter((own) => own.caller_id === caller_id && own.resolved !== null && own.resolved <= at)
      const recent = known.filter(({ resolved }) => resolved! > at - 3)
      const count = (own: typeof known): number | null => (known.length === 0 ? null : own.length)
      const mean = (own: typeof known, value: (one: (typeof known)[number]) => number | null): number | null => {
        const values = own.map(value).filter((one) => one !== null)
        return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length
      }
      const kept = ({ kept: own }: (typeof known)[number]): number | null => (own === null ? null : Number(own))
      return [count(recent), count(known), mean(recent, (own) => own.hours), mean(known, (own) => own.hours), mean(recent, kept), mean(known, kept)]
    })
    const given = toRecords(joined).map((row) => features.map((own) => row[own] as CellValue))
    given.forEach((row, at) => row.forEach((value, place) => {
      const other = expected[at]![place]!
      if (value === null || other === null) expect([at, place, value]).toEqual([at, place, other])
      else expect(value).toBeCloseTo(other, 9)
    }))
  }), { numRuns: 60 })
}, 240_000)

it('refuses what is not there or of another kind', async () => {
  await store.datasets.ingestData(asAcme, { name: 'few', source: { rows: [{ caller_id: 'a', opened_at: new Date(start), resolved_at: new Date(start), hours: 1, kept: true }] }, columnKinds: kinds })
  const derive = (rest: Partial<HistoryRequest>) => store.features.deriveHistory(asAcme, request('few', rest))
  await expect(derive({ key: 'caller' })).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'caller' } })
  await expect(derive({ knownAt: 'hours' })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'knownAt' } })
  await expect(derive({ windows: [] })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'windows' } })
  await expect(derive({ windows: [{ name: 'x', ms: 0.5 }] })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  await expect(derive({ measures: [{ name: 'x', aggregate: 'mean', column: 'caller_id' }] })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'measures' } })
  await expect(derive({ measures: [{ name: 'x', aggregate: 'mean' }] })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  await expect(store.features.deriveHistory(asGlobex, request('few'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
})
