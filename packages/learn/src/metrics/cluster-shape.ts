import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { expectRows } from './measured-rows.js'

/** Points to measure clusters on, row-major; a dense block of a feature matrix is one. */
export interface PointRows {
  readonly rowCount: number
  readonly columnCount: number
  /** shape (rows, columns) */
  readonly values: ArrayLike<number>
}

export type PointDistance = 'euclidean' | 'cosine'

/**
 * How much nearer each point lies to its own cluster than to the next one: (b − a) / max(a, b), a and b being mean distances. 0 for
 * a cluster of one point. Costs rows² distances.
 *
 * @param labels - Cluster of each point, any numbers, shape (rows,).
 * @returns shape (rows,), each −1 to 1
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID` for fewer than two clusters or as many as points
 * @see Rousseeuw (1987)
 */
export function silhouetteSamples(points: PointRows, labels: ArrayLike<number>, distance: PointDistance = 'euclidean'): Float64Array {
  const { codes, sizes } = clustersOf(points, labels)
  const between = distance === 'euclidean' ? euclidean : cosine
  return Float64Array.from(codes, (own, row) => {
    if (sizes[own] === 1) return 0
    const sums = new Float64Array(sizes.length)
    for (let other = 0; other < codes.length; other++) if (other !== row) sums[codes[other]] += between(points, row, other)
    const inside = sums[own] / (sizes[own] - 1)
    let outside = Infinity
    for (let code = 0; code < sizes.length; code++) if (code !== own) outside = Math.min(outside, sums[code] / sizes[code])
    const larger = Math.max(inside, outside)
    return larger === 0 ? 0 : (outside - inside) / larger
  })
}

/**
 * Mean of {@link silhouetteSamples}: 1 for tight clusters far apart, about 0 for overlapping ones.
 *
 * @throws MLError as {@link silhouetteSamples}
 * @example
 * silhouetteScore({ rowCount: 4, columnCount: 1, values: [1, 1, 2, 2] }, [0, 0, 1, 1]) // => 1
 */
export function silhouetteScore(points: PointRows, labels: ArrayLike<number>, distance: PointDistance = 'euclidean'): number {
  return silhouetteSamples(points, labels, distance).reduce((sum, value) => sum + value / points.rowCount, 0)
}

/**
 * Davies-Bouldin index: mean over clusters of how much they spread relative to the distance of the cluster most like them.
 *
 * @returns At least 0; smaller is better.
 * @throws MLError as {@link silhouetteSamples}
 */
export function daviesBouldinScore(points: PointRows, labels: ArrayLike<number>): number {
  const { codes, sizes } = clustersOf(points, labels)
  const centres = centresOf(points, codes, sizes)
  const spreads = new Float64Array(sizes.length)
  codes.forEach((code, row) => (spreads[code] += Math.sqrt(squaredFrom(points, row, centres[code])) / sizes[code]))
  let total = 0
  for (let a = 0; a < sizes.length; a++) {
    let worst = 0
    for (let b = 0; b < sizes.length; b++) {
      if (a === b || spreads[a] + spreads[b] === 0) continue
      worst = Math.max(worst, (spreads[a] + spreads[b]) / Math.hypot(...centres[a].map((value, column) => value - centres[b][column])))
    }
    total += worst / sizes.length
  }
  return total
}

/**
 * Calinski-Harabasz index: variance between clusters over variance inside them, each by its degrees of freedom. 1 where there is no
 * variance inside, as in scikit-learn.
 *
 * @returns At least 0; larger is better.
 * @throws MLError as {@link silhouetteSamples}
 */
export function calinskiHarabaszScore(points: PointRows, labels: ArrayLike<number>): number {
  const { codes, sizes } = clustersOf(points, labels)
  const centres = centresOf(points, codes, sizes)
  const [middle] = centresOf(points, new Int32Array(points.rowCount), [points.rowCount])
  let [between, inside] = [0, 0]
  centres.forEach((centre, code) => (between += sizes[code] * centre.reduce((sum, value, column) => sum + (value - middle[column]) ** 2, 0)))
  codes.forEach((code, row) => (inside += squaredFrom(points, row, centres[code])))
  return inside === 0 ? 1 : (between * (points.rowCount - sizes.length)) / (inside * (sizes.length - 1))
}

function clustersOf(points: PointRows, labels: ArrayLike<number>): { codes: Int32Array; sizes: number[] } {
  expectRows(points.rowCount)
  expectEqual('labels, one a point', points.rowCount, labels.length)
  expectEqual('values of the points', points.rowCount * points.columnCount, points.values.length)
  const codeOf = new Map<number, number>()
  const sizes: number[] = []
  const codes = Int32Array.from(labels, (label) => {
    const code = codeOf.get(label) ?? codeOf.size
    codeOf.set(label, code)
    sizes[code] = (sizes[code] ?? 0) + 1
    return code
  })
  if (sizes.length < 2 || sizes.length >= points.rowCount) {
    throw new MLError('INPUT_INVALID', `Expected from 2 to ${points.rowCount - 1} clusters, got ${sizes.length}. With others there is nothing to compare.`)
  }
  return { codes, sizes }
}

function centresOf({ columnCount, values }: PointRows, codes: Int32Array, sizes: readonly number[]): number[][] {
  const centres = sizes.map(() => new Array<number>(columnCount).fill(0))
  codes.forEach((code, row) => {
    for (let column = 0; column < columnCount; column++) centres[code][column] += values[row * columnCount + column] / sizes[code]
  })
  return centres
}

function squaredFrom({ columnCount, values }: PointRows, row: number, centre: readonly number[]): number {
  let squares = 0
  for (let column = 0; column < columnCount; column++) squares += (values[row * columnCount + column] - centre[column]) ** 2
  return squares
}

function euclidean({ columnCount, values }: PointRows, a: number, b: number): number {
  let squares = 0
  for (let column = 0; column < columnCount; column++) squares += (values[a * columnCount + column] - values[b * columnCount + column]) ** 2
  return Math.sqrt(squares)
}

/** 1 − cosine; a point at the origin has the distance 1 from every other. */
function cosine({ columnCount, values }: PointRows, a: number, b: number): number {
  let [product, squaresA, squaresB] = [0, 0, 0]
  for (let column = 0; column < columnCount; column++) {
    const [x, y] = [values[a * columnCount + column], values[b * columnCount + column]]
    product += x * y
    squaresA += x * x
    squaresB += y * y
  }
  // Rounding must not keep two points of one direction apart.
  return squaresA === 0 || squaresB === 0 ? 1 : Math.max(0, 1 - product / Math.sqrt(squaresA) / Math.sqrt(squaresB))
}
