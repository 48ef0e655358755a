import { createRandom } from '@motadata/core'
import {
  createFeatureRow, DecisionTreeRegressor, type Explanation, explainTrees, type FeatureMatrix, type FeatureRow, GradientBoostingClassifier, GradientBoostingRegressor,
  groupContributions, RandomForestClassifier,
  type TreeEnsemble, TreeExplainer, type TreeScores,
} from '../../src/index.js'
import { type GrownTree, joinTrees } from '../../src/tree/join-trees.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose, toDense, toSparse } from '../sparse-matrix.js'

type Trees = Record<keyof GrownTree, number[]>[]
interface ShapFixture {
  readonly X: number[][]
  readonly missing: (number | null)[][]
  readonly probe: number[][]
  readonly classes: number[]
  readonly forests: { readonly name: string; readonly outputs: number; readonly trees: Trees; readonly base: number[]; readonly shap: number[][][] }[]
  readonly boosting: { readonly trees: Trees; readonly margins: number[]; readonly base: number; readonly shap: number[][] }
}

const fixture = readFixture<ShapFixture>('trees')
const columns = fixture.X[0].length

function importTrees(trees: Trees, outputs: number): TreeEnsemble {
  const grown = trees.map((tree) => ({
    features: Int32Array.from(tree.features), thresholds: Float32Array.from(tree.thresholds), children: Uint32Array.from(tree.children),
    routes: Uint8Array.from(tree.routes), covers: Float32Array.from(tree.covers), leafValues: Float64Array.from(tree.leafValues),
  }))
  return joinTrees(grown, { widths: { denseCount: columns, sparseCount: 0 }, outputs, leafWidth: outputs })
}

const rowOf = (values: readonly (number | null)[]): FeatureRow =>
  ({ ...createFeatureRow(values.length, 0), dense: Float32Array.from(values, (value) => value ?? Number.NaN) })

function byFeature({ contributions }: Explanation, featureCount: number): number[] {
  const line = new Array<number>(featureCount).fill(0)
  for (const { feature, contribution } of contributions) line[feature] = contribution
  return line
}

const sumOf = ({ base, contributions }: Explanation): number => contributions.reduce((sum, { contribution }) => sum + contribution, base)

/** Shapley values by their definition: over all subsets of features, what knowing one more changes. */
function shapleyByDefinition({ trees, base, scale }: TreeScores, values: Float32Array): number[] {
  const featureCount = values.length
  const expected = (node: number, known: number): number => {
    const feature = trees.featureOf(node)
    const child = trees.childOf(node)
    if (feature < 0) return trees.leafValues[child]
    if ((known >> feature) & 1) return expected(trees.goesLeft(node, values[feature]) ? child : child + 1, known)
    const share = trees.covers[child] / trees.covers[node]
    return share * expected(child, known) + (trees.covers[child + 1] / trees.covers[node]) * expected(child + 1, known)
  }
  const worth = (known: number): number => base[0] + scale * [...trees.treeStarts.slice(0, -1)].reduce((sum, root) => sum + expected(root, known), 0)
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
  return Array.from({ length: featureCount }, (_, feature) => {
    let value = 0
    for (let known = 0; known < 2 ** featureCount; known++) {
      if ((known >> feature) & 1) continue
      const size = known.toString(2).replaceAll('0', '').length
      value += ((factorial(size) * factorial(featureCount - size - 1)) / factorial(featureCount)) * (worth(known | (1 << feature)) - worth(known))
    }
    return value
  })
}

