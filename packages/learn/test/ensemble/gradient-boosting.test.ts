import {
  explainTrees, type FittedClassifier, type FittedRegressor, type FitOptions, GradientBoostingClassifier, GradientBoostingRegressor, createFeatureRow, logLoss, meanAbsoluteError, pinballLoss,
  r2Score, rocAuc, selectMatrixRows,
} from '../../src/index.js'
import { withKernelEngine } from '../../src/kernels/kernel-engine.js'
import { fillRow } from '../conformance/sample-data.js'
import { codeOf, expectClose } from '../sparse-matrix.js'
import { asSparse, boostingData } from './boosting-data.js'

const train = boostingData(2_000, 1)
const test = boostingData(1_500, 2)
const classes = ['below', 'above']
const categoricalColumns = [5]

const fitClasses = (hyperparameters: Record<string, unknown> = {}, options: FitOptions = {}) =>
  new GradientBoostingClassifier({ iterations: 40, ...hyperparameters }).fit(train.X, { classes, codes: train.codes }, options)
const fitNumbers = (hyperparameters: Record<string, unknown> = {}, options: FitOptions = {}) =>
  new GradientBoostingRegressor({ iterations: 60, ...hyperparameters }).fit(train.X, train.numbers, options)
const aucOf = (model: FittedClassifier): number => rocAuc(test.codes, model.predictProbabilities(test.X).filter((_, i) => i % 2 === 1))

describe('what is learned', () => {
  it.each<[string, (options: FitOptions) => { toState(): unknown }]>([
    ['two classes', (options) => fitClasses({ iterations: 10 }, options)],
    ['two classes with categories', (options) => fitClasses({ iterations: 10, rowShare: 0.7, columnShare: 0.5 }, { categoricalColumns, ...options })],
    ['three classes, stopping early', (options) => new GradientBoostingClassifier({ iterations: 10, validationShare: 0.2, patience: 2 }).fit(
      train.X, { classes: ['a', 'b', 'c'], codes: Int32Array.from(train.numbers, (number) => (number < -1 ? 0 : number > 1 ? 2 : 1)) }, options)],
    ['monotone numbers', (options) => fitNumbers({ iterations: 10 }, { monotone: Int8Array.of(1, 0, 0, 0, -1, 0), ...options })],
    ['medians', (options) => fitNumbers({ iterations: 10, loss: 'absolute' }, options)],
    ['quantiles', (options) => fitNumbers({ iterations: 10, loss: 'quantile', quantile: 0.9 }, options)],
    ['counts', (options) => new GradientBoostingRegressor({ iterations: 10, loss: 'poisson' }).fit(train.X, train.numbers.map((number) => Math.max(0, Math.round(number))), options)],
    ['sparse numbers', (options) => new GradientBoostingRegressor({ iterations: 10 }).fit(asSparse(train.X), train.numbers, options)],
  ])('is the same to the bit in 1 and 4 threads, in WebAssembly and JavaScript: %s', (_, fit) => {
    const state = fit({ seed: 5 }).toState()
    expect(fit({ seed: 5, threads: 4 }).toState()).toEqual(state)
    expect(withKernelEngine('javascript', () => fit({ seed: 5 }).toState())).toEqual(state)
  })

  it('predicts the same to the bit in 1 and 4 threads, in WebAssembly and JavaScript, and row by row', () => {
    const model = fitClasses({}, { categoricalColumns })
    const probabilities = model.predictProbabilities(test.X)
    expect(model.predictProbabilities(test.X, { threads: 4 })).toEqual(probabilities)
    expect(withKernelEngine('javascript', () => model.predictProbabilities(test.X))).toEqual(probabilities)
    const [row, out] = [createFeatureRow(6, 0), new Float64Array(2)]
    for (let index = 0; index < 300; index++) {
      model.predictRow(fillRow(row, test.X, index), out)
      expect(out).toEqual(probabilities.slice(index * 2, index * 2 + 2))
    }
  })

  it('is about as good as scikit-learn learns, from the same columns as from sparse ones', () => {
    const auc = aucOf(fitClasses({ iterations: 100 }))
    expect(auc).toBeGreaterThan(0.97)
    const sparse = new GradientBoostingRegressor().fit(asSparse(train.X), train.numbers)
    expect(r2Score(test.numbers, sparse.predict(asSparse(test.X)))).toBeGreaterThan(0.85)
  })

  it('splits categories better than their codes in order', () => {
    const settings = { iterations: 40, maxLeaves: 8 }
    const byCode = fitNumbers(settings)
    const byCategory = fitNumbers(settings, { categoricalColumns })
    expect(r2Score(test.numbers, byCategory.predict(test.X))).toBeGreaterThan(r2Score(test.numbers, byCode.predict(test.X)) + 0.02)
  })

  it('takes a category that it has never seen, as a missing one', () => {
    const model = fitNumbers({}, { categoricalColumns })
    const row = fillRow(createFeatureRow(6, 0), test.X, 1)
    const answers = [77, 1e6, -1, 0.5, Number.NaN].map((category) => {
      row.dense[5] = category
      return model.predictRow(row)
    })
    expect(new Set(answers).size).toBe(1)
  })

  it('takes rows by their weight as if they stood there as often', () => {
    const weights = Float64Array.from(train.codes, (_, row) => row % 3)
    const rows = [...weights.keys()].flatMap((row) => Array<number>(weights[row]).fill(row))
    // so few different values that each has a bin of its own, whatever it weighs
    const X = { ...train.X, dense: { ...train.X.dense!, values: train.X.dense!.values.map((value) => Math.round(value * 20) / 20) } }
    const estimator = new GradientBoostingRegressor({ iterations: 20, minLeafRows: 1 })
    const weighted = estimator.fit(X, train.numbers, { sampleWeights: weights })
    const repeated = estimator.fit(selectMatrixRows(X, rows), Float64Array.from(rows, (row) => train.numbers[row]))
    expectClose(weighted.predict(X), repeated.predict(X), 1e-6)
  })
})

