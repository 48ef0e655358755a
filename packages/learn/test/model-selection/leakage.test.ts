import { createRandom } from '@motadata/core'
import { type ClassificationTarget, columnsKnownLater, findLeakage } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

const random = createRandom(8)
const rows = 2000
const y: ClassificationTarget = { classes: ['kept', 'broken', 'open'], codes: Int32Array.from({ length: rows }, () => random.below(3)) }
const category = (codeOfRow: (row: number) => number, count = 4) =>
  ({ codes: Int32Array.from({ length: rows }, (_, row) => codeOfRow(row)), categories: Array.from({ length: count }, (_, at) => `value ${at}`) })

const columns = [
  { name: 'answer', categories: category((row) => y.codes[row]) },
  { name: 'nearly the answer', numbers: Float64Array.from(y.codes, (code) => code * 10 + random.next()) },
  { name: 'filled in when broken', numbers: Float64Array.from(y.codes, (code) => (code === 1 ? random.next() : Number.NaN)) },
  { name: 'honest', categories: category((row) => (random.next() < 0.5 ? y.codes[row] : random.below(4))) },
  { name: 'noise', numbers: Float64Array.from({ length: rows }, () => random.next()) },
  { name: 'ticket id', categories: category((row) => row, rows) },
  { name: 'empty', numbers: new Float64Array(rows).fill(Number.NaN) },
]

describe('findLeakage', () => {
  it('names the columns that alone predict too well, and no others', () => {
    const found = findLeakage(columns, y)
    expect(found.filter(({ isSuspicious }) => isSuspicious).map(({ name }) => name).sort()).toEqual(['answer', 'nearly the answer'])
    const strengthOf = (name: string): number => found.find((column) => column.name === name)!.explainedShare
    expect(strengthOf('answer')).toBeGreaterThan(0.95)
    expect(strengthOf('honest')).toBeGreaterThan(0.1)
    expect(strengthOf('honest')).toBeLessThan(0.5)
    for (const name of ['noise', 'ticket id', 'empty']) expect(strengthOf(name)).toBeLessThan(0.02)
  })

  it('sees that a value is there at all as a sign of its own', () => {
    const strength = findLeakage(columns, { ...y, codes: y.codes.map((code) => Number(code === 1)) }).find(({ name }) => name === 'filled in when broken')!
    expect(strength.missingnessShare).toBeGreaterThan(0.95)
    expect(strength.isSuspicious).toBe(true)
  })

  it('gives the strongest first, the same for the same seed', () => {
    const found = findLeakage(columns, y, { seed: 2 })
    expect(found.map(({ explainedShare }) => explainedShare)).toEqual(found.map(({ explainedShare }) => explainedShare).toSorted((a, b) => b - a))
    expect(findLeakage(columns, y, { seed: 2 })).toEqual(found)
  })

  it('refuses columns that do not fit', () => {
    expect(codeOf(() => findLeakage([{ name: 'short', numbers: new Float64Array(3) }], y))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => findLeakage([{ name: 'short', categories: { codes: new Int32Array(3), categories: ['a'] } }], y))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => findLeakage([], y, { suspiciousShare: 2 }))).toBe('INPUT_INVALID')
  })
})

describe('columnsKnownLater', () => {
  it('finds instants from after the prediction', () => {
    const opened = Float64Array.of(10, 20, 30, 40)
    expect(columnsKnownLater({ opened, closed: Float64Array.of(15, 19, Number.NaN, 50), never: new Float64Array(4).fill(Number.NaN) }, opened))
      .toEqual([{ name: 'closed', laterShare: 2 / 3 }])
    expect(codeOf(() => columnsKnownLater({ closed: new Float64Array(2) }, opened))).toBe('SHAPE_MISMATCH')
  })
})