describe('TreeExplainer', () => {
  it.each(fixture.forests)('splits the score of a forest for $name as shap does', ({ outputs, trees, base, shap }) => {
    const ensemble = importTrees(trees, outputs)
    const model = { trees: ensemble, base: new Float64Array(outputs), scale: 1 / trees.length }
    const explainer = new TreeExplainer(model)
    shap.forEach((expected, index) => {
      for (let code = 0; code < outputs; code++) {
        const explanation = explainer.explain(rowOf(fixture.probe[index]), outputs === 1 ? {} : { code })
        expect(explanation.base).toBeCloseTo(base[code], 6)
        expectClose(byFeature(explanation, columns), expected.map((byClass) => byClass[code]), 1e-6)
        expect(Math.abs(sumOf(explanation) - explanation.score)).toBeLessThan(1e-9 * Math.max(1, Math.abs(explanation.score)))
      }
    })
  })

  it('splits the margin of boosted trees with missing values as xgboost does', () => {
    const { boosting, missing } = fixture
    const model = { trees: importTrees(boosting.trees, 1), base: new Float64Array(1), scale: 1 }
    const explainer = new TreeExplainer(model)
    boosting.shap.forEach((expected, index) => {
      const explanation = explainer.explain(rowOf(missing[index]))
      expect(explanation.score).toBeCloseTo(boosting.margins[index], 5)
      expect(explanation.base).toBeCloseTo(boosting.base, 5)
      expectClose(byFeature(explanation, columns), expected, 1e-5)
      expect(Math.abs(sumOf(explanation) - explanation.score)).toBeLessThan(1e-9)
    })
  })

  it('gives Shapley values as they are defined, where features come again on the way down', () => {
    const random = createRandom(3)
    const lines = Array.from({ length: 200 }, () => Array.from({ length: 6 }, () => random.next()))
    const y = Float64Array.from(lines, ([a, b, c]) => Math.sin(9 * a) + b * c)
    const X = { rowCount: 200, dense: toDense(lines) }
    const fitted = new DecisionTreeRegressor({ maxDepth: 8 }).fit(X, y)
    const explainer = new TreeExplainer(fitted)
    for (const line of lines.slice(0, 5)) {
      const explanation = explainer.explain(rowOf(line))
      expectClose(byFeature(explanation, 6), shapleyByDefinition(fitted, Float32Array.from(line)), 1e-12)
      expect(explanation.score).toBe(fitted.predictRow(rowOf(line)))
    }
  })

  describe('of a forest on sparse columns', () => {
    const random = createRandom(4)
    const lines = Array.from({ length: 150 }, () => Array.from({ length: 30 }, () => (random.next() < 0.2 ? 1 + random.next() : 0)))
    const X: FeatureMatrix = { rowCount: 150, sparse: toSparse(lines) }
    const codes = Int32Array.from(lines, (line) => (line[3] > 0 ? 1 : line[4] > 0 ? 2 : 0))
    const forest = new RandomForestClassifier({ trees: 15 }).fit(X, { classes: ['a', 'b', 'c'], codes })
    const explainer = new TreeExplainer(forest)
    const rowAt = (index: number): FeatureRow => {
      const row = createFeatureRow(0, 30)
      lines[index].forEach((value, column) => {
        if (value === 0) return
        row.sparseIndices[row.sparseCount] = column
        row.sparseValues[row.sparseCount++] = value
      })
      return row
    }

    it('sums to the probability of every class, and says what is not there too', () => {
      const out = new Float64Array(3)
      for (let index = 0; index < 20; index++) {
        forest.predictRow(rowAt(index), out)
        for (let code = 0; code < 3; code++) {
          const explanation = explainer.explain(rowAt(index), { code })
          expect(Math.abs(sumOf(explanation) - out[code])).toBeLessThan(1e-9)
          expect(explanation.score).toBeCloseTo(out[code], 12)
        }
      }
      const without = lines.findIndex((line) => line[3] === 0 && line[4] === 0)
      const found = explainer.explain(rowAt(without), { code: 0 }).contributions.slice(0, 2)
      expect(found.map(({ feature }) => feature).toSorted((a, b) => a - b)).toEqual([3, 4])
      expect(found.every(({ value, contribution }) => value === 0 && contribution > 0)).toBe(true)
    })

    it('explains one class against another as the difference of both, and groups by field', () => {
      const between = explainer.explain(rowAt(0), { code: 1, against: 2 })
      const [one, other] = [1, 2].map((code) => explainTrees(forest, rowAt(0), { code }))
      expectClose(byFeature(between, 30), byFeature(one, 30).map((value, feature) => value - byFeature(other, 30)[feature]), 1e-12)
      const meanings = lines[0].map((_, column) => ({ name: `word ${column}`, source: column < 10 ? 'title' : 'body', kind: 'term' as const }))
      const grouped = groupContributions(between.contributions, meanings, 'field')
      expect(grouped.map(({ source }) => source).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['body', 'title'])
      expect(grouped.reduce((sum, { contribution }) => sum + contribution, between.base)).toBeCloseTo(between.score, 9)
    })

    it('asks for a class where there are several, and refuses rows that the forest would', () => {
      expect(codeOf(() => explainer.explain(rowAt(0)))).toBe('INPUT_INVALID')
      expect(codeOf(() => explainer.explain(rowAt(0), { code: 3 }))).toBe('INPUT_INVALID')
      expect(codeOf(() => explainer.explain(createFeatureRow(1, 30), { code: 0 }))).toBe('SHAPE_MISMATCH')
    })
  })

  it('splits the scores of our own boosted trees, of two classes, several and numbers', () => {
    const X = { rowCount: fixture.missing.length, dense: toDense(fixture.missing.map((line) => line.map((value) => value ?? Number.NaN))) }
    const told = { iterations: 10, maxLeaves: 8 }
    const codes = Int32Array.from(fixture.classes)
    const several = new GradientBoostingClassifier(told).fit(X, { classes: ['a', 'b', 'c'], codes })
    const two = new GradientBoostingClassifier(told).fit(X, { classes: ['a', 'b'], codes: codes.map((code) => Math.min(code, 1)) })
    const number = new GradientBoostingRegressor(told).fit(X, Float64Array.from(codes))
    const row = rowOf(fixture.missing[3])
    const probabilities = new Float64Array(3)
    several.predictRow(row, probabilities)
    const margins = [0, 1, 2].map((code) => sumOf(explainTrees(several, row, { code })))
    const total = margins.reduce((sum, margin) => sum + Math.exp(margin), 0)
    expectClose(margins.map((margin) => Math.exp(margin) / total), probabilities, 1e-9)
    two.predictRow(row, probabilities.subarray(0, 2))
    expect(1 / (1 + Math.exp(-sumOf(explainTrees(two, row))))).toBeCloseTo(probabilities[1], 9)
    expect(sumOf(explainTrees(number, row))).toBeCloseTo(number.predictRow(row), 9)
  })

  it('stays exact on the deep ways of unlimited trees', () => {
    const random = createRandom(8)
    const lines = Array.from({ length: 400 }, () => Array.from({ length: 25 }, () => random.next()))
    const codes = Int32Array.from(lines, () => random.below(2))
    const forest = new RandomForestClassifier({ trees: 10 }).fit({ rowCount: 400, dense: toDense(lines) }, { classes: ['a', 'b'], codes })
    const explainer = new TreeExplainer(forest)
    for (const line of lines.slice(0, 20)) {
      const explanation = explainer.explain(rowOf(line))
      expect(Math.abs(sumOf(explanation) - explanation.score)).toBeLessThan(1e-9)
    }
  })

  it('refuses trees that are deeper than it can go down', () => {
    const depth = 1001
    const chain: GrownTree = {
      features: Int32Array.from({ length: 2 * depth + 1 }, (_, node) => (node % 2 === 0 && node < 2 * depth ? 0 : -1)),
      thresholds: new Float32Array(2 * depth + 1),
      children: Uint32Array.from({ length: 2 * depth + 1 }, (_, node) => (node % 2 === 0 && node < 2 * depth ? node + 1 : 0)),
      routes: new Uint8Array(2 * depth + 1), covers: new Float32Array(2 * depth + 1).fill(1), leafValues: Float64Array.of(1),
    }
    const trees = joinTrees([chain], { widths: { denseCount: 1, sparseCount: 0 }, outputs: 1, leafWidth: 1 })
    expect(codeOf(() => new TreeExplainer({ trees, base: new Float64Array(1), scale: 1 }))).toBe('INPUT_INVALID')
  })
})