describe('how trees grow', () => {
  const leafCovers = (model: FittedRegressor & { readonly trees: ReturnType<typeof fitNumbers>['trees'] }): number[] =>
    [...model.trees.covers].filter((_, node) => model.trees.featureOf(node) < 0)

  it.each([20, 100, 700])('keeps %d rows in every leaf', (minLeafRows) => {
    const model = fitNumbers({ iterations: 20, minLeafRows }, { categoricalColumns })
    expect(Math.min(...leafCovers(model))).toBeGreaterThanOrEqual(minLeafRows)
    const { codes } = train
    const rare = new GradientBoostingClassifier({ iterations: 20, minLeafRows }).fit(train.X, { classes, codes })
    expect(Math.min(...[...rare.trees.covers].filter((_, node) => rare.trees.featureOf(node) < 0))).toBeGreaterThanOrEqual(minLeafRows)
  })

  it('keeps to the leaves and the depth that it may have', () => {
    const { trees } = fitNumbers({ iterations: 15, maxLeaves: 9 })
    for (let tree = 0; tree < trees.treeCount; tree++) expect(trees.treeStarts[tree + 1] - trees.treeStarts[tree]).toBeLessThanOrEqual(17)
    const stumps = fitNumbers({ iterations: 15, maxDepth: 1 }).trees
    for (let tree = 0; tree < stumps.treeCount; tree++) expect(stumps.treeStarts[tree + 1] - stumps.treeStarts[tree]).toBe(3)
  })

  it('counts every row once on each level', () => {
    const { trees } = fitNumbers({ iterations: 5 })
    for (let node = 0; node < trees.nodeCount; node++) {
      if (trees.featureOf(node) >= 0) expect(trees.covers[trees.childOf(node)] + trees.covers[trees.childOf(node) + 1]).toBe(trees.covers[node])
    }
  })

  it('rises and falls with monotone features, and only then', () => {
    const monotone = Int8Array.of(1, 0, 0, 0, -1, 0)
    const steps = (model: FittedRegressor, feature: number): number[] => {
      const row = createFeatureRow(6, 0)
      return Array.from({ length: 60 }, (_, index) => {
        fillRow(row, test.X, index)
        const line = Array.from({ length: 41 }, (__, step) => {
          row.dense[feature] = step / 20 - 1
          return model.predictRow(row)
        })
        return line.slice(1).map((value, i) => value - line[i])
      }).flat()
    }
    const bound = fitNumbers({}, { monotone })
    expect(Math.min(...steps(bound, 0))).toBeGreaterThanOrEqual(-1e-12)
    expect(Math.max(...steps(bound, 4))).toBeLessThanOrEqual(1e-12)
    expect(Math.min(...steps(fitNumbers(), 0))).toBeLessThan(-1e-6)
    expect(r2Score(test.numbers, bound.predict(test.X))).toBeGreaterThan(0.8)
  })

  it('gives its gains to the features that matter, and explains a row exactly', () => {
    const model = fitNumbers({}, { categoricalColumns })
    expect([...model.importances].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    expect(model.importances[4]).toBeLessThan(0.05)
    expect(model.importances[0]).toBeGreaterThan(0.2)
    const row = fillRow(createFeatureRow(6, 0), test.X, 3)
    const { base, contributions } = explainTrees(model, row)
    expect(base + contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(model.predictRow(row), 9)
  })
})

describe('its losses', () => {
  it.each([0.1, 0.5, 0.9])('covers the quantile %d', (quantile) => {
    const predicted = fitNumbers({ loss: 'quantile', quantile, iterations: 50 }).predict(test.X)
    const below = test.numbers.filter((number, row) => number <= predicted[row]).length / test.numbers.length
    expect(Math.abs(below - quantile)).toBeLessThan(0.07)
    const constant = new Float64Array(test.numbers.length).fill([...train.numbers].sort((a, b) => a - b)[Math.floor(quantile * 2_000)])
    expect(pinballLoss(test.numbers, predicted, quantile)).toBeLessThan(pinballLoss(test.numbers, constant, quantile) * 0.6)
  })

  it('has medians closer than means where targets have heavy tails', () => {
    const heavy = train.numbers.map((number, row) => (row % 10 === 0 ? number + 60 : number))
    const fit = (loss: string) => new GradientBoostingRegressor({ loss, iterations: 60 }).fit(train.X, heavy).predict(test.X)
    expect(meanAbsoluteError(test.numbers, fit('absolute'))).toBeLessThan(meanAbsoluteError(test.numbers, fit('squared')) / 3)
  })

  it('predicts counts above 0 with the right mean, and refuses what is no count', () => {
    const counts = train.numbers.map((number) => Math.max(0, Math.round(number + 1)))
    const predicted = new GradientBoostingRegressor({ loss: 'poisson', iterations: 60 }).fit(train.X, counts).predict(train.X)
    expect(Math.min(...predicted)).toBeGreaterThan(0)
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(predicted) / mean(counts)).toBeCloseTo(1, 1)
    const regressor = new GradientBoostingRegressor({ loss: 'poisson' })
    expect(codeOf(() => regressor.fit(train.X, counts.map((count) => count - 1)))).toBe('TARGET_INVALID')
    expect(codeOf(() => regressor.fit(train.X, counts.map(() => 0)))).toBe('TARGET_INVALID')
  })
})

describe('early stopping', () => {
  it('stops once rows held out are not predicted better any more, and keeps the best rounds', () => {
    const stopped = fitClasses({ iterations: 1_000, validationShare: 0.2, patience: 5, learningRate: 0.3 })
    expect(stopped.iterations).toBeGreaterThan(3)
    expect(stopped.iterations).toBeLessThan(200)
    const overfitted = fitClasses({ iterations: 200, learningRate: 0.3 })
    expect(logLoss(test.codes, stopped.predictProbabilities(test.X), 2)).toBeLessThan(logLoss(test.codes, overfitted.predictProbabilities(test.X), 2))
  })
})

describe('what it refuses', () => {
  it.each<[string, FitOptions, string]>([
    ['a categorical column that is not there', { categoricalColumns: [6] }, 'INPUT_INVALID'],
    ['values of a categorical column that are no categories', { categoricalColumns: [0] }, 'INPUT_INVALID'],
    ['a direction for each but one feature', { monotone: Int8Array.of(1, 0, 0, 0, 0) }, 'SHAPE_MISMATCH'],
    ['a direction of two', { monotone: Int8Array.of(2, 0, 0, 0, 0, 0) }, 'INPUT_INVALID'],
    ['a direction of categories', { categoricalColumns: [5], monotone: Int8Array.of(0, 0, 0, 0, 0, 1) }, 'INPUT_INVALID'],
    ['rows that do not fit into its memory', { memoryLimitBytes: 100_000 }, 'DATA_TOO_LARGE'],
  ])('refuses %s', (_, options, code) => {
    expect(codeOf(() => fitClasses({}, options))).toBe(code)
    expect(codeOf(() => fitNumbers({}, options))).toBe(code)
  })
})
