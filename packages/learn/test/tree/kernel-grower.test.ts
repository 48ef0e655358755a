import { createRandom } from '@motadata/core'
import { DecisionTreeClassifier, type FeatureMatrix, type FitOptions, RandomForestClassifier, RandomForestRegressor } from '../../src/index.js'
import { withKernelEngine } from '../../src/kernels/kernel-engine.js'

interface Sample {
  readonly X: FeatureMatrix
  readonly target: { readonly classes: readonly string[]; readonly codes: Int32Array }
  readonly y: Float64Array
  readonly weights: Float64Array
}

/** @param levels - Different numbers of a column; 0 for as many as there are rows. */
function sampleOf(rowCount: number, columnCount: number, missingShare: number, levels: number): Sample {
  const random = createRandom(rowCount)
  const number = (): number => (levels > 0 ? random.below(levels) : random.next() * 2 - 1)
  const values = Float32Array.from({ length: rowCount * columnCount }, () => (random.next() < missingShare ? Number.NaN : number()))
  const first = (row: number): number => (Number.isNaN(values[row * columnCount]) ? 3 : values[row * columnCount])
  return {
    X: { rowCount, dense: { rowCount, columnCount, values } },
    target: { classes: ['a', 'b', 'c'], codes: Int32Array.from({ length: rowCount }, (_, row) => (first(row) > 0 ? 1 : 0) + (random.next() < 0.2 ? 1 : 0)) },
    y: Float64Array.from({ length: rowCount }, (_, row) => first(row) + random.next()),
    weights: Float64Array.from({ length: rowCount }, () => random.below(3) * 0.37),
  }
}

const samples: readonly (readonly [what: string, sample: Sample])[] = [
  ['few rows', sampleOf(40, 4, 0, 0)],
  ['missing values', sampleOf(600, 6, 0.1, 0)],
  ['columns of few numbers', sampleOf(600, 5, 0.05, 20)],
  ['nodes that are sorted digit by digit', sampleOf(17_000, 2, 0, 0)],
  ['nodes of more rows than 16 bits can number', sampleOf(66_000, 1, 0.01, 0)],
]

describe.each(samples)('trees grown in kernels on %s', (_, { X, target, y, weights }) => {
  const many = X.rowCount > 5000
  const depth = many ? { maxDepth: 2 } : {}
  const options: readonly FitOptions[] = many ? [{ seed: 3, threads: 2, sampleWeights: weights }] : [{ seed: 1 }, { seed: 2, threads: 3 }, { seed: 3, sampleWeights: weights }]

  it.each([
    ['a forest of classes', (own: FitOptions) => new RandomForestClassifier({ trees: many ? 2 : 4, ...depth }).fit(X, target, own)],
    ['a forest with limits', (own: FitOptions) => new RandomForestClassifier({ trees: 2, maxFeatures: 'all', minLeafRows: 5, maxDepth: 6, sampleShare: 0.5, ...depth }).fit(X, target, own)],
    ['a forest of numbers', (own: FitOptions) => new RandomForestRegressor({ trees: 2, minLeafRows: 3, minImpurityDecrease: 1e-5, ...depth }).fit(X, y, own)],
    ['a single tree', (own: FitOptions) => new DecisionTreeClassifier(depth).fit(X, target, own)],
  ])('are those that JavaScript grows: %s', (_name, fit) => {
    for (const own of options) {
      const state = withKernelEngine('wasm', () => fit(own).toState())
      expect(state).toEqual(withKernelEngine('javascript', () => fit(own).toState()))
      expect(state.tensors['features'].data.some((feature) => feature >= 0)).toBe(true)
    }
  })
})
