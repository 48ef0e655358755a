import { CholeskySolver } from './cholesky.js'
import type { RegressionProblem } from './regression-problem.js'

/** Share of a column that the others have to leave unexplained. */
const smallestPivot = 1e-11

/**
 * Weights of least Σ weight · error² + penalty · ‖weights‖², exactly, by Cholesky's decomposition of the matrix of products of
 * features about their means. Cost: rows · features² + features³ / 6.
 *
 * @returns shape (features,), and the intercept; undefined where columns depend on each other, so that no penalty leaves one answer
 */
export function solveNormalEquations(problem: RegressionProblem, penalty: number): { weights: Float64Array; intercept: number } | undefined {
  const { products, moments, means } = productsAboutMeans(problem)
  const size = moments.length
  for (let i = 0; i < size; i++) products[i * size + i] += penalty
  const solver = new CholeskySolver(products, size, smallestPivot)
  if (solver.dependentCount > 0) return undefined
  solver.solve(moments)
  const intercept = moments.reduce((sum, weight, i) => sum - weight * means[i], problem.mean)
  return moments.every(Number.isFinite) && Number.isFinite(intercept) ? { weights: moments, intercept } : undefined
}

/** Σ weight · (x − mean) (x − mean)ᵀ in the lower triangle, and Σ weight · x (y − mean of y). */
function productsAboutMeans({ matrix, widths, rowWeights, targets, mean }: RegressionProblem): {
  products: Float64Array
  moments: Float64Array
  means: Float64Array
} {
  const { dense, sparse } = matrix
  const width = widths.denseCount
  const size = width + widths.sparseCount
  const products = new Float64Array(size * size)
  const moments = new Float64Array(size)
  const means = new Float64Array(size)
  const columns = new Uint32Array(size)
  const values = new Float64Array(size)
  for (let row = 0; row < matrix.rowCount; row++) {
    const weight = rowWeights[row]
    if (weight === 0) continue
    let count = 0
    for (let c = 0; dense && c < width; c++, count++) {
      columns[count] = c
      values[count] = dense.values[row * width + c]
    }
    for (let i = sparse?.rowPointers[row] ?? 0; sparse && i < sparse.rowPointers[row + 1]; i++, count++) {
      columns[count] = width + sparse.columnIndices[i]
      values[count] = sparse.values[i]
    }
    const error = targets[row] - mean
    for (let a = 0; a < count; a++) {
      const weighted = weight * values[a]
      moments[columns[a]] += weighted * error
      means[columns[a]] += weighted
      for (let b = 0; b <= a; b++) {
        // Sparse columns may stand in any order: the larger is the row of the lower triangle.
        const [high, low] = columns[a] > columns[b] ? [columns[a], columns[b]] : [columns[b], columns[a]]
        products[high * size + low] += weighted * values[b]
      }
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) products[i * size + j] -= means[i] * means[j]
  return { products, moments, means }
}
