/** Rows of a node, at most, that are sorted by insertion. */
const fewRows = 24
/** Rows whose number fits beside a code in 32 bits. */
const packedRows = 65_536

/**
 * Sorts the rows of a node by their codes; rows with the same code stay in order. Costs a pass for every eight or so bits in which codes
 * differ.
 */
export class CodeSorter {
  /** shape (rows,): what `sort` left, rising */
  readonly codes: Uint16Array
  /** shape (rows,): the place in the node of the row with each code */
  readonly items: Uint32Array
  readonly #keys: Uint32Array
  readonly #otherKeys: Uint32Array
  readonly #starts = new Uint32Array(256)

  constructor(capacity: number) {
    this.codes = new Uint16Array(capacity)
    this.items = new Uint32Array(capacity)
    this.#keys = new Uint32Array(capacity)
    this.#otherKeys = new Uint32Array(capacity)
  }

  /**
   * @param codes - Those of the rows of a node, from 0 to `count`.
   * @param low, high - The smallest and the largest of them.
   */
  sort(codes: Uint16Array, count: number, low: number, high: number): void {
    if (count > packedRows) this.#sortMany(codes, count)
    else if (count <= fewRows) this.#sortFew(codes, count)
    else this.#sortPacked(codes, count, low, high)
  }

  #sortFew(codes: Uint16Array, count: number): void {
    const keys = this.#keys
    for (let i = 0; i < count; i++) {
      const key = ((codes[i] << 16) | i) >>> 0
      let at = i - 1
      for (; at >= 0 && keys[at] > key; at--) keys[at + 1] = keys[at]
      keys[at + 1] = key
    }
    this.#unpack(keys, count)
  }

  /** Digit by digit, the lowest first, of as few bits as are worth it for so many rows. */
  #sortPacked(codes: Uint16Array, count: number, low: number, high: number): void {
    const bits = 32 - Math.clz32(high - low)
    const passes = Math.ceil(bits / (count < 256 ? 6 : 8))
    const digit = Math.ceil(bits / passes)
    let [from, to] = [this.#keys, this.#otherKeys]
    for (let i = 0; i < count; i++) from[i] = (((codes[i] - low) << 16) | i) >>> 0
    for (let pass = 0; pass < passes; pass++) {
      this.#pass(from, to, count, 16 + pass * digit, digit)
      const other = from
      from = to
      to = other
    }
    const { codes: sorted, items } = this
    for (let i = 0; i < count; i++) {
      sorted[i] = (from[i] >>> 16) + low
      items[i] = from[i] & 0xffff
    }
  }

  #pass(from: Uint32Array, to: Uint32Array, count: number, shift: number, digit: number): void {
    const starts = this.#starts
    const mask = (1 << digit) - 1
    starts.fill(0, 0, mask + 1)
    for (let i = 0; i < count; i++) starts[(from[i] >>> shift) & mask]++
    let sum = 0
    for (let value = 0; value <= mask; value++) {
      const own = starts[value]
      starts[value] = sum
      sum += own
    }
    for (let i = 0; i < count; i++) {
      const key = from[i]
      to[starts[(key >>> shift) & mask]++] = key
    }
  }

  #unpack(keys: Uint32Array, count: number): void {
    const { codes, items } = this
    for (let i = 0; i < count; i++) {
      codes[i] = keys[i] >>> 16
      items[i] = keys[i] & 0xffff
    }
  }

  /** One pass over all codes that there can be. */
  #sortMany(codes: Uint16Array, count: number): void {
    const starts = new Uint32Array(packedRows + 1)
    for (let i = 0; i < count; i++) starts[codes[i] + 1]++
    for (let code = 0; code < packedRows; code++) starts[code + 1] += starts[code]
    for (let i = 0; i < count; i++) {
      const to = starts[codes[i]]++
      this.codes[to] = codes[i]
      this.items[to] = i
    }
  }
}
