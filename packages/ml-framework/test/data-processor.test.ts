import { type Dataset, fromColumns, fromRecords, type Instance, isMLError, selectRows, toRecords } from '@motadata/core'
import type { FeatureMatrix, FeatureRow } from '@motadata/learn'
import fc from 'fast-check'
import { DataProcessor } from '../src/data-processor.js'
import { FittedProcessor } from '../src/processing/fitted-processor.js'
import { makeTickets, type Ticket } from './tickets.js'

const tickets = (count = 120): Dataset => fromRecords(makeTickets(count) as unknown as Instance[])
const instancesOf = (rows: readonly Ticket[]): Instance[] => rows.map((ticket) => ({ ...ticket }))
const fit = (dataset = tickets()): FittedProcessor => new DataProcessor().fit(dataset, { target: 'category' })

/** Row `r` of a matrix as a feature row holds it. */
const rowOf = (matrix: FeatureMatrix, r: number): { dense: number[]; indices: number[]; values: number[] } => {
  const { dense, sparse } = matrix
  const [start, end] = [sparse?.rowPointers[r] ?? 0, sparse?.rowPointers[r + 1] ?? 0]
  return {
    dense: [...(dense?.values.subarray(r * dense.columnCount, (r + 1) * dense.columnCount) ?? [])],
    indices: [...(sparse?.columnIndices.subarray(start, end) ?? [])],
    values: [...(sparse?.values.subarray(start, end) ?? [])],
  }
}
const filled = (row: FeatureRow): ReturnType<typeof rowOf> => ({
  dense: [...row.dense], indices: [...row.sparseIndices.subarray(0, row.sparseCount)], values: [...row.sparseValues.subarray(0, row.sparseCount)],
})
const faultOf = (processor: FittedProcessor, instance: unknown): Record<string, unknown> => {
  try {
    processor.encode(instance as Instance, processor.createRow(), 4)
    return { accepted: true }
  } catch (error) {
    if (!isMLError(error)) throw error
    return { code: error.code, ...error.details }
  }
}

describe('DataProcessor.fit', () => {
  it('makes features of every kind of column and says what it made', () => {
    const uses = Object.fromEntries(fit().columnUses.map(({ name, use }) => [name, use]))
    expect(uses).toEqual({
      number: 'left out: an identifier, different in every row',
      text: expect.stringMatching(/^text: \d+ terms and \d+ pieces of words by TF-IDF$/),
      impact: 'number: scaled; median where missing, and whether it was',
      site: 'category: 4 columns, one a value',
      vip: expect.stringContaining('boolean'),
      opened: expect.stringContaining('hour-of-day'),
    })
  })

  it('leaves out what says nothing about the next ticket', () => {
    const dataset = fromColumns([
      ['ticketId', [11, 12, 13, 14]], ['case_key', ['a-1', 'a-2', 'a-3', 'a-4']], ['entityKey', ['x', 'x', 'y', 'z']], ['empty', [null, null, null, null]],
      ['same', ['eu', 'eu', 'eu', 'eu']], ['dots', ['.', '!', '. .', '?!']], ['hours', [1, 2, 2, 4]],
    ], { dots: 'text' })
    const processor = new DataProcessor().fit(dataset)
    expect(processor.inputs).toEqual([{ name: 'hours', kind: 'number', required: true }])
    expect(processor.columnUses.filter(({ use }) => use.startsWith('left out')).map(({ name }) => name)).toEqual(['ticketId', 'case_key', 'entityKey', 'empty', 'same', 'dots'])
  })

  it('takes an identifier that was asked for by name', () => {
    const dataset = fromColumns([['asset_id', [3, 1, 2]], ['hours', [1, 2, 2]]])
    expect(new DataProcessor().fit(dataset, { features: ['asset_id'] }).inputs.map(({ name }) => name)).toEqual(['asset_id'])
  })

  it('reads recurring sentences as text and recurring names as a category, unless told otherwise', () => {
    const dataset = fromColumns([
      ['request', ['the vpn is down', 'no more paper', 'the vpn is down', 'no more paper']], ['team', ['Field Service', 'Desk', 'Desk', 'Field Service']],
    ])
    expect(new DataProcessor().fit(dataset).inputs.map(({ kind }) => kind)).toEqual(['text', 'category'])
    expect(new DataProcessor().fit(dataset, { columnKinds: { request: 'category' } }).inputs.map(({ kind }) => kind)).toEqual(['category', 'category'])
  })

  it('scales numbers to mean 0 and variance 1, the median standing for a missing one', () => {
    const processor = new DataProcessor().fit(fromColumns([['hours', [1, 3, null, 5]], ['other', [1, 1, 2, 2]]]), { features: ['hours'] })
    const matrix = processor.transform(fromColumns([['hours', [3, null, 5]]]))
    // Imputed training values 1, 3, 3, 5: mean 3, variance 2.
    expect([...matrix.dense!.values].map((value) => Number(value.toFixed(6)))).toEqual([0, 0, 0, 1, 1.414214, 0])
  })

  it('hashes text when asked to, with no vocabulary', () => {
    const processor = new DataProcessor({ text: { method: 'hashing' } }).fit(tickets(), { target: 'category', features: ['text'] })
    expect(processor.columnUses[0]).toEqual({ name: 'text', use: 'text: hashed into 262144 columns' })
    expect(FittedProcessor.load(processor.toState()).sparseColumnCount).toBe(262144)
  })

  it.each([
    ['a feature that is not there', { features: ['nope'] }, 'COLUMN_MISSING'],
    ['the target as a feature', { target: 'category', features: ['category'] }, 'INPUT_INVALID'],
    ['a kind that there is not', { columnKinds: { text: 'prose' } }, 'INPUT_INVALID'],
    ['a kind that the values are not', { columnKinds: { text: 'number' } }, 'COLUMN_INVALID'],
    ['nothing but identifiers', { features: ['same'] }, 'FEATURES_EMPTY'],
  ])('refuses %s', (_, options, code) => {
    const dataset = fromRecords([{ text: 'a b c', category: 'x', same: 1 }, { text: 'd e f', category: 'y', same: 1 }])
    expect(() => new DataProcessor().fit(dataset, options as object)).toThrow(expect.objectContaining({ code }))
  })

  it('refuses a dataset without rows', () => {
    expect(() => new DataProcessor().fit(fromRecords([]))).toThrow(expect.objectContaining({ code: 'DATA_EMPTY' }))
  })
})

