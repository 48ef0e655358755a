import {
  cellAt, createDataset, fingerprintDataset, fromRecords, getColumn, selectColumns, selectRows, toColumnArrays, toDataset, toRecords,
} from '../../src/index.js'

const records = [
  { text: 'VPN is down', hours: 2, vip: true, opened: new Date('2026-01-05T10:00:00Z'), state: 'open' },
  { text: 'mail is slow today', hours: null, vip: null, opened: null, state: null },
  { text: null, hours: 4, vip: false, opened: new Date('2026-01-06T10:00:00Z'), state: 'open' },
]
const dataset = fromRecords(records)

describe('a dataset', () => {
  it('gives back the records it was made of', () => expect(toRecords(dataset)).toEqual(records))

  it('infers a kind for each column', () => {
    expect([...dataset.columns].map(([name, column]) => [name, column.kind])).toEqual([
      ['text', 'text'], ['hours', 'number'], ['vip', 'boolean'], ['opened', 'instant'], ['state', 'category'],
    ])
  })

  it('selects rows in the order asked for, and again the same row', () => {
    expect(toRecords(selectRows(dataset, [2, 0, 2]))).toEqual([records[2], records[0], records[2]])
  })

  it('selects columns, and names those there are when one is missing', () => {
    expect([...selectColumns(dataset, ['state', 'text']).columns.keys()]).toEqual(['state', 'text'])
    expect(() => getColumn(dataset, 'priority')).toThrow(/'priority', got the columns text, hours, vip/)
  })

  it('takes a missing key for a missing value', () => {
    expect(toRecords(fromRecords([{ a: 1 }, { b: 2 }]))).toEqual([{ a: 1, b: null }, { a: null, b: 2 }])
  })

  it('does not read columns from a prototype', () => {
    const poisoned = Object.create({ a: 1 }) as Record<string, number>
    poisoned['b'] = 2
    expect(toRecords(fromRecords([poisoned, { a: 3, b: 4 }]))).toEqual([{ b: 2, a: null }, { b: 4, a: 3 }])
  })

  it('refuses columns of different lengths and rows that are no objects', () => {
    const column = { kind: 'number', values: Float64Array.of(1) } as const
    expect(() => createDataset([['a', column], ['b', { kind: 'number', values: Float64Array.of(1, 2) }]])).toThrow(
      expect.objectContaining({ code: 'COLUMN_LENGTH_MISMATCH' }),
    )
    expect(() => fromRecords([{ a: 1 }, 'x' as never])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: expect.objectContaining({ row: 2 }) }))
  })

  it('reads a cell of each kind', () => {
    const column = getColumn(dataset, 'opened')
    expect(cellAt(column, 0)).toEqual(records[0]!.opened)
    expect(cellAt(column, 1)).toBeNull()
  })

  it('comes from anything that answers like a table, and becomes columns for one', () => {
    const table = { numRows: () => 2, columnNames: () => ['a', 'b'], array: (name: string) => (name === 'a' ? Float64Array.of(1, 2) : ['x', 'y']) }
    expect(toColumnArrays(toDataset(table))).toEqual({ a: [1, 2], b: ['x', 'y'] })
    expect(toDataset(dataset)).toBe(dataset)
  })
})

describe('fingerprintDataset', () => {
  it('is equal for equal content', () => expect(fingerprintDataset(fromRecords(records))).toBe(fingerprintDataset(dataset)))

  it.each([
    ['a value', [{ ...records[0], hours: 3 }, records[1], records[2]]],
    ['the order of rows', [records[1], records[0], records[2]]],
    ['a column name', records.map(({ hours, ...rest }) => ({ ...rest, time: hours }))],
    ['a missing value', [records[0], records[1], { ...records[2], text: 'n' }]],
  ])('differs when %s differs', (_, changed) => expect(fingerprintDataset(fromRecords(changed as never))).not.toBe(fingerprintDataset(dataset)))
})
