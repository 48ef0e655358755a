import { createRandom } from '@motadata/core'
import type { DenseRows, FeatureColumn, FeatureMatrix, SparseRows } from '../feature-matrix.js'
import { featureCount } from '../feature-matrix.js'
import { checkMatrix, expectEqual, throwIfAborted } from '../input-check.js'

export interface PermutationOptions {
  /** What each column means, shape (features,): all columns of a dataset column are shuffled together. Each by itself when absent. */
  readonly columns?: readonly FeatureColumn[]
  /** How often each is shuffled; 5 when absent. */
  readonly repeats?: number
  /** 0 when absent. */
  readonly seed?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (share: number) => void
}

/** What a model loses without a feature. */
export interface PermutationImportance {
  /** The dataset column, or `feature 3`. */
  readonly name: string
  /** How much the score falls when the values are dealt to other rows, on average; about 0 for what the model does not need. */
  readonly drop: number
  /** Standard deviation of the fall over the repetitions. */
  readonly deviation: number
}

/**
 * How much a model needs each feature: the fall of its score when the feature's values are dealt to other rows at random. Works for any
 * model; on rows that it did not learn from, it tells what counts for new rows, which the impurity that trees gain by a feature does not.
 *
 * Of features that say the same, a model needs neither much: shuffle them together. Costs `repeats` predictions of all rows a feature.
 *
 * @param X - Rows that the model did not learn from.
 * @param score - Of predictions for a matrix of the same rows; the larger the better.
 * @returns The largest drop first.
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `CANCELLED`
 * @see Breiman (2001), Random forests; Fisher, Rudin and Dominici (2019), All models are wrong, but many are useful.
 * @example
 * permutationImportance(X, (matrix) => accuracy(codes, mostProbable(model.predictProbabilities(matrix), 3)))[0].name // => what matters most
 */
export function permutationImportance(X: FeatureMatrix, score: (matrix: FeatureMatrix) => number, options: PermutationOptions = {}): PermutationImportance[] {
  const { columns, repeats = 5, seed = 0, signal, onProgress } = options
  checkMatrix(X, true)
  if (columns) expectEqual('columns, one a feature', featureCount(X), columns.length)
  const groups = groupFeatures(featureCount(X), columns)
  const whole = score(X)
  const found: PermutationImportance[] = []
  for (const [name, features] of groups) {
    const random = createRandom(seed).split(name)
    const isShuffled = new Uint8Array(featureCount(X))
    for (const feature of features) isShuffled[feature] = 1
    const drops = Array.from({ length: repeats }, () => {
      throwIfAborted(signal)
      const from = random.shuffle(Array.from({ length: X.rowCount }, (_, row) => row))
      return whole - score(shuffled(X, isShuffled, from))
    })
    const drop = drops.reduce((sum, own) => sum + own, 0) / repeats
    const deviation = Math.sqrt(drops.reduce((sum, own) => sum + (own - drop) ** 2, 0) / repeats)
    found.push({ name, drop, deviation })
    onProgress?.(found.length / groups.size)
  }
  return found.sort((a, b) => b.drop - a.drop || (a.name < b.name ? -1 : 1))
}

function groupFeatures(count: number, columns: readonly FeatureColumn[] | undefined): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (let feature = 0; feature < count; feature++) {
    const name = columns?.[feature].source ?? `feature ${feature}`
    const known = groups.get(name)
    if (known) known.push(feature)
    else groups.set(name, [feature])
  }
  return groups
}

/** Row `r` has the marked features of row `from[r]` and the others of its own. */
function shuffled(X: FeatureMatrix, marked: Uint8Array, from: readonly number[]): FeatureMatrix {
  return {
    rowCount: X.rowCount,
    ...(X.dense && { dense: shuffledDense(X.dense, marked, from) }),
    ...(X.sparse && { sparse: shuffledSparse(X.sparse, marked.subarray(X.dense?.columnCount ?? 0), from) }),
  }
}

function shuffledDense(block: DenseRows, marked: Uint8Array, from: readonly number[]): DenseRows {
  const width = block.columnCount
  const values = block.values.slice()
  for (let row = 0; row < block.rowCount; row++) {
    for (let c = 0; c < width; c++) if (marked[c] === 1) values[row * width + c] = block.values[from[row] * width + c]
  }
  return { ...block, values }
}

function shuffledSparse(block: SparseRows, marked: Uint8Array, from: readonly number[]): SparseRows {
  const { columnIndices, rowPointers, values } = block
  const result = { rowPointers: new Uint32Array(block.rowCount + 1), columnIndices: new Uint32Array(values.length), values: new Float32Array(values.length) }
  let end = 0
  const take = (row: number, wanted: 0 | 1): void => {
    for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) {
      if (marked[columnIndices[i]] !== wanted) continue
      result.columnIndices[end] = columnIndices[i]
      result.values[end++] = values[i]
    }
  }
  for (let row = 0; row < block.rowCount; row++) {
    take(row, 0)
    take(from[row], 1)
    result.rowPointers[row + 1] = end
  }
  return { ...block, ...result }
}
