import type { FeatureMatrix } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionMatrix, checkPredictionRow } from '../input-check.js'
import { BestRows } from './best-rows.js'
import type { RowStore } from './row-store.js'

export const neighbourMetrics = ['cosine', 'euclidean'] as const
export type NeighbourMetric = (typeof neighbourMetrics)[number]

const { max, sqrt } = Math
const nothing = { indices: new Uint32Array(0), values: new Float32Array(0) }
/** Distances no larger are rounding of 0. */
const sameRow = 1e-9

/** Finds the nearest rows of a row in buffers made once: what the fitted classifier and regressor share. */
export class NeighbourSearch {
  readonly best: BestRows
  readonly #store: RowStore
  readonly #metric: NeighbourMetric
  readonly #count: number
  readonly #products: Float64Array

  constructor(store: RowStore, metric: NeighbourMetric, count: number) {
    this.#store = store
    this.#metric = metric
    this.#count = Math.min(count, store.rowCount)
    this.best = new BestRows(this.#count)
    this.#products = new Float64Array(store.rowCount)
  }

  get sizeBytes(): number {
    return this.#products.byteLength + 12 * this.#count
  }

  /** Finds the nearest of each row, the first first in `best`, and calls back. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  eachOf(X: FeatureMatrix, found: (row: number) => void): void {
    const { widths } = this.#store
    checkPredictionMatrix(X, widths)
    for (let row = 0; row < X.rowCount; row++) {
      this.#find(
        X.dense?.values ?? nothing.values, row * widths.denseCount,
        X.sparse?.columnIndices ?? nothing.indices, X.sparse?.values ?? nothing.values, X.sparse?.rowPointers[row] ?? 0, X.sparse?.rowPointers[row + 1] ?? 0,
      )
      found(row)
    }
  }

  /** Finds the nearest of one row. @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE` */
  of(row: FeatureRow): void {
    checkPredictionRow(row, this.#store.widths)
    this.#find(row.dense, 0, row.sparseIndices, row.sparseValues, 0, row.sparseCount)
  }

  /** By cosine, a row that has nothing in common with any has no neighbours. */
  get isEmpty(): boolean {
    return this.#metric === 'cosine' && !(this.best.score(0) > 0)
  }

  /** 1 − cosine, or the Euclidean distance, of the neighbour in a place of `best`. */
  distance(place: number): number {
    const score = this.best.score(place)
    const distance = this.#metric === 'cosine' ? 1 - score : sqrt(max(-score, 0))
    return distance > sameRow ? distance : 0
  }

  #find(dense: Float32Array, denseStart: number, indices: Uint32Array, values: Float32Array, start: number, end: number): void {
    const store = this.#store
    const products = this.#products
    store.multiply(dense, denseStart, indices, values, start, end, products)
    let squares = 0
    for (let c = 0; c < store.widths.denseCount; c++) squares += dense[denseStart + c] ** 2
    for (let i = start; i < end; i++) squares += values[i] ** 2
    const length = sqrt(squares)
    this.best.clear(this.#count)
    const isCosine = this.#metric === 'cosine'
    for (let row = 0; row < products.length; row++) {
      const own = store.lengthOf(row)
      const score = isCosine ? cosine(products[row], length, own) : 2 * products[row] - squares - own * own
      this.best.offer(row, score)
    }
    this.best.sort()
  }
}

/** Of rows without features 0. */
export function cosine(product: number, length: number, otherLength: number): number {
  return product === 0 ? 0 : product / length / otherLength
}

/** How much each neighbour in `search.best` counts by itself: 1, or 1 / distance; where some are at distance 0, those alone. */
export function neighbourWeight(search: NeighbourSearch, place: number, weights: 'uniform' | 'distance'): number {
  if (weights === 'uniform') return 1
  const distance = search.distance(place)
  if (search.distance(0) === 0) return distance === 0 ? 1 : 0
  return 1 / distance
}
