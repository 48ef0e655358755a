import {
  createFeatureRow, explainLinear, type FeatureColumn, type FeatureMatrix, type FeatureRow, type FittedLogisticRegression, groupContributions, LogisticRegression,
} from '../../src/index.js'
import { codeOf, toDense, toSparse } from '../sparse-matrix.js'

const dense = [[1, 0], [0.5, -1], [-1, 2], [0, 0.5], [2, 1], [-2, 0]]
const sparse = [[1, 0, 2], [0, 1, 0], [0, 0, 1], [3, 0, 0], [0, 2, 1], [1, 1, 1]]
const X: FeatureMatrix = { rowCount: 6, dense: toDense(dense), sparse: toSparse(sparse) }

function fit(codes: number[], classes: string[]): FittedLogisticRegression {
  return new LogisticRegression({ C: 2 }).fit(X, { classes, codes: Int32Array.from(codes) })
}

function rowOf(at: number): FeatureRow {
  const row = createFeatureRow(2, 3)
  row.dense.set(dense[at])
  sparse[at].forEach((value, column) => {
    if (value === 0) return
    row.sparseIndices[row.sparseCount] = column
    row.sparseValues[row.sparseCount++] = value
  })
  return row
}

const sumOf = (parts: readonly { contribution: number }[]): number => parts.reduce((sum, { contribution }) => sum + contribution, 0)

describe('explainLinear', () => {
  const several = fit([0, 1, 2, 0, 1, 2], ['a', 'b', 'c'])
  const two = fit([0, 1, 0, 1, 1, 0], ['no', 'yes'])

  it('gives contributions that sum, with the base, to the score whose softmax is the probability', () => {
    for (let at = 0; at < 6; at++) {
      const scores = [0, 1, 2].map((code) => {
        const { score, base, contributions } = explainLinear(several, rowOf(at), { code })
        expect(sumOf(contributions) + base).toBeCloseTo(score, 12)
        return score
      })
      const exponentials = scores.map(Math.exp)
      const total = exponentials.reduce((sum, value) => sum + value, 0)
      const probabilities = several.predictProbabilities(X).subarray(3 * at, 3 * at + 3)
      exponentials.forEach((value, code) => expect(value / total).toBeCloseTo(probabilities[code], 12))
    }
  })

  it('of two classes explains the log-odds of the second, or of the first with the sign turned', () => {
    for (let at = 0; at < 6; at++) {
      const { score, contributions } = explainLinear(two, rowOf(at))
      expect(1 / (1 + Math.exp(-score))).toBeCloseTo(two.predictProbabilities(X)[2 * at + 1], 12)
      const first = explainLinear(two, rowOf(at), { code: 0 })
      expect(first.score).toBeCloseTo(-score, 12)
      expect(first.contributions.map(({ feature, contribution }) => [feature, -contribution])).toEqual(contributions.map(({ feature, contribution }) => [feature, contribution]))
    }
  })

  it('explains why one class and not another by the difference of their scores', () => {
    const row = rowOf(4)
    const scoreOf = (code: number): number => explainLinear(several, row, { code }).score
    expect(explainLinear(several, row, { code: 1, against: 2 }).score).toBeCloseTo(scoreOf(1) - scoreOf(2), 12)
    expect(explainLinear(several, row, { code: 1, against: 1 }).score).toBe(0)
    expect(explainLinear(two, row, { against: 1 }).score).toBe(0)
  })

  it('names features that are there, the weightiest first, sparse ones after the dense ones', () => {
    const { contributions } = explainLinear(several, rowOf(0), { code: 0 })
    expect(contributions.map(({ feature }) => feature).sort()).toEqual([0, 2, 4])
    const magnitudes = contributions.map(({ contribution }) => Math.abs(contribution))
    expect(magnitudes).toEqual(magnitudes.toSorted((a, b) => b - a))
    const word = contributions.find(({ feature }) => feature === 4)!
    expect(word.contribution).toBeCloseTo(2 * several.weights[4 * 3], 12)
  })

  it('refuses classes that the model does not have, several without one named, and rows of another width', () => {
    expect(codeOf(() => explainLinear(several, rowOf(0)))).toBe('INPUT_INVALID')
    expect(codeOf(() => explainLinear(several, rowOf(0), { code: 3 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => explainLinear(two, rowOf(0), { code: 0.5 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => explainLinear(two, createFeatureRow(1, 3)))).toBe('SHAPE_MISMATCH')
  })
})

describe('groupContributions', () => {
  const columns: FeatureColumn[] = [
    { name: 'age', source: 'age', kind: 'number' }, { name: 'age (missing)', source: 'age', kind: 'missing' },
    { name: 'vpn', source: 'title', kind: 'term' }, { name: 'vpn', source: 'body', kind: 'term' }, { name: 'slow', source: 'title', kind: 'term' },
  ]
  const contributions = [0.5, -0.25, 1, 2, -4].map((contribution, feature) => ({ feature, contribution }))

  it('adds up fields and keeps the sum', () => {
    const groups = groupContributions(contributions, columns, 'field')
    expect(groups).toEqual([
      { source: 'title', name: 'title', contribution: -3 }, { source: 'body', name: 'body', contribution: 2 }, { source: 'age', name: 'age', contribution: 0.25 },
    ])
    expect(sumOf(groups)).toBeCloseTo(sumOf(contributions), 12)
  })

  it('keeps a word of two fields apart', () => {
    expect(groupContributions(contributions, columns, 'column').map(({ source, name }) => `${source}/${name}`))
      .toEqual(['title/slow', 'body/vpn', 'title/vpn', 'age/age', 'age/age (missing)'])
  })

  it('refuses features without a column', () => {
    expect(codeOf(() => groupContributions([{ feature: 5, contribution: 1 }], columns, 'field'))).toBe('SHAPE_MISMATCH')
  })
})
