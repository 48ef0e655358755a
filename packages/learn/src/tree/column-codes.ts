/** Codes of a column, at most: one more stands for a missing value. */
const maximumCodes = 65_535
/** The code of a missing value. */
export const missingCode = 65_535

/** The different numbers of a column, rising; where there are too many for 16 bits, a code stands for numbers next to each other. */
export interface CodeTable {
  /** shape (codes,): the smallest number with the code */
  readonly lows: Float32Array
  /** shape (codes,): the largest number with the code, the same as the smallest where there are few enough numbers */
  readonly highs: Float32Array
}

/** Numbers sorted with what they belong to, by their bits: three passes. */
class NumberSorter {
  readonly #keys: Uint32Array
  readonly #items: Uint32Array
  readonly #otherKeys: Uint32Array
  readonly #otherItems: Uint32Array
  readonly #counts = new Uint32Array(3 * 2048)

  constructor(capacity: number) {
    this.#keys = new Uint32Array(capacity)
    this.#items = new Uint32Array(capacity)
    this.#otherKeys = new Uint32Array(capacity)
    this.#otherItems = new Uint32Array(capacity)
  }

  /** Positions of the numbers that are not NaN, those of the smallest first; valid until the next call. */
  sort(values: Float32Array): Uint32Array {
    const [keys, items] = [this.#keys, this.#items]
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
    let count = 0
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== values[i]) continue
      // the bits of floats, so that they rise with the number; both zeros are one number
      const own = values[i] === 0 ? 0 : bits[i]
      keys[count] = own >>> 31 === 1 ? ~own : own | 0x80000000
      items[count++] = i
    }
    if (count < 64) return this.#insert(count)
    this.#counts.fill(0)
    for (let i = 0; i < count; i++) {
      this.#counts[keys[i] & 2047]++
      this.#counts[2048 + ((keys[i] >>> 11) & 2047)]++
      this.#counts[4096 + (keys[i] >>> 22)]++
    }
    this.#pass(count, keys, items, this.#otherKeys, this.#otherItems, 0)
    this.#pass(count, this.#otherKeys, this.#otherItems, keys, items, 1)
    this.#pass(count, keys, items, this.#otherKeys, this.#otherItems, 2)
    return this.#otherItems.subarray(0, count)
  }

  #insert(count: number): Uint32Array {
    const [keys, items] = [this.#keys, this.#items]
    for (let i = 1; i < count; i++) {
      const [key, item] = [keys[i], items[i]]
      let at = i - 1
      for (; at >= 0 && keys[at] > key; at--) {
        keys[at + 1] = keys[at]
        items[at + 1] = items[at]
      }
      keys[at + 1] = key
      items[at + 1] = item
    }
    return items.subarray(0, count)
  }

  #pass(count: number, keys: Uint32Array, items: Uint32Array, toKeys: Uint32Array, toItems: Uint32Array, digit: number): void {
    const starts = this.#counts.subarray(digit * 2048, (digit + 1) * 2048)
    let sum = 0
    for (let value = 0; value < 2048; value++) {
      const own = starts[value]
      starts[value] = sum
      sum += own
    }
    const shift = digit * 11
    for (let i = 0; i < count; i++) {
      const to = starts[(keys[i] >>> shift) & 2047]++
      toKeys[to] = keys[i]
      toItems[to] = items[i]
    }
  }
}

/** Gives the numbers of columns 16-bit codes that rise with them. */
export class ColumnCoder {
  readonly #sorter: NumberSorter
  readonly #lows: Float32Array
  readonly #highs: Float32Array

  /** @param capacity - Numbers of a column, at most. */
  constructor(capacity: number) {
    this.#sorter = new NumberSorter(capacity)
    this.#lows = new Float32Array(Math.min(capacity, maximumCodes))
    this.#highs = new Float32Array(this.#lows.length)
  }

  /**
   * Every number gets a code of its own where there are at most 65,535 different ones; else numbers that are next to each other share
   * one, so that about as many rows have each code.
   *
   * @param codes - shape (values,), written to; {@link missingCode} for NaN.
   */
  code(values: Float32Array, codes: Uint16Array): CodeTable {
    const order = this.#sorter.sort(values)
    if (order.length < values.length) codes.fill(missingCode)
    const different = countDifferent(values, order)
    const rowsPerCode = different <= maximumCodes ? 0 : order.length / maximumCodes
    let code = -1
    for (let i = 0; i < order.length; i++) {
      const value = values[order[i]]
      if (i === 0 || (value !== this.#highs[code] && i >= (code + 1) * rowsPerCode)) this.#lows[++code] = value + 0
      this.#highs[code] = value + 0
      codes[order[i]] = code
    }
    return { lows: this.#lows.slice(0, code + 1), highs: this.#highs.slice(0, code + 1) }
  }
}

function countDifferent(values: Float32Array, order: Uint32Array): number {
  let different = 0
  for (let i = 0; i < order.length; i++) if (i === 0 || values[order[i]] !== values[order[i - 1]]) different++
  return different
}
