/**
 * Solves A x = b for a symmetric matrix without negative eigenvalues, given by its lower triangle, by Cholesky's decomposition of the
 * matrix scaled to ones on its diagonal. Cost: size³ / 6. The matrix is destroyed.
 */
export class CholeskySolver {
  /** Rows that the others explain to within rounding: their unknowns are set to 0. */
  readonly dependentCount: number
  readonly #triangle: Float64Array
  readonly #scales: Float64Array

  /** @param smallestPivot - Share of a row that the others leave unexplained below which it counts as explained. */
  constructor(matrix: Float64Array, size: number, smallestPivot: number) {
    const scales = new Float64Array(size)
    for (let i = 0; i < size; i++) scales[i] = matrix[i * size + i] > 0 ? 1 / Math.sqrt(matrix[i * size + i]) : 0
    let dependentCount = 0
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = i === j ? Math.sign(scales[i]) : matrix[i * size + j] * scales[i] * scales[j]
        for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k]
        if (i !== j) matrix[i * size + j] = sum / matrix[j * size + j]
        else if (sum > smallestPivot) matrix[i * size + i] = Math.sqrt(sum)
        else {
          dependentCount++
          matrix[i * size + i] = Infinity
        }
      }
    }
    this.dependentCount = dependentCount
    this.#triangle = matrix
    this.#scales = scales
  }

  /** The solution, in place of b. */
  solve(vector: Float64Array): void {
    const size = this.#scales.length
    const triangle = this.#triangle
    for (let i = 0; i < size; i++) {
      let sum = vector[i] * this.#scales[i]
      for (let k = 0; k < i; k++) sum -= triangle[i * size + k] * vector[k]
      vector[i] = sum / triangle[i * size + i]
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = vector[i]
      for (let k = i + 1; k < size; k++) sum -= triangle[k * size + i] * vector[k]
      vector[i] = sum / triangle[i * size + i]
    }
    for (let i = 0; i < size; i++) vector[i] *= this.#scales[i]
  }
}
