import { type CellValue, type ColumnOptions, type Dataset, fromColumns } from '@motadata/core'
import type { FeatureRow } from '@motadata/learn'
import { DataProcessor, type ProcessorFitOptions } from '../../src/data-processor.js'
import { FittedProcessor } from '../../src/processing/fitted-processor.js'

const dataset: Dataset = fromColumns([
  ['hours', [1, 2, null, 4, 9, 2]],
  ['priority', ['low', 'high', 'medium', null, 'low', 'high']],
  ['caller', ['anna', 'anna', 'ben', 'carl', 'anna', 'dora']],
  ['opened', ['2026-01-03T00:00:00Z', '2026-01-05T06:00:00Z', '2026-01-06T12:00:00Z', null, '2026-01-07T18:00:00Z', '2026-01-10T00:00:00Z']],
  ['text', ['The VPN is down', 'das Netz ist weg', null, 'no paper', 'VPN again', 'the end']],
  ['late', [true, false, true, true, true, false]],
], { priority: 'category', caller: 'category', opened: 'instant', text: 'text' })

const fitOne = (name: string, options: ColumnOptions, more: ProcessorFitOptions = {}) =>
  new DataProcessor().fitTransform(dataset, { features: [name], columnOptions: { [name]: options }, ...more })
const denseOf = (name: string, options: ColumnOptions, more?: ProcessorFitOptions): number[] =>
  [...fitOne(name, options, more).matrix.dense!.values].map((value) => Number(value.toFixed(4)))

/** A single instance's features, after storing and loading. */
function encode(processor: FittedProcessor, name: string, value: CellValue): { readonly row: FeatureRow; readonly codes: string[] } {
  const loaded = FittedProcessor.load(processor.toState())
  const row = loaded.createRow()
  return { codes: loaded.encode({ [name]: value }, row)?.map(({ code }) => code) ?? [], row }
}

