import { createRandom } from '@motadata/core'

/** A table of numbers and a target of two classes. */
export interface GeneratedTable {
  readonly rowCount: number
  readonly columnCount: number
  /** shape (rows, columns) */
  readonly values: Float32Array
  /** shape (rows,) */
  readonly codes: Int32Array
}

/**
 * Rows of skewed, whole and normal numbers, 5 % of three columns missing, whose class depends on a third of the columns, on products and
 * steps of them, and on chance.
 */
export function generateTable(rowCount: number, columnCount: number, seed: number): GeneratedTable {
  const random = createRandom(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const values = new Float32Array(rowCount * columnCount)
  const codes = new Int32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    const own = values.subarray(row * columnCount, (row + 1) * columnCount)
    for (let column = 0; column < columnCount; column++) {
      const value = normal()
      own[column] = column % 5 === 3 ? Math.exp(value) : column % 5 === 4 ? Math.round(value * 4) : value
    }
    const score = 1.2 * own[0]! * (own[1]! > 0 ? 1 : 0) + Math.sin(2 * own[2]!) + 0.5 * Math.log1p(own[3]!) * own[5]! + 0.1 * own[4]! -
      0.6 * own[6]! ** 2 + (own[7]! > 0.5 === own[10]! > 0 ? 0.8 : 0) + 0.2 * own[9]!
    codes[row] = random.next() < 1 / (1 + Math.exp(-1.5 * score)) ? 1 : 0
    for (let column = 0; column < 3; column++) if (random.next() < 0.05) own[column * 3] = Number.NaN
  }
  return { rowCount, columnCount, values, codes }
}

/** The first rows of a table, and the rest. */
export function cutTable({ rowCount, columnCount, values, codes }: GeneratedTable, rows: number): [GeneratedTable, GeneratedTable] {
  return [
    { rowCount: rows, columnCount, values: values.subarray(0, rows * columnCount), codes: codes.subarray(0, rows) },
    { rowCount: rowCount - rows, columnCount, values: values.subarray(rows * columnCount), codes: codes.subarray(rows) },
  ]
}
