import { createRandom } from '@motadata/core'
import {
  accuracy, type FeatureMatrix, meanSquaredError, mostProbable, permutationImportance, RandomForestClassifier,
} from '../../src/index.js'
import { codeOf, toDense, toSparse } from '../sparse-matrix.js'

const random = createRandom(2)
const rowCount = 2000
const lines = Array.from({ length: rowCount }, () => [random.next(), random.next(), random.next()])
const y = Float64Array.from(lines, ([a, b]) => 3 * a - 2 * b)
const linear = (matrix: FeatureMatrix): Float64Array => {
  const { values } = matrix.dense!
  return Float64Array.from({ length: matrix.rowCount }, (_, row) => 3 * values[row * 3] - 2 * values[row * 3 + 1])
}
const X = { rowCount, dense: toDense(lines) }

it('finds that the error of a linear model rises by 2 · weight² · variance (Fisher, Rudin and Dominici 2019, section 4)', () => {
  const found = permutationImportance(X, (matrix) => -meanSquaredError(y, linear(matrix)))
  expect(found.map(({ name }) => name)).toEqual(['feature 0', 'feature 1', 'feature 2'])
  const variance = 1 / 12
  expect(found[0].drop / (2 * 9 * variance)).toBeCloseTo(1, 1)
  expect(found[1].drop / (2 * 4 * variance)).toBeCloseTo(1, 1)
  expect(found[2]).toEqual({ name: 'feature 2', drop: 0, deviation: 0 })
})

it('shuffles all columns of a field together, sparse ones too, and keeps each row\'s others', () => {
  const words = Array.from({ length: 300 }, () => {
    const word = random.below(6)
    return Array.from({ length: 6 }, (_, column) => (column === word ? 1 : 0))
  })
  const codes = Int32Array.from(words, (line) => (line.indexOf(1) < 3 ? 0 : 1))
  const matrix = { rowCount: 300, dense: toDense(words.map(() => [random.next()])), sparse: toSparse(words) }
  const model = new RandomForestClassifier({ trees: 20 }).fit(matrix, { classes: ['a', 'b'], codes })
  const columns = [{ name: 'age', source: 'age', kind: 'number' as const }, ...words[0].map((_, word) => ({ name: `word ${word}`, source: 'title', kind: 'term' as const }))]
  const score = (of: FeatureMatrix): number => {
    // whatever is shuffled, every row keeps one word
    expect([...of.sparse!.rowPointers]).toEqual(Array.from({ length: 301 }, (_, row) => row))
    return accuracy(codes, mostProbable(model.predictProbabilities(of), 2))
  }
  const before = structuredClone(matrix)
  const found = permutationImportance(matrix, score, { columns, seed: 4 })
  expect(matrix).toEqual(before)
  expect(found.map(({ name }) => name)).toEqual(['title', 'age'])
  expect(found[0].drop).toBeGreaterThan(0.4)
  expect(found[1].drop).toBeLessThan(0.05)
  expect(permutationImportance(matrix, score, { columns, seed: 4 })).toEqual(found)
})

it('reports progress, stops when told to, and wants a meaning for every feature', () => {
  const shares: number[] = []
  permutationImportance(X, () => 1, { repeats: 1, onProgress: (share) => shares.push(share) })
  expect(shares.map((share) => share.toFixed(2))).toEqual(['0.33', '0.67', '1.00'])
  expect(codeOf(() => permutationImportance(X, () => 1, { signal: AbortSignal.abort() }))).toBe('CANCELLED')
  expect(codeOf(() => permutationImportance(X, () => 1, { columns: [] }))).toBe('SHAPE_MISMATCH')
})