describe('column options', () => {
  // Values 1, 2, 4, 9, 2, the median 2 where missing.
  it.each([
    ['min-max', [0, 0.125, 0.125, 0.375, 1, 0.125]],
    ['none', [1, 2, 2, 4, 9, 2]],
    // Median 2, quartiles 2 and 3.5 of 1, 2, 2, 2, 4, 9.
    ['robust', [-0.6667, 0, 0, 1.3333, 4.6667, 0]],
  ] as const)('scale a number %s', (scaling, expected) => {
    expect(denseOf('hours', { scaling }).filter((_, at) => at % 2 === 0)).toEqual(expected)
    expect(denseOf('hours', { scaling }).filter((_, at) => at % 2 === 1)).toEqual([0, 0, 1, 0, 0, 0])
  })

  it.each([['mean', 3.6], ['median', 2], ['most-frequent', 2], ['zero', 0]] as const)('put the %s in the place of a missing number', (imputation, expected) => {
    expect(denseOf('hours', { imputation, scaling: 'none' })[4]).toBeCloseTo(expected, 4)
  })

  it('place categories in an order', () => {
    const { processor } = fitOne('priority', { encoding: 'ordinal', order: ['low', 'medium', 'high'] })
    expect(denseOf('priority', { encoding: 'ordinal', order: ['low', 'medium', 'high'] })).toEqual([0.3333, 1, 0.6667, 0, 0.3333, 1])
    expect(encode(processor, 'priority', 'urgent')).toMatchObject({ codes: ['CATEGORY_UNKNOWN'], row: { dense: Float32Array.of(0) } })
    expect(encode(processor, 'priority', 'medium')).toMatchObject({ codes: [], row: { dense: Float32Array.of(2 / 3) } })
  })

  it('group rare categories with new ones', () => {
    const { processor, matrix } = fitOne('caller', { minimumCount: 2 })
    expect(processor.featureColumns.map(({ name }) => name)).toEqual(['(other)', 'anna'])
    expect([...matrix.sparse!.columnIndices]).toEqual([1, 1, 0, 0, 1, 0])
    const { row, codes } = encode(processor, 'caller', 'zoe')
    expect(codes).toEqual([])
    expect([...row.sparseIndices.subarray(0, row.sparseCount)]).toEqual([0])
  })

  it('encode categories by the target, out of fold for the training rows, drawn to the overall mean for new rows', () => {
    const { processor, matrix } = fitOne('caller', { encoding: 'target' }, { target: 'late' })
    expect(processor.denseColumnCount).toBe(1)
    // 4 of 6 rows are late; 2 of anna's 3 and 10 rows of the overall mean: (2 + 10 · 4/6) / 13.
    expect(encode(processor, 'caller', 'anna').row.dense[0]).toBeCloseTo((2 + 40 / 6) / 13, 6)
    const { row, codes } = encode(processor, 'caller', 'zoe')
    expect(row.dense[0]).toBeCloseTo(4 / 6, 6)
    expect(codes).toEqual(['CATEGORY_UNKNOWN'])
    // carl occurs once: his own row knows nothing of him but what the other rows have in common, 3 late of 5 or fewer.
    expect(matrix.dense!.values[3]).toBeLessThan(encode(processor, 'caller', 'carl').row.dense[0]!)
  })

  it('give a column a class to categories encoded by a target of several classes', () => {
    expect(fitOne('caller', { encoding: 'target' }, { target: 'priority' }).processor.featureColumns.map(({ name }) => name)).toEqual([
      'caller → priority high', 'caller → priority low', 'caller → priority medium',
    ])
  })

  it('take the parts of a date that are asked for, in local time', () => {
    expect(denseOf('opened', { parts: ['weekend'] })).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0])
    // Midnight UTC, with which Saturday begins, is still Friday an hour to the west.
    expect(denseOf('opened', { parts: ['weekend'], utcOffsetMinutes: -60 })[0]).toBe(0)
  })

  it('add length, look and language of a text', () => {
    const { processor, matrix } = fitOne('text', { shape: true, characterRange: 'none' })
    expect(processor.featureColumns.slice(0, 8).map(({ name }) => name)).toContain('text german-share')
    const german = matrix.dense!.values[1 * 8 + 7]!
    expect(german).toBeCloseTo(0.5, 6) // das Netz ist weg: "das" and "ist" of four words
    const { row } = encode(processor, 'text', 'das Netz ist weg')
    expect([...row.dense]).toEqual([...matrix.dense!.values.subarray(8, 16)])
    expect(row.sparseCount).toBe(matrix.sparse!.rowPointers[2]! - matrix.sparse!.rowPointers[1]!)
  })

  it('read one text without pieces of words and hash another', () => {
    const two = fromColumns([['title', ['vpn down', 'no paper']], ['body', ['all day', 'since noon']]], { title: 'text', body: 'text' })
    const processor = new DataProcessor().fit(two, { columnOptions: { title: { characterRange: 'none' }, body: { method: 'hashing' } } })
    expect(processor.columnUses.map(({ use }) => use)).toEqual(['text: 6 terms by TF-IDF', 'text: hashed into 262144 columns'])
  })

  it('leave rows in their order and drop none', () => {
    const { matrix } = new DataProcessor().extractFeatures(dataset, { target: 'late', columnOptions: { hours: { scaling: 'none' } } })
    expect(matrix.rowCount).toBe(6)
    const width = matrix.dense!.columnCount
    expect([0, 1, 3, 4, 5].map((row) => matrix.dense!.values[row * width])).toEqual([1, 2, 4, 9, 2])
  })

  it.each([
    ['an option of another kind of column', 'hours', { encoding: 'ordinal' }],
    ['an option that there is not', 'text', { stemming: true }],
    ['a value that there is not', 'hours', { scaling: 'log' }],
    ['a range upside down', 'text', { characterRange: [5, 3] }],
    ['an order without the encoding', 'priority', { order: ['low'] }],
    ['a part that a date has not', 'opened', { parts: ['week'] }],
    ['the target where there is none', 'caller', { encoding: 'target' }],
    ['no object', 'hours', 'min-max'],
  ])('refuse %s, naming the column', (_, name, options) => {
    expect(() => fitOne(name, options as ColumnOptions)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(`'${name}'`) }))
  })

  it('refuse a column that is not there', () => {
    expect(() => new DataProcessor().fit(dataset, { columnOptions: { nope: {} } })).toThrow(expect.objectContaining({ code: 'COLUMN_MISSING' }))
  })
})

describe('DataProcessor', () => {
  it('goes the whole way by its steps', () => {
    const processor = new DataProcessor()
    const rows = processor.preprocess(dataset, { columnKinds: { late: 'category' } })
    const { train, test } = processor.splitData(rows, { kind: 'rule', rule: 'hours == 9' })
    expect([train.length, test.length]).toEqual([5, 1])
    const { processor: fitted, matrix } = processor.extractFeatures(rows, { target: 'late' })
    expect(processor.transformFeatures(fitted, rows)).toEqual(matrix)
    expect(processor.postprocess(Float64Array.of(0.2, 0.8, 0.6, 0.4), ['false', 'true'])).toEqual([{ label: 'true', probability: 0.8 }, { label: 'false', probability: 0.6 }])
    expect(() => processor.postprocess(Float64Array.of(1, 0, 1), ['a', 'b'])).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH' }))
  })
})