describe('FittedProcessor', () => {
  it('gives the same features for a row of a dataset, for an instance, and after storing and loading', () => {
    const processor = fit()
    const loaded = FittedProcessor.load(processor.toState())
    const later = makeTickets(40, 9)
    const matrix = processor.transform(fromRecords(instancesOf(later), { site: 'category', text: 'text' }))
    later.forEach((ticket, r) => {
      for (const either of [processor, loaded]) {
        const row = either.createRow()
        either.encode({ ...ticket }, row)
        expect(filled(row)).toEqual(rowOf(matrix, r))
      }
    })
  })

  it('gives training rows the features that the model learned from', () => {
    const dataset = tickets(60)
    const { processor, matrix } = new DataProcessor().fitTransform(dataset, { target: 'category' })
    expect(processor.transform(dataset)).toEqual(matrix)
  })

  it('describes a column for every feature, the dense ones first', () => {
    const processor = fit()
    const columns = processor.featureColumns
    expect(columns).toHaveLength(processor.denseColumnCount + processor.sparseColumnCount)
    expect(columns.slice(0, processor.denseColumnCount).every(({ kind }) => kind !== 'term' && kind !== 'category')).toBe(true)
    expect(columns.at(-1)).toEqual({ name: '(missing)', source: 'site', kind: 'category' })
  })

  it('does without columns that are absent and categories that are new, and says so', () => {
    const processor = fit()
    const row = processor.createRow()
    const warnings = processor.encode({ text: 'vpn is down', site: 'Rome', impact: null, opened: '2026-02-01' }, row)
    expect(warnings).toEqual([
      { code: 'CATEGORY_UNKNOWN', column: 'site', message: expect.stringContaining("'Rome'") },
      { code: 'COLUMN_ABSENT', column: 'vip', message: expect.stringContaining('vip') },
    ])
    expect([...row.dense].every(Number.isFinite)).toBe(true)
  })

  it('leaves nothing of the instance before in the row', () => {
    const processor = fit()
    const [first, second] = makeTickets(2, 5)
    const used = processor.createRow()
    processor.encode({ ...first! }, used)
    processor.encode({ ...second! }, used)
    const fresh = processor.createRow()
    processor.encode({ ...second! }, fresh)
    expect(filled(used)).toEqual(filled(fresh))
  })

  it.each([
    ['a number where text is expected', { text: 5 }, 'text', 'text', 'a number'],
    ['an object', { text: {} }, 'text', 'text', 'an object'],
    ['a list', { text: ['vpn'] }, 'text', 'text', 'a list'],
    ['text where a number is expected', { text: 'vpn', impact: '3' }, 'impact', 'a finite number', 'a text'],
    ['NaN', { text: 'vpn', impact: Number.NaN }, 'impact', 'a finite number', 'NaN'],
    ['infinity', { text: 'vpn', impact: Number.NEGATIVE_INFINITY }, 'impact', 'a finite number', '-Infinity'],
    ['a word for true', { text: 'vpn', vip: 'yes' }, 'vip', 'true or false', 'a text'],
    ['a day that is none', { text: 'vpn', opened: '2026-02-30T99:00' }, 'opened', 'an instant as ISO 8601 text', 'a text'],
    ['an invalid Date', { text: 'vpn', opened: new Date(Number.NaN) }, 'opened', 'an instant as ISO 8601 text', 'a date'],
    ['an object as a category', { text: 'vpn', site: { a: 1 } }, 'site', 'a category as text', 'an object'],
    ['a key __proto__', JSON.parse('{ "text": "vpn", "__proto__": { "site": "Oslo" } }'), '__proto__', 'no column of this name', 'a text'],
    ['none of its inputs', { other: 1 }, 'text', 'a value of at least one of text, impact, site, vip, opened', 'nothing'],
    ['only inherited inputs', Object.create({ text: 'vpn' }), 'text', 'a value of at least one of text, impact, site, vip, opened', 'nothing'],
  ])('refuses %s, naming instance, field, expected and received', (_, instance, field, expected, received) => {
    expect(faultOf(fit(), instance)).toEqual({ code: 'COLUMN_INVALID', instance: 4, field, expected, received })
  })

  it.each([null, undefined, 5, 'vpn', [], [{ text: 'vpn' }]])('refuses %j, which is no instance', (instance) => {
    expect(faultOf(fit(), instance)).toMatchObject({ code: 'INPUT_INVALID', instance: 4 })
  })

  it('requires the input of a model that has only one', () => {
    const processor = new DataProcessor().fit(tickets(), { target: 'category', features: ['text'] })
    expect(processor.inputs).toEqual([{ name: 'text', kind: 'text', required: true }])
    for (const instance of [{}, { text: null }, { text: '' }]) expect(faultOf(processor, instance)).toMatchObject({ code: 'COLUMN_INVALID', field: 'text', received: 'nothing' })
  })

  it('throws nothing but coded errors, whatever an instance holds', () => {
    const processor = fit()
    const row = processor.createRow()
    const name = fc.constantFrom('text', 'impact', 'site', 'vip', 'opened', 'category', 'constructor', 'toString', '__proto__')
    fc.assert(fc.property(fc.oneof(fc.anything({ withDate: true, withBigInt: true, withNullPrototype: true }), fc.dictionary(name, fc.anything({ withDate: true }))), (instance) => {
      try {
        processor.encode(instance as Instance, row)
        expect([...row.dense].every(Number.isFinite)).toBe(true)
      } catch (error) {
        expect(isMLError(error)).toBe(true)
      }
    }), { seed: 1, numRuns: 500 })
  })
})

