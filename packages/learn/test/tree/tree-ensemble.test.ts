import { createFeatureRow, type FeatureMatrix, type ModelState, ModelStateReader } from '../../src/index.js'
import { type GrownTree, joinTrees } from '../../src/tree/join-trees.js'
import { readTreeEnsemble } from '../../src/tree/tree-ensemble-reader.js'
import type { TreeEnsemble } from '../../src/tree/tree-ensemble.js'
import { damagedStates } from '../damage-state.js'
import { codeOf, toDense, toSparse } from '../sparse-matrix.js'

/** Asks for dense column 0 first, then for sparse column 1, which is feature 2; a missing number goes left. */
const numbers: GrownTree = {
  features: Int32Array.of(0, -1, 2, -1, -1), thresholds: Float32Array.of(1.5, 0, 0.25, 0, 0), children: Uint32Array.of(1, 0, 3, 1, 2),
  routes: Uint8Array.of(1, 0, 0, 0, 0), covers: Float32Array.of(10, 4, 6, 3, 3), leafValues: Float64Array.of(1, 10, 100),
}
/** Categories 1, 3 and 33 of dense column 0 go left; others right, missing ones too. */
const categories: GrownTree = {
  features: Int32Array.of(0, -1, -1), thresholds: Float32Array.of(0, 0, 0), children: Uint32Array.of(1, 0, 1), routes: Uint8Array.of(2, 0, 0),
  covers: Float32Array.of(10, 5, 5), leafValues: Float64Array.of(1000, 2000), categorySets: Uint32Array.of(0b1010, 0b10),
}
const widths = { denseCount: 1, sparseCount: 2 }
const ensemble = joinTrees([numbers, categories], { widths, outputs: 1, leafWidth: 1, categoryWords: 2 })

const X: FeatureMatrix = {
  rowCount: 6, dense: toDense([[1], [3], [2], [Number.NaN], [33], [1.6]]), sparse: toSparse([[9, 0], [0, 0.5], [0, 0], [0, 1], [0, 0.25], [0, 0.26]]),
}
// Walked by hand: the leaf of the first tree and that of the second.
const expected = [1 + 1000, 100 + 1000, 10 + 2000, 1 + 2000, 10 + 1000, 100 + 2000]

const stateOf = (trees: TreeEnsemble): ModelState => ({ format: 'trees/1', ...trees.toState() })
const load = (state: ModelState): TreeEnsemble =>
  readTreeEnsemble(new ModelStateReader(state, 'trees/1'), { widths, outputs: 1, leafWidth: 1 })

function scores(trees: TreeEnsemble, matrix: FeatureMatrix): number[] {
  const out = new Float64Array(matrix.rowCount * trees.outputs)
  trees.addScores(matrix, out)
  return [...out]
}

it('adds up the leaves that rows end in, by numbers, categories, missing values and values that are not stored', () => {
  expect(scores(ensemble, X)).toEqual(expected)
})

it('gives a single row the same numbers, and leaves nothing of it for the next', () => {
  const out = new Float64Array(1)
  const row = createFeatureRow(1, 2)
  expected.forEach((number, index) => {
    out.fill(0)
    row.dense[0] = X.dense!.values[index]
    const start = X.sparse!.rowPointers[index]
    row.sparseCount = X.sparse!.rowPointers[index + 1] - start
    row.sparseIndices.set(X.sparse!.columnIndices.subarray(start, start + row.sparseCount))
    row.sparseValues.set(X.sparse!.values.subarray(start, start + row.sparseCount))
    ensemble.addRowScores(row, out)
    expect(out[0]).toBe(number)
  })
})

it('takes fractions, negative numbers and categories beyond its sets for missing ones', () => {
  const beyond = { rowCount: 3, dense: toDense([[1.25], [-1], [1e9]]), sparse: toSparse([[0, 0], [0, 0], [0, 0]]) }
  expect(scores(ensemble, beyond)).toEqual([1 + 2000, 1 + 2000, 10 + 2000])
})

it('lets trees take turns at the outputs where leaves are narrower', () => {
  const turns = joinTrees([numbers, categories, numbers, categories], { widths, outputs: 2, leafWidth: 1, categoryWords: 2 })
  expect(scores(turns, X).slice(0, 4)).toEqual([2, 2000, 200, 2000])
})

it('keeps leaf rows that all trees share once', () => {
  const pure = (right: number): GrownTree => ({
    features: Int32Array.of(0, -1, -1), thresholds: Float32Array.of(0, 0, 0), children: Uint32Array.of(1, 0, right), routes: new Uint8Array(3),
    covers: new Float32Array(3), leafValues: Float64Array.of(1, 0, 0, 1, 0.5, 0.5),
  })
  const joined = joinTrees([pure(1), pure(2)], { widths: { denseCount: 1, sparseCount: 0 }, outputs: 2, leafWidth: 2, sharedLeafRows: 2 })
  expect(joined.leafValues).toHaveLength(8)
  expect(scores(joined, { rowCount: 2, dense: toDense([[-1], [1]]) })).toEqual([2, 0, 0.5, 1.5])
})

it('is the same after storing and loading', () => {
  const state = stateOf(ensemble)
  const loaded = load(state)
  expect(scores(loaded, X)).toEqual(expected)
  expect(stateOf(loaded)).toEqual(state)
})

it.each(damagedStates(stateOf(ensemble)))('refuses a stored state with $damage', ({ state }) => {
  expect(codeOf(() => load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
})

it.each<[string, string, number, number]>([
  ['a child that is its own parent', 'children', 0, 0],
  ['a child before its parent', 'children', 2, 1],
  ['a child in the next tree', 'children', 2, 4],
  ['a leaf without a value', 'children', 1, 5],
  ['a leaf beyond all leaves', 'children', 1, 2 ** 32 - 1],
  ['a feature that there is not', 'features', 0, 3],
  ['a feature below −1', 'features', 0, -2],
  ['a leaf where children are left over', 'features', 2, -1],
  ['a split at a leaf', 'features', 1, 0],
  ['an unknown route', 'routes', 0, 4],
  ['a route at a leaf', 'routes', 1, 1],
  ['a threshold at a leaf', 'thresholds', 1, 1],
  ['a set of categories that there is not', 'thresholds', 5, 1],
  ['half a set of categories', 'thresholds', 5, 0.5],
  ['a negative cover', 'covers', 0, -1],
  ['trees that start before the last', 'treeStarts', 1, 0],
  ['trees that do not start at the first node', 'treeStarts', 0, 1],
  ['trees that end beyond the last node', 'treeStarts', 2, 9],
])('refuses a stored state with %s', (_, name, index, value) => {
  const state = structuredClone(stateOf(ensemble))
  state.tensors[name].data[index] = value
  expect(codeOf(() => load(state))).toBe('MODEL_LOAD_FAILED')
})

it('refuses a number of trees with which not all outputs have as many', () => {
  const read = (): unknown => readTreeEnsemble(new ModelStateReader(stateOf(joinTrees([numbers], { widths, outputs: 1, leafWidth: 1, categoryWords: 2 })), 'trees/1'), { widths, outputs: 2, leafWidth: 1 })
  expect(codeOf(read)).toBe('MODEL_LOAD_FAILED')
})
