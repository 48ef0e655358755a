import { type Dataset, fromRecords } from '@motadata/core'
import { FixedClock } from '@motadata/testing'
import fc from 'fast-check'
import { DataValidator, type Expectation, referenceOf } from '../src/index.js'

const clock = new FixedClock()
const hour = 3_600_000
const validator = new DataValidator({ clock })
const at = (hours: number): Date => new Date(clock.nowMs() - hours * hour)

const tickets = fromRecords([
  { id: 'INC1', text: 'VPN is down', priority: 1, site: 'Oslo', vip: true, opened: at(30), resolved: at(20) },
  { id: 'INC2', text: 'mail is slow', priority: -3, site: 'Lyon', vip: false, opened: at(10), resolved: at(12) },
  { id: 'INC2', text: null, priority: 99, site: 'Oslo', vip: null, opened: at(5), resolved: null },
  { id: 'x', text: 'ä', priority: null, site: null, vip: true, opened: at(2), resolved: at(2) },
], { id: 'text', text: 'text', site: 'category', vip: 'boolean', opened: 'instant', resolved: 'instant' })

const check = (expectation: Expectation, dataset: Dataset = tickets) => validator.validate(dataset, [expectation]).results[0]!

describe('an expectation names the rows that fail it', () => {
  it.each<[Expectation, number, number[]]>([
    [{ kind: 'not-null', column: 'text' }, 4, [3]],
    [{ kind: 'not-null', column: 'vip' }, 4, [3]],
    [{ kind: 'range', column: 'priority', minimum: 1, maximum: 5 }, 3, [2, 3]],
    [{ kind: 'range', column: 'opened', minimum: at(11).toISOString() }, 4, [1]],
    [{ kind: 'length', column: 'text', minimum: 2 }, 3, [4]],
    [{ kind: 'length', column: 'site', maximum: 3 }, 3, [1, 2, 3]],
    [{ kind: 'pattern', column: 'id', pattern: '^INC\\d+$' }, 4, [4]],
    [{ kind: 'enum', column: 'site', values: ['Oslo'] }, 3, [2]],
    [{ kind: 'enum', column: 'priority', values: [1, 99] }, 3, [2]],
    [{ kind: 'enum', column: 'vip', values: [true] }, 3, [2]],
    [{ kind: 'unique', columns: ['id'] }, 4, [3]],
    [{ kind: 'unique', columns: ['site', 'vip'] }, 2, []],
    [{ kind: 'compare', column: 'resolved', operator: '>=', other: 'opened' }, 3, [2]],
    [{ kind: 'compare', column: 'id', operator: '<', other: 'site' }, 3, []],
  ])('%j', (expectation, checkedRows, rows) => {
    expect(check(expectation)).toMatchObject({ checkedRows, failedRows: rows.length, rows, passed: rows.length === 0, severity: 'error' })
  })

  it('a foreign key looks into the dataset that is handed over', () => {
    const sites = fromRecords([{ name: 'Oslo' }, { name: null }])
    const expectation: Expectation = { kind: 'foreign-key', column: 'site', dataset: 'sites', other: 'name' }
    expect(validator.validate(tickets, [expectation], { others: new Map([['sites', sites]]) }).results[0]).toMatchObject({ checkedRows: 3, rows: [2], passed: false })
    expect(check(expectation)).toMatchObject({ passed: false, observed: "the dataset 'sites' was not handed over" })
  })
})

describe('an expectation of the whole says what was found', () => {
  it.each<[Expectation, boolean, string]>([
    [{ kind: 'type', column: 'priority', type: 'number' }, true, "'priority' is a number column"],
    [{ kind: 'type', column: 'priority', type: 'text' }, false, "'priority' is a number column"],
    [{ kind: 'row-count', minimum: 5 }, false, '4 rows'],
    [{ kind: 'row-count', minimum: 4, maximum: 4 }, true, '4 rows'],
    [{ kind: 'freshness', column: 'opened', maximumAgeHours: 2.5 }, true, `the newest is 2.0 hours old (${at(2).toISOString()})`],
    [{ kind: 'freshness', column: 'opened', maximumAgeHours: 1 }, false, `the newest is 2.0 hours old (${at(2).toISOString()})`],
    [{ kind: 'range', column: 'text', minimum: 1 }, false, "'text' is a text column, without an order"],
    [{ kind: 'pattern', column: 'priority', pattern: 'x' }, false, "'priority' is a number column, not one of texts"],
    [{ kind: 'compare', column: 'priority', operator: '<', other: 'opened' }, false, "'priority' holds numbers, 'opened' instants: they do not compare"],
    [{ kind: 'not-null', column: 'gone' }, false, "there is no column 'gone'"],
  ])('%j', (expectation, passed, observed) => {
    expect(check(expectation)).toMatchObject({ passed, observed, rows: [] })
  })
})

