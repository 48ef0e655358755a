import { createRandom } from '@motadata/core'
import type { FeatureMatrix } from '../../src/index.js'

export interface BoostingData {
  readonly X: FeatureMatrix
  readonly codes: Int32Array
  readonly numbers: Float64Array
}

/** How many categories the last column has; each adds something of its own. */
export const categoryCount = 40

/**
 * Rows of five numbers, the third missing in a seventh of them, and a category: a number made of steps, products and categories, and a class
 * by its sign.
 */
export function boostingData(rowCount: number, seed: number): BoostingData {
  const random = createRandom(seed)
  const effects = Array.from({ length: categoryCount }, (_, category) => Math.sin(category * 12.9898) * 2)
  const width = 6
  const values = new Float32Array(rowCount * width)
  const numbers = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const own = values.subarray(row * width, (row + 1) * width)
    for (let column = 0; column < 5; column++) own[column] = random.next() * 2 - 1
    own[5] = random.below(categoryCount)
    if (row % 7 === 0) own[2] = Number.NaN
    numbers[row] = 2 * own[0] + (own[1] > 0.2 ? own[3] * 2 : 0) + (Number.isNaN(own[2]) ? 1 : 0) + effects[own[5]] + random.next() - 0.5
  }
  return { X: { rowCount, dense: { rowCount, columnCount: width, values } }, codes: Int32Array.from(numbers, (number) => (number > 0 ? 1 : 0)), numbers }
}

/** The same rows with every column but the category in a sparse block, where missing values are none. */
export function asSparse({ rowCount, dense }: FeatureMatrix): FeatureMatrix {
  const { columnCount, values } = dense!
  const rowPointers = Uint32Array.from({ length: rowCount + 1 }, (_, row) => row * columnCount)
  return {
    rowCount,
    sparse: {
      rowCount, columnCount, rowPointers, columnIndices: Uint32Array.from(values, (_, i) => i % columnCount),
      values: values.map((value) => (Number.isNaN(value) ? 0 : value)),
    },
  }
}
