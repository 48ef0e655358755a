import { createRandom } from '@motadata/core'
import {
  accuracy, type ClassificationTarget, DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreesClassifier, ExtraTreesRegressor, type FeatureMatrix, mostProbable,
  RandomForestClassifier, RandomForestRegressor, r2Score,
} from '../../src/index.js'
import { toDense, toSparse } from '../sparse-matrix.js'

const random = createRandom(21)
const columnCount = 8
const lines = Array.from({ length: 800 }, () => Array.from({ length: columnCount }, () => random.next() * 2 - 1))
const score = (line: readonly number[]): number => line[0] * line[1] + line[2] ** 2 + 0.1 * line[3]
const y = Float64Array.from(lines, (line) => score(line) + 0.2 * (random.next() - 0.5))
const codes = Int32Array.from(y, (value) => (value < 0.15 ? 0 : value < 0.45 ? 1 : 2))
const half = 400
const part = (from: number, to: number): FeatureMatrix => ({ rowCount: to - from, dense: toDense(lines.slice(from, to)) })
const [train, test] = [part(0, half), part(half, 800)]
const target: ClassificationTarget = { classes: ['low', 'middle', 'high'], codes: codes.slice(0, half) }
const hits = (probabilities: Float64Array): number => accuracy(codes.slice(half), mostProbable(probabilities, 3))

describe('forests of classes', () => {
  const tree = hits(new DecisionTreeClassifier().fit(train, target).predictProbabilities(test))

  it.each([new RandomForestClassifier({ trees: 40 }), new ExtraTreesClassifier({ trees: 40 })])('do better on new rows than a single tree: $kind', (estimator) => {
    expect(hits(estimator.fit(train, target, { seed: 1 }).predictProbabilities(test))).toBeGreaterThan(tree + 0.02)
  })

  it('know from the rows that trees left out how good they are on new ones', () => {
    const forest = new RandomForestClassifier({ trees: 60, outOfBagScore: true }).fit(train, target, { seed: 1 })
    expect(Math.abs(forest.outOfBagScore! - hits(forest.predictProbabilities(test)))).toBeLessThan(0.08)
    expect(new RandomForestClassifier({ trees: 3 }).fit(train, target).outOfBagScore).toBeUndefined()
    expect(new RandomForestClassifier({ trees: 3, bootstrap: false, outOfBagScore: true }).fit(train, target).outOfBagScore).toBeUndefined()
  })

  it('find the features that matter', () => {
    const { importances } = new RandomForestClassifier({ trees: 40 }).fit(train, target)
    expect(importances.reduce((sum, importance) => sum + importance, 0)).toBeCloseTo(1, 12)
    const noise = Math.max(...importances.slice(4))
    for (const feature of [0, 1, 2]) expect(importances[feature]).toBeGreaterThan(1.3 * noise)
  })

  it('learn other trees from another seed', () => {
    const estimator = new RandomForestClassifier({ trees: 2 })
    expect(estimator.fit(train, target, { seed: 1 }).toState()).not.toEqual(estimator.fit(train, target, { seed: 2 }).toState())
  })

  it('keep the limits that they are given', () => {
    const forest = new RandomForestClassifier({ trees: 5, maxDepth: 4, minLeafRows: 10, bootstrap: false }).fit(train, target)
    const { trees } = forest
    const depth = (node: number): number => (trees.featureOf(node) < 0 ? 0 : 1 + Math.max(depth(trees.childOf(node)), depth(trees.childOf(node) + 1)))
    for (const root of trees.treeStarts.slice(0, -1)) expect(depth(root)).toBeLessThanOrEqual(4)
    for (let node = 0; node < trees.nodeCount; node++) if (trees.featureOf(node) < 0) expect(trees.covers[node]).toBeGreaterThanOrEqual(10)
  })

  it('find a rare word among many in sparse columns, wherever trees look', () => {
    const texts = Array.from({ length: 400 }, () => Array.from({ length: 60 }, () => (random.next() < 0.05 ? 1 : 0)))
    const labels = Int32Array.from(texts, (line) => (line[17] === 1 || line[40] === 1 ? 1 : 0))
    const X = { rowCount: 400, sparse: toSparse(texts) }
    for (const estimator of [new RandomForestClassifier({ trees: 60 }), new ExtraTreesClassifier({ trees: 60 })]) {
      const fitted = estimator.fit(X, { classes: ['other', 'word'], codes: labels })
      expect(mostProbable(fitted.predictProbabilities(X), 2)).toEqual(labels)
      const [first, second] = [...fitted.importances.keys()].toSorted((a, b) => fitted.importances[b] - fitted.importances[a])
      expect([first, second].toSorted((a, b) => a - b)).toEqual([17, 40])
    }
  })
})

describe('forests of numbers', () => {
  const own = y.slice(0, half)
  const other = y.slice(half)
  const tree = r2Score(other, new DecisionTreeRegressor().fit(train, own).predict(test))

  it.each([
    new RandomForestRegressor({ trees: 30 }), new ExtraTreesRegressor({ trees: 30 }), new RandomForestRegressor({ trees: 10, criterion: 'absolute-error', maxFeatures: 'half' }),
  ])('do better on new rows than a single tree: $kind', (estimator) => {
    expect(r2Score(other, estimator.fit(train, own, { seed: 1 }).predict(test))).toBeGreaterThan(tree + 0.05)
  })

  it('know from the rows that trees left out how good they are on new ones', () => {
    const forest = new RandomForestRegressor({ trees: 60, outOfBagScore: true }).fit(train, own)
    expect(Math.abs(forest.outOfBagScore! - r2Score(other, forest.predict(test)))).toBeLessThan(0.1)
  })
})
