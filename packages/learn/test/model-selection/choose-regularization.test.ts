import { type ClassificationTarget, chooseRegularization, createFeatureRow, type FeatureMatrix, LogisticRegression, logLoss, selectMatrixRows, stratifiedSplit, TfidfVectorizer } from '../../src/index.js'
import { leaveOutUnseenColumns } from '../../src/model-selection/unseen-columns.js'
import { createRandom } from '@motadata/core'
import { codeOf, expectClose, toDense, toNested, toSparse } from '../sparse-matrix.js'

/** Rows of noise around one centre a class: the fewer the noise, the less regularisation is best. */
function noisyClasses(rowCount: number, noise: number, seed: number): { X: FeatureMatrix; y: ClassificationTarget } {
  const random = createRandom(seed)
  const codes = Int32Array.from({ length: rowCount }, (_, row) => row % 3)
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const lines = Array.from(codes, (code) => Array.from({ length: 12 }, (_, column) => (column % 3 === code ? 1 : 0) + noise * gaussian()))
  return { X: { rowCount, dense: toDense(lines) }, y: { classes: ['a', 'b', 'c'], codes } }
}

describe('chooseRegularization', () => {
  it('finds the value of the grid with the least log-loss on the rows held out', () => {
    const { X, y } = noisyClasses(150, 2, 1)
    const grid = [0.001, 0.01, 0.1, 1, 10, 100]
    const { C, scores } = chooseRegularization(X, y, { grid, seed: 5, hyperparameters: { tolerance: 1e-6 } })
    const { train, test } = stratifiedSplit(y.codes, { testShare: 0.2, seed: 5 })
    const codesOf = (rows: Uint32Array): Int32Array => Int32Array.from(rows, (row) => y.codes[row])
    const byHand = grid.map((value) => {
      const fitted = new LogisticRegression({ C: value, tolerance: 1e-6 }).fit(selectMatrixRows(X, train), { ...y, codes: codesOf(train) })
      return logLoss(codesOf(test), fitted.predictProbabilities(selectMatrixRows(X, test)), 3)
    })
    expect(C).toBe(grid[byHand.indexOf(Math.min(...byHand))])
    expect(C).toBeLessThan(10)
    for (const score of scores) expect(Math.abs(score.logLoss - byHand[grid.indexOf(score.C)])).toBeLessThan(0.02)
    expect(scores.map((score) => score.C)).toEqual(scores.map((score) => score.C).sort((a, b) => a - b))
  })

  it('walks up to weaker regularisation where classes are clear', () => {
    const { X, y } = noisyClasses(150, 0.1, 2)
    expect(chooseRegularization(X, y).C).toBeGreaterThan(10)
  })

  it('gives the same choice and model for the same seed', () => {
    const { X, y } = noisyClasses(90, 1, 3)
    const [first, second] = [0, 1].map(() => chooseRegularization(X, y, { seed: 7 }))
    expect(second.scores).toEqual(first.scores)
    expect(second.startFrom.toState()).toEqual(first.startFrom.toState())
  })

  it('gives a model to start from that leads to the same weights', () => {
    const { X, y } = noisyClasses(90, 1, 4)
    const { C, startFrom } = chooseRegularization(X, y)
    const estimator = new LogisticRegression({ C, tolerance: 1e-12 })
    expectClose(estimator.fit(X, y, { startFrom }).weights, estimator.fit(X, y).weights, 1e-4)
  })

  it('reports progress that never falls, from above 0 to 1', () => {
    const { X, y } = noisyClasses(90, 1, 5)
    const shares: number[] = []
    chooseRegularization(X, y, { onProgress: (share) => shares.push(share) })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares[0]).toBeGreaterThanOrEqual(0)
    expect(shares.at(-1)).toBe(1)
  })

  it('stops when the signal is aborted', () => {
    const { X, y } = noisyClasses(90, 1, 6)
    const controller = new AbortController()
    const onProgress = (share: number): void => {
      if (share > 0.4) controller.abort()
    }
    expect(codeOf(() => chooseRegularization(X, y, { signal: controller.signal, onProgress }))).toBe('CANCELLED')
  })

  it('refuses an empty grid, values that C can not have, one class and no rows', () => {
    const { X, y } = noisyClasses(30, 1, 7)
    expect(codeOf(() => chooseRegularization(X, y, { grid: [] }))).toBe('INPUT_INVALID')
    expect(codeOf(() => chooseRegularization(X, y, { grid: [1, -1] }))).toBe('HYPERPARAMETER_INVALID')
    expect(codeOf(() => chooseRegularization(X, y, { hyperparameters: { c: 1 } }))).toBe('HYPERPARAMETER_UNKNOWN')
    expect(codeOf(() => chooseRegularization(X, { ...y, codes: new Int32Array(30) }))).toBe('TARGET_ONE_CLASS')
    expect(codeOf(() => chooseRegularization({ rowCount: 0 }, { ...y, codes: new Int32Array(0) }))).toBe('DATA_EMPTY')
  })
})

describe('leaveOutUnseenColumns', () => {
  const texts = ['vpn down now', 'printer jam now', 'vpn jam slow']
  const { rows } = new TfidfVectorizer({ useIdf: false }).fitTransform(texts)
  const X = { rowCount: 3, sparse: rows }

  it('makes held-out texts look as a vectorizer fitted on the learning texts would', () => {
    const held = leaveOutUnseenColumns(selectMatrixRows(X, [2]), selectMatrixRows(X, [0, 1]))
    const fitted = new TfidfVectorizer({ useIdf: false }).fit(texts.slice(0, 2))
    const row = createFeatureRow(0, fitted.columnCount)
    const count = fitted.transformRow(texts[2], row.sparseIndices, row.sparseValues)
    const expected = new Map(Array.from({ length: count }, (_, i) => [fitted.term(row.sparseIndices[i]), row.sparseValues[i]]))
    const terms = new TfidfVectorizer({ useIdf: false }).fit(texts).terms()
    expectClose(toNested(held.sparse!)[0], terms.map((term) => expected.get(term) ?? 0), 1e-6)
  })

  it('leaves rows alone that are not of length 1, and columns outside of the ranges', () => {
    const learning = { rowCount: 1, sparse: toSparse([[1, 0, 1, 0]]) }
    const held = { rowCount: 1, sparse: toSparse([[3, 4, 1, 1]]) }
    expect(toNested(leaveOutUnseenColumns(held, learning).sparse!)).toEqual([[3, 4, 1, 1]])
    expect(toNested(leaveOutUnseenColumns(held, learning, [{ start: 0, end: 2 }]).sparse!)).toEqual([[5, 0, 1, 1]])
  })

  it('leaves nothing of a text without any known term', () => {
    const learning = { rowCount: 1, sparse: toSparse([[1, 0]]) }
    expect(toNested(leaveOutUnseenColumns({ rowCount: 1, sparse: toSparse([[0, 1]]) }, learning).sparse!)).toEqual([[0, 0]])
  })
})
