import fc from 'fast-check'
import { FittedImputer, FittedScaler, type ImputerStrategy, SimpleImputer, StandardScaler } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface NumberCase {
  readonly name: string
  readonly input: { readonly fit: (number | null)[][]; readonly transform?: (number | null)[][] }
  readonly expected: { readonly out?: (number | null)[][]; readonly fit_out?: (number | null)[][]; readonly new_out?: (number | null)[][]; readonly mean?: number[] }
}
const { cases } = readFixture<{ cases: NumberCase[] }>('preprocessing')
const imputers = cases.filter(({ name }) => name.startsWith('SimpleImputer'))
const scalers = cases.filter(({ name }) => name.startsWith('StandardScaler'))

/** Columns out of rows, NaN for null. */
const columnsOf = (rows: readonly (readonly (number | null)[])[]): Float64Array[] =>
  rows[0].map((_, column) => Float64Array.from(rows, (row) => row[column] ?? Number.NaN))

const expectColumns = (received: Float64Array[], expected: readonly (readonly (number | null)[])[]): void => {
  expect(received).toHaveLength(expected[0].length)
  received.forEach((column, index) => expectClose(column, expected.map((row) => row[index]), 1e-12))
}

describe('StandardScaler', () => {
  it.each(scalers)('has the values of scikit-learn: $name', ({ input, expected }) => {
    const fitted = new StandardScaler().fit(columnsOf(input.fit))
    expectColumns(fitted.transform(columnsOf(input.fit)), expected.fit_out!)
    if (expected.new_out) expectColumns(fitted.transform(columnsOf(input.transform!)), expected.new_out)
    if (expected.mean) expectClose(fitted.means, expected.mean, 1e-12)
  })

  it('only shifts a constant column, however its mean is rounded', () => {
    const fitted = new StandardScaler().fit([new Float64Array(10).fill(0.1), new Float64Array(3).fill(1e300)].map((column) => column.slice(0, 3)))
    expect([...fitted.deviations]).toEqual([1, 1])
  })

  it('leaves a column without values alone', () => {
    const fitted = new StandardScaler().fit([Float64Array.of(Number.NaN)])
    expect(fitted.transform([Float64Array.of(7)])[0][0]).toBe(7)
  })
})

describe('SimpleImputer', () => {
  it('is compared with five strategies of the reference', () => expect(imputers).toHaveLength(5))

  it.each(imputers)('has the values of scikit-learn: $name', ({ name, input, expected }) => {
    const strategy = name.split(' ')[1] as ImputerStrategy
    expectColumns(new SimpleImputer({ strategy }).fit(columnsOf(input.fit)).transform(columnsOf(input.fit)), expected.out!)
  })

  it('adds a column of ones where values are missing, for the columns in which they were in training', () => {
    const fitted = new SimpleImputer({ strategy: 'constant', fillValue: -1, addIndicator: true }).fit(columnsOf([[1, null], [2, 5]]))
    expect(fitted.columnNames(['age', 'size'])).toEqual(['age', 'size', 'size (missing)'])
    expect(fitted.transform(columnsOf([[null, null], [3, 4]])).map((column) => [...column])).toEqual([[-1, 3], [-1, 4], [1, 0]])
  })

  it('takes the smallest of equally frequent values, and the middle of an even number', () => {
    const column = [Float64Array.of(3, 1, 1, 3, 2, Number.NaN, 9, Number.NaN)]
    expect(new SimpleImputer({ strategy: 'most_frequent' }).fit(column).transform(column)[0][5]).toBe(1)
    expect(new SimpleImputer({ strategy: 'median' }).fit(column).transform(column)[0][5]).toBe(2.5)
  })

  it('drops a column without values but keeps its indicator', () => {
    const fitted = new SimpleImputer({ addIndicator: true }).fit(columnsOf([[null, 1], [null, 3]]))
    expect(fitted.columnNames(['a', 'b'])).toEqual(['b', 'a (missing)'])
  })

  it('refuses a strategy that it does not have', () => {
    expect(codeOf(() => new SimpleImputer({ strategy: 'mode' as ImputerStrategy }))).toBe('HYPERPARAMETER_INVALID')
  })
})

const value = fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { nil: Number.NaN })
const table = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 20 })

describe.each([
  { what: 'FittedScaler', fit: (columns: Float64Array[]) => new StandardScaler().fit(columns), load: FittedScaler.load },
  { what: 'FittedImputer', fit: (columns: Float64Array[]) => new SimpleImputer({ strategy: 'median', addIndicator: true }).fit(columns), load: FittedImputer.load },
])('$what', ({ fit, load }) => {
  it('gives the same values row by row and after storing and loading', () => {
    fc.assert(fc.property(table, (rows) => {
      const columns = columnsOf(rows)
      const fitted = fit(columns)
      const loaded = load(fitted.toState())
      const transformed = fitted.transform(columns)
      expect(loaded.transform(columns)).toEqual(transformed)
      const out = new Float64Array(fitted.columnCount + 1).fill(99)
      rows.forEach((row, index) => {
        expect(loaded.transformRow(row, out, 1)).toBe(fitted.columnCount)
        expect([...out]).toEqual([99, ...transformed.map((column) => column[index])])
      })
    }))
  })

  it('refuses other widths, columns of different length, infinities and no rows', () => {
    const fitted = fit(columnsOf([[1, 2], [3, 5]]))
    expect(codeOf(() => fitted.transform(columnsOf([[1]])))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fitted.transform([new Float64Array(1), new Float64Array(2)]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fitted.transformRow([1], new Float64Array(2)))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fitted.transformRow([1, 2], new Float64Array(1)))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => fitted.transform(columnsOf([[1, Infinity]])))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => fit([new Float64Array(0)]))).toBe('DATA_EMPTY')
  })
})
