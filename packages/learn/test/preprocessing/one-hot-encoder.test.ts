import fc from 'fast-check'
import { type CategoryValues, FittedOneHot, OneHotEncoder } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, toNested } from '../sparse-matrix.js'

interface OneHotCase {
  readonly name: string
  readonly input: { readonly fit: string[][]; readonly transform: string[][] }
  readonly expected: { readonly categories: string[][]; readonly fit_out: number[][]; readonly new_out: number[][] }
}
const reference = readFixture<{ cases: OneHotCase[] }>('preprocessing').cases.find(({ name }) => name.startsWith('OneHotEncoder'))!

function categoriesOf(values: readonly (string | null)[]): CategoryValues {
  const categories = [...new Set(values.filter((value) => value !== null))]
  return { categories, codes: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))) }
}

describe('OneHotEncoder', () => {
  it('has the columns and values of scikit-learn, column by column', () => {
    const { input, expected } = reference
    const fitted = [0, 1].map((column) => new OneHotEncoder().fit(categoriesOf(input.fit.map((row) => row[column]))))
    const encode = (rows: string[][]): number[][] => {
      const blocks = fitted.map((encoder, column) => toNested(encoder.transform(categoriesOf(rows.map((row) => row[column])))))
      return rows.map((_, row) => blocks.flatMap((block) => block[row]))
    }
    expect(fitted.map((encoder) => encoder.columnNames())).toEqual(expected.categories)
    expect(encode(input.fit)).toEqual(expected.fit_out)
    expect(encode(input.transform)).toEqual(expected.new_out)
  })

  it('lets rare and unknown categories share a column, and gives missing values one', () => {
    const fitted = new OneHotEncoder({ minimumCount: 2 }).fit(categoriesOf(['vpn', 'vpn', 'sap', null, 'printer']))
    expect(fitted.columnNames()).toEqual(['vpn', '(other)', '(missing)'])
    expect(toNested(fitted.transform(categoriesOf(['sap', 'fax', null, 'vpn'])))).toEqual([[0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
    expect(fitted.hasOwnColumn('vpn')).toBe(true)
    expect(fitted.hasOwnColumn('sap')).toBe(false)
  })

  it('keeps the most frequent categories, of equally frequent ones the first', () => {
    const fitted = new OneHotEncoder({ maximumCategories: 2 }).fit(categoriesOf(['c', 'b', 'a', 'c']))
    expect(fitted.columnNames()).toEqual(['a', 'c', '(other)'])
  })

  it('gives a missing value no column when none was missing in training, or when told so', () => {
    expect(new OneHotEncoder().fit(categoriesOf(['a'])).columnOf(null)).toBe(-1)
    expect(new OneHotEncoder({ missing: 'zeros' }).fit(categoriesOf(['a', null])).columnOf(null)).toBe(-1)
  })

  it('takes names of object properties and of its own columns for categories', () => {
    const fitted = new OneHotEncoder().fit(categoriesOf(['__proto__', 'constructor', '(missing)', null]))
    expect(fitted.columnNames()).toEqual(['(missing)', '__proto__', 'constructor', '(missing)'])
    expect(fitted.columnOf('__proto__')).toBe(1)
    expect(fitted.columnOf('toString')).toBe(-1)
    expect(FittedOneHot.load(fitted.toState()).columnOf('constructor')).toBe(2)
  })

  it('orders categories by code points', () => {
    expect(new OneHotEncoder().fit(categoriesOf(['𠮷', '\uffee', 'z', 'ä', 'ab', 'a'])).categories).toEqual(['a', 'ab', 'z', 'ä', '\uffee', '𠮷'])
  })

  it('gives the same values after storing and loading', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 3 })), { minLength: 1 }), fc.integer({ min: 1, max: 3 }), (values, minimumCount) => {
      const fitted = new OneHotEncoder({ minimumCount }).fit(categoriesOf(values))
      expect(FittedOneHot.load(fitted.toState()).transform(categoriesOf(values))).toEqual(fitted.transform(categoriesOf(values)))
    }))
  })

  it('refuses codes without a category', () => {
    for (const code of [-2, 1]) {
      expect(codeOf(() => new OneHotEncoder().fit({ codes: Int32Array.of(code), categories: ['a'] }))).toBe('SHAPE_MISMATCH')
    }
  })
})