describe('DataProcessor.splitData', () => {
  const processor = new DataProcessor()

  it('holds out a share of every class, the same for the same seed', () => {
    const dataset = tickets(300)
    const { train, test } = processor.splitData(dataset, { kind: 'share', share: 0.2 }, 7, 'category')
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, row) => row))
    const shareOf = (rows: Uint32Array, category: string): number => toRecords(selectRows(dataset, rows)).filter((row) => row['category'] === category).length / rows.length
    for (const category of ['network', 'printer', 'access']) expect(Math.abs(shareOf(train, category) - shareOf(test, category))).toBeLessThan(0.02)
    expect(processor.splitData(dataset, { kind: 'share', share: 0.2 }, 7, 'category')).toEqual({ train, test })
    expect(processor.splitData(dataset, { kind: 'share', share: 0.2 }, 8, 'category').test).not.toEqual(test)
  })

  it('learns from a class of a single row', () => {
    const dataset = fromRecords([...Array.from({ length: 9 }, (_, row) => ({ row, kind: 'often' })), { row: 9, kind: 'once' }])
    expect([...processor.splitData(dataset, { kind: 'share', share: 0.5 }, 0, 'kind').train]).toContain(9)
  })

  it('holds out what a rule says', () => {
    const dataset = fromRecords(Array.from({ length: 6 }, (_, row) => ({ row_id: row, text: `t${row}` })))
    expect(processor.splitData(dataset, { kind: 'rule', rule: 'row_id % 3 == 0' })).toEqual({ train: Uint32Array.of(1, 2, 4, 5), test: Uint32Array.of(0, 3) })
  })

  it.each([
    [{ kind: 'rule', rule: 'row_id >= 0' }, 'DATA_EMPTY'], [{ kind: 'rule', rule: 'row_id < 0' }, 'DATA_EMPTY'], [{ kind: 'rule', rule: 'nope == 1' }, 'COLUMN_MISSING'],
    [{ kind: 'share', share: 0 }, 'INPUT_INVALID'], [{ kind: 'share', share: 1.5 }, 'INPUT_INVALID'], [{ kind: 'share', share: Number.NaN }, 'INPUT_INVALID'],
  ] as const)('refuses %j', (split, code) => {
    const dataset = fromRecords(Array.from({ length: 6 }, (_, row) => ({ row_id: row })))
    expect(() => processor.splitData(dataset, split)).toThrow(expect.objectContaining({ code }))
  })
})
