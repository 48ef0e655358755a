import { openPlatform, silentLogger } from '@motadata/adapters'
import { parseTenantId, platformContext, type Platform } from '@motadata/core'
import fc from 'fast-check'
import { DataManager, DataValidator, type Expectation, referenceOf } from '../src/index.js'

const acme = platformContext(parseTenantId('acme'), 'test')
const kinds = { text: 'text', other: 'text', site: 'category', n: 'number', m: 'number', vip: 'boolean', at: 'instant', until: 'instant' } as const

const instant = fc.option(fc.integer({ min: 0, max: 5 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString()), { nil: null })
const text = fc.option(fc.oneof(fc.constantFrom('INC1', 'INC2', 'a\nb', 'é', '🙂🙂', '', "it's", 'ß'), fc.string({ maxLength: 6 })), { nil: null })
const number = fc.option(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })), { nil: null })
const rows = fc.array(fc.record({
  text, other: text, site: fc.option(fc.constantFrom('Oslo', 'Lyon', 'Graz'), { nil: null }), n: number, m: number, vip: fc.option(fc.boolean(), { nil: null }), at: instant, until: instant,
}), { minLength: 1, maxLength: 60 })
const column = fc.constantFrom(...Object.keys(kinds), 'gone')
const expectation: fc.Arbitrary<Expectation> = fc.oneof(
  fc.record({ kind: fc.constant('not-null' as const), column }),
  fc.record({ kind: fc.constant('range' as const), column, minimum: fc.constantFrom(-1, 0.5, '2026-01-03'), maximum: fc.constantFrom(2, '2026-01-05') }),
  fc.record({ kind: fc.constant('length' as const), column, minimum: fc.integer({ min: 0, max: 3 }), maximum: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant('pattern' as const), column, pattern: fc.constantFrom('^INC\\d+$', '.', '^.{2}$', '\\pL', '(?i)inc', "'", '^$', 'a.b', '\\Qa\\E') }),
  fc.record({ kind: fc.constant('enum' as const), column, values: fc.array(fc.constantFrom<string | number | boolean>('Oslo', 'Graz', 'INC1', 1, 2, true, '2026-01-02', "it's", '', 'é', 'ß', '🙂🙂'), { minLength: 1, maxLength: 12 }) }),
  fc.record({ kind: fc.constant('unique' as const), columns: fc.uniqueArray(column, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('compare' as const), column, operator: fc.constantFrom('<' as const, '<=' as const, '=' as const, '>=' as const, '>' as const), other: column }),
  fc.record({ kind: fc.constant('freshness' as const), column, maximumAgeHours: fc.constantFrom(1, 1e7) }),
  fc.record({ kind: fc.constant('type' as const), column, type: fc.constantFrom('number' as const, 'text' as const) }),
  fc.record({ kind: fc.constant('row-count' as const), minimum: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ kind: fc.constant('foreign-key' as const), column, dataset: fc.constantFrom('rows', 'none'), other: column }),
)

describe('validateData', () => {
  let platform: Platform
  let datasets: DataManager
  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    datasets = await DataManager.open(platform)
  }, 60_000)
  afterAll(() => platform.close())

  it('over parts says what validating the same rows in memory says', async () => {
    const { nowMs } = { nowMs: platform.clock.nowMs() }
    await fc.assert(fc.asyncProperty(rows, fc.array(expectation, { minLength: 1, maxLength: 12 }), async (given, expectations) => {
      await datasets.ingestData(acme, { name: 'rows', source: { rows: given }, columnKinds: kinds })
      if (given.length > 3) await datasets.ingestData(acme, { name: 'rows', mode: 'append', source: { rows: given.slice(0, 3) } })
      const dataset = await datasets.readData(acme, { name: 'rows' })
      const learned = (['n', 'site'] as const).flatMap((name): Expectation[] => {
        try {
          return [{ kind: 'distribution', column: name, reference: referenceOf(dataset, name) }]
        } catch {
          return [] // without a value there is no distribution
        }
      })
      const all = [...expectations, ...learned]
      const expected = new DataValidator({ clock: { nowMs: () => nowMs } }).validate(dataset, all, { others: new Map([['rows', dataset]]) })
      const found = await datasets.validateData(acme, { name: 'rows' }, all)
      expect(withoutAges(found)).toEqual(withoutAges(expected))
    }), { numRuns: 120 })
  }, 240_000)
})

/** The clock goes on between the two. */
function withoutAges(report: object): unknown {
  return JSON.parse(JSON.stringify(report).replaceAll(/is [\d.]+ hours old/g, 'is old'))
}
