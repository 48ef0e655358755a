import { createRandom } from '@motadata/core'
import { accuracy, appendClass, type ClassificationTarget, type FeatureMatrix, FittedLogisticRegression, LogisticRegression, mostProbable, selectMatrixRows } from '../../src/index.js'
import { codeOf, toDense, toSparse } from '../sparse-matrix.js'

const classNames = ['access', 'hardware', 'network', 'badge']

/** Rows of ten words out of twenty; class `c` uses mostly words `4c` to `4c + 3`. The dense column says nothing. */
function makeRows(count: number, classCount: number, seed: number): { readonly X: FeatureMatrix; readonly y: ClassificationTarget } {
  const random = createRandom(seed)
  const codes = Int32Array.from({ length: count }, () => random.below(classCount))
  const lines = Array.from(codes, (code) => {
    const line = new Array<number>(20).fill(0)
    for (let word = 0; word < 10; word++) line[random.next() < 0.5 ? 4 * code + random.below(4) : random.below(20)]! += 0.3
    return line
  })
  const dense = toDense(Array.from(codes, () => [random.next() - 0.5]))
  return { X: { rowCount: count, dense, sparse: toSparse(lines, 20) }, y: { classes: classNames.slice(0, classCount), codes } }
}

const known = makeRows(300, 3, 1)
const fitted = new LogisticRegression({ C: 1 }).fit(known.X, known.y)
const all = makeRows(400, 4, 2)
const examples = (count: number): FeatureMatrix => {
  const { X, y } = makeRows(400, 4, 3)
  return selectMatrixRows(X, [...y.codes.keys()].filter((row) => y.codes[row] === 3).slice(0, count))
}
const recallOf = (model: FittedLogisticRegression): number => {
  const predicted = mostProbable(model.predictProbabilities(all.X), model.classes.length)
  const rows = [...all.y.codes.keys()].filter((row) => all.y.codes[row] === 3)
  return rows.filter((row) => predicted[row] === 3).length / rows.length
}

describe('appendClass', () => {
  it('knows the new class better the more examples it has, and nearly as well as a full fit from twenty', () => {
    const scores = [1, 5, 20].map((count) => {
      const grown = appendClass(fitted, { label: 'badge', examples: examples(count), known: known.X })
      expect(grown.classes).toEqual(classNames)
      return { recall: recallOf(grown), accuracy: accuracy(all.y.codes, mostProbable(grown.predictProbabilities(all.X), 4)) }
    })
    const whole = makeRows(300, 4, 4)
    const full = accuracy(all.y.codes, mostProbable(new LogisticRegression({ C: 1 }).fit(whole.X, whole.y).predictProbabilities(all.X), 4))
    expect(scores[0]!.recall).toBeGreaterThan(0.2)
    expect(scores[2]!.recall).toBeGreaterThan(scores[0]!.recall)
    expect(scores[2]!.accuracy).toBeGreaterThan(full - 0.05)
  })

  it('leaves what the model thinks of the known classes among each other as it is', () => {
    const grown = appendClass(fitted, { label: 'badge', examples: examples(5), known: known.X })
    const [before, after] = [fitted.predictProbabilities(all.X), grown.predictProbabilities(all.X)]
    for (let row = 0; row < all.X.rowCount; row++) {
      const rest = 1 - after[row * 4 + 3]!
      for (let k = 0; k < 3; k++) expect(after[row * 4 + k]! / rest).toBeCloseTo(before[row * 3 + k]!, 6)
    }
  })

  it('makes three classes of two', () => {
    const two = makeRows(200, 2, 5)
    const binary = new LogisticRegression({ C: 1 }).fit(two.X, two.y)
    const grown = appendClass(binary, { label: 'badge', examples: examples(10), known: two.X })
    expect(grown.classes).toEqual(['access', 'hardware', 'badge'])
    const [before, after] = [binary.predictProbabilities(two.X), grown.predictProbabilities(two.X)]
    for (let row = 0; row < 200; row++) expect(after[row * 3 + 1]! / (after[row * 3]! + after[row * 3 + 1]!)).toBeCloseTo(before[row * 2 + 1]!, 6)
  })

  it('gives the same bytes each time, which load again, and leaves its inputs alone', () => {
    const before = structuredClone(known)
    const options = { label: 'badge', examples: examples(5), known: known.X }
    const state = appendClass(fitted, options).toState()
    expect(appendClass(fitted, options).toState()).toEqual(state)
    expect(FittedLogisticRegression.load(state).toState()).toEqual(state)
    expect(known).toEqual(before)
  })

  it('predicts the new class more often the more of it is expected', () => {
    const counts = [0.05, 0.25, 0.6].map((expectedShare) =>
      mostProbable(appendClass(fitted, { label: 'badge', examples: examples(5), known: known.X, expectedShare }).predictProbabilities(all.X), 4).filter((code) => code === 3).length)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(counts[2]).toBeGreaterThan(counts[0]!)
  })

  it.each([
    ['a class that it has', { label: 'access' }, 'INPUT_INVALID'],
    ['a share of 1', { expectedShare: 1 }, 'INPUT_INVALID'],
    ['a C of 0', { C: 0 }, 'INPUT_INVALID'],
    ['no examples', { examples: selectMatrixRows(known.X, []) }, 'DATA_EMPTY'],
    ['examples of other features', { examples: { rowCount: 1, dense: toDense([[1]]) } }, 'SHAPE_MISMATCH'],
  ])('refuses %s', (_, change, code) => {
    expect(codeOf(() => appendClass(fitted, { label: 'badge', examples: examples(2), known: known.X, ...change }))).toBe(code)
  })
})