describe('a report', () => {
  it('passes with so many failing rows as mostly allows, and with failing warnings', () => {
    expect(check({ kind: 'not-null', column: 'text', mostly: 0.75 })).toMatchObject({ passed: true, failedRows: 1 })
    expect(check({ kind: 'not-null', column: 'text', mostly: 0.76 })).toMatchObject({ passed: false, failedRows: 1 })
    const failing = { kind: 'row-count', minimum: 100 } as const
    expect(validator.validate(tickets, [{ ...failing, severity: 'warning' }]).passed).toBe(true)
    expect(validator.validate(tickets, [failing]).passed).toBe(false)
  })

  it('names every failure at once, twenty rows of each, and no value of a row', () => {
    const secret = 'a password in a ticket'
    const rows = fromRecords(Array.from({ length: 100 }, (_, id) => ({ id, text: secret })), { text: 'text' })
    const report = validator.validate(rows, [{ kind: 'range', column: 'id', minimum: 50 }, { kind: 'pattern', column: 'text', pattern: '^INC' }, { kind: 'unique', columns: ['text'] }])
    expect(report.results.map(({ failedRows, rows: shown }) => [failedRows, shown.length, shown[0]])).toEqual([[50, 20, 1], [100, 20, 1], [99, 20, 2]])
    expect(JSON.stringify(report)).not.toContain(secret)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  it('of no rows holds', () => {
    const none = fromRecords([])
    expect(validator.validate(none, [{ kind: 'row-count', maximum: 0 }])).toMatchObject({ passed: true, rowCount: 0 })
  })
})

describe('a pattern', () => {
  it('that would keep a backtracking matcher busy for ever is answered at once', () => {
    const long = fromRecords([{ text: `${'a'.repeat(5_000)}b` }], { text: 'text' })
    expect(check({ kind: 'pattern', column: 'text', pattern: '^(a+)+$' }, long)).toMatchObject({ passed: false, rows: [1] })
  })
})

describe('distributions', () => {
  const numbers = (shift: number): Dataset => fromRecords(Array.from({ length: 1_000 }, (_, row) => ({ hours: ((row * 7_919) % 1_000) / 100 + shift, site: row % 3 === 0 ? 'Oslo' : 'Lyon' })))

  it('pass on the rows that they were learned from, and on others of the same kind', () => {
    for (const column of ['hours', 'site']) {
      const reference = referenceOf(numbers(0), column)
      expect(check({ kind: 'distribution', column, reference }, numbers(0))).toMatchObject({ passed: true })
    }
  })

  it('fail when values have moved, and show how', () => {
    const { passed, distribution } = check({ kind: 'distribution', column: 'hours', reference: referenceOf(numbers(0), 'hours') }, numbers(4))
    expect(passed).toBe(false)
    expect(distribution!.bins).toHaveLength(distribution!.reference.length)
    expect(distribution!.current.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    expect(distribution!.current.at(-1)).toBeGreaterThan(distribution!.reference.at(-1)! * 3)
  })

  it('count new values as other', () => {
    const reference = referenceOf(numbers(0), 'site')
    const moved = fromRecords(Array.from({ length: 300 }, () => ({ site: 'Graz' })), { site: 'category' })
    expect(check({ kind: 'distribution', column: 'site', reference }, moved)).toMatchObject({ passed: false, distribution: { bins: ['Lyon', 'Oslo', 'other'], current: [0, 0, 1] } })
  })

  it('do not cry wolf over few rows', () => {
    const reference = referenceOf(numbers(0), 'hours')
    const few = fromRecords(Array.from({ length: 12 }, (_, row) => ({ hours: ((row * 83) % 100) / 10 })))
    expect(check({ kind: 'distribution', column: 'hours', reference }, few).passed).toBe(true)
  })
})

describe('inferred expectations', () => {
  const history = fromRecords(Array.from({ length: 400 }, (_, row) => ({
    ticket_id: `INC${row}`, text: row % 50 === 0 ? null : `ticket ${row} of the service desk`, site: ['Oslo', 'Lyon'][row % 2]!, hours: row % 40, opened: at(row), vip: row % 3 === 0,
  })), { text: 'text', ticket_id: 'text' })

  it('hold on what they were inferred from, and are plain JSON', () => {
    const expectations = validator.infer(history)
    expect(validator.validate(history, JSON.parse(JSON.stringify(expectations)) as Expectation[]).results.filter(({ passed }) => !passed)).toEqual([])
    expect(expectations).toEqual(expect.arrayContaining([
      { kind: 'unique', columns: ['ticket_id'] }, { kind: 'enum', column: 'site', values: ['Lyon', 'Oslo'], severity: 'warning' }, { kind: 'not-null', column: 'text', mostly: 0.96 },
    ]))
  })

  it('fail on data that went wrong', () => {
    const wrong = fromRecords([{ ticket_id: 'INC1', text: null, site: 'Graz', hours: 1_000, opened: null, vip: null }, { ticket_id: 'INC1', text: null, site: 'Graz', hours: -5, opened: null, vip: null }], { text: 'text', ticket_id: 'text', site: 'category', opened: 'instant', vip: 'boolean' })
    const failed = validator.validate(wrong, validator.infer(history)).results.filter(({ passed }) => !passed).map(({ expectation }) => expectation.kind)
    expect(new Set(failed)).toEqual(new Set(['not-null', 'enum', 'range', 'unique', 'distribution']))
  })
})

describe('expectations that are not as documented', () => {
  it('are refused, every fault at once', () => {
    const wrong = [
      { kind: 'rang', column: 'hours' }, { kind: 'range', column: 'hours' }, { kind: 'not-null', column: '', mostly: 2 }, { kind: 'pattern', column: 'text', pattern: '(?=x)' },
      { kind: 'not-null', colum: 'text' }, null,
    ] as unknown as Expectation[]
    expect(() => validator.validate(tickets, wrong)).toThrow(expect.objectContaining({ code: 'EXPECTATION_INVALID' }))
    try {
      validator.validate(tickets, wrong)
    } catch (error) {
      const { faults } = (error as { details: { faults: string[] } }).details
      expect(faults[0]).toContain("there is no kind 'rang'; did you mean 'range'?")
      expect(faults).toEqual(expect.arrayContaining([
        '2: range: expected a minimum, a maximum or both', '3: column of not-null: expected a text', '3: mostly of not-null: expected a share above 0, to 1',
        "5: not-null has no 'colum'; did you mean 'column'?", '6: expected an object',
      ]))
      expect(faults.find((fault) => fault.startsWith('4: pattern of pattern: expected a pattern in RE2'))).toBeDefined()
    }
  })

  it('whatever they are, are refused or checked', () => {
    const field = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }), fc.constantFrom('text', 'priority', 'opened', 'gone', '__proto__'))
    const expectation = fc.dictionary(fc.constantFrom('kind', 'column', 'columns', 'minimum', 'maximum', 'pattern', 'values', 'mostly', 'severity', 'reference', '__proto__'), field)
    const kinds = fc.constantFrom('type', 'not-null', 'range', 'length', 'pattern', 'enum', 'unique', 'foreign-key', 'freshness', 'row-count', 'compare', 'distribution', 'constructor')
    fc.assert(fc.property(kinds, expectation, (kind, fields) => {
      try {
        expect(validator.validate(tickets, [{ ...fields, kind } as unknown as Expectation]).results).toHaveLength(1)
      } catch (error) {
        expect(error).toMatchObject({ code: 'EXPECTATION_INVALID' })
      }
    }), { numRuns: 500 })
  })
})
