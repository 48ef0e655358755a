import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { RowTransform } from './row-transform.js'

const format = 'polynomial-features/1'
const largestOutput = 100_000

/**
 * Products of columns up to a degree, so that a linear model can see them together: 1, each column, then each pair with itself and
 * those after it, and so on. Learns nothing. As scikit-learn's `PolynomialFeatures`.
 *
 * @param degree - 1 to 5; 2 when absent.
 * @throws MLError `HYPERPARAMETER_INVALID` for a degree out of range or more than 100,000 columns
 * @example
 * new PolynomialFeatures(2).columnNames(['a', 'b']) // => ['1', 'a', 'b', 'a^2', 'a b', 'b^2']
 */
export class PolynomialFeatures extends RowTransform {
  readonly format = format
  readonly inputCount: number
  readonly degree: number
  /** The columns that each product is made of. */
  readonly #products: readonly (readonly number[])[]

  constructor(inputCount: number, degree = 2) {
    super()
    if (!Number.isInteger(degree) || degree < 1 || degree > 5 || !Number.isInteger(inputCount) || inputCount < 0) {
      throw new MLError('HYPERPARAMETER_INVALID', `Expected a degree from 1 to 5 and a number of columns, got ${degree} and ${inputCount}.`)
    }
    let count = 1
    for (let at = 1; at <= degree; at++) count = (count * (inputCount + at)) / at
    if (count > largestOutput) throw new MLError('HYPERPARAMETER_INVALID', `Expected at most ${largestOutput} products, got ${count}. Take fewer columns.`)
    this.inputCount = inputCount
    this.degree = degree
    const products: number[][] = [[]]
    for (let from = 0, size = 1; size <= degree; size++) {
      const until = products.length
      for (let at = from; at < until; at++) {
        for (let column = products[at].at(-1) ?? 0; column < inputCount; column++) products.push([...products[at], column])
      }
      from = until
    }
    this.#products = products
  }

  get columnCount(): number {
    return this.#products.length
  }

  /** @param names - Of the columns that come in. @throws MLError `SHAPE_MISMATCH` */
  columnNames(names: readonly string[]): string[] {
    if (names.length !== this.inputCount) throw new MLError('SHAPE_MISMATCH', `Expected ${this.inputCount} names, got ${names.length}.`)
    return this.#products.map((product) => {
      const factors = [...new Set(product)].map((column) => {
        const power = product.filter((other) => other === column).length
        return power === 1 ? names[column] : `${names[column]}^${power}`
      })
      return factors.join(' ') || '1'
    })
  }

  protected override writeRow(values: ArrayLike<number>, out: Float64Array | Float32Array, start: number): void {
    for (let at = 0; at < this.#products.length; at++) {
      let product = 1
      for (const column of this.#products[at]) product *= values[column]
      out[start + at] = product
    }
  }

  toState(): ModelState {
    return { format, json: { inputCount: this.inputCount, degree: this.degree }, tensors: {} }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): PolynomialFeatures {
    const reader = new ModelStateReader(state, format)
    try {
      return new PolynomialFeatures(reader.wholeNumber('inputCount', 0, largestOutput), reader.wholeNumber('degree', 1, 5))
    } catch (error) {
      if (error instanceof MLError && error.code === 'HYPERPARAMETER_INVALID') throw reader.fail(`at most ${largestOutput} products`, 'more')
      throw error
    }
  }
}
