import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'quantile-sketch/1'

export interface QuantileSketchOptions {
  /** Quantiles are off by at most this share of their value, above 0 and below 1; 0.01 when absent. */
  readonly relativeAccuracy?: number
  /** Bins for values of either sign; 2048 when absent: at 0.01 accuracy they span 17 orders of magnitude. */
  readonly maximumBins?: number
}

/** Values between `low` and `high`, the larger magnitude included. */
export interface SketchBin {
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * Counts values in bins that widen with their magnitude, so that every quantile is within a share of the true value, whatever the
 * distribution. Two sketches of one accuracy merge without loss: the result does not depend on order or grouping. Values smaller in
 * magnitude than the bins reach down to fall into the smallest one, where the bound no longer holds.
 *
 * @throws MLError `INPUT_INVALID` for options out of range
 * @see Masson, Rim and Lee (2019), "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees".
 * @example
 * const sketch = new QuantileSketch()
 * for (const hours of [1, 2, 3, 4, 100]) sketch.add(hours)
 * Math.round(sketch.quantile(0.5)) // => 3
 */
export class QuantileSketch {
  readonly format = format
  readonly relativeAccuracy: number
  readonly maximumBins: number
  readonly #logBase: number
  readonly #positive = new Map<number, number>()
  readonly #negative = new Map<number, number>()
  #zeros = 0
  #count = 0
  #minimum = Infinity
  #maximum = -Infinity

  constructor(options: QuantileSketchOptions = {}) {
    const { relativeAccuracy = 0.01, maximumBins = 2048 } = options
    if (!isAccuracy(relativeAccuracy) || !isBinCount(maximumBins)) {
      const got = `${relativeAccuracy} and ${maximumBins}`
      throw new MLError('INPUT_INVALID', `Expected an accuracy from 0.0001 to 0.5 and from 16 to 1000000 bins, got ${got}.`)
    }
    this.relativeAccuracy = relativeAccuracy
    this.maximumBins = maximumBins
    this.#logBase = Math.log((1 + relativeAccuracy) / (1 - relativeAccuracy))
  }

  /** How many values were added. */
  get count(): number {
    return this.#count
  }

  /** The smallest value, exact; Infinity without values. */
  get minimum(): number {
    return this.#minimum
  }

  /** The largest value, exact; −Infinity without values. */
  get maximum(): number {
    return this.#maximum
  }

  /**
   * Adds a value, or one value many times.
   *
   * @throws MLError `VALUE_NOT_FINITE`, `INPUT_INVALID` for a count that is no whole number from 1
   */
  add(value: number, count = 1): void {
    if (!Number.isFinite(value)) throw new MLError('VALUE_NOT_FINITE', `Expected a finite value, got ${value}. Count missing ones apart.`)
    if (!Number.isInteger(count) || count < 1) throw new MLError('INPUT_INVALID', `Expected a whole count from 1, got ${count}.`)
    if (value === 0) this.#zeros += count
    else {
      const bins = value > 0 ? this.#positive : this.#negative
      const bin = Math.ceil(Math.log(Math.abs(value)) / this.#logBase)
      const isNew = !bins.has(bin)
      increase(bins, bin, count)
      if (isNew) this.#collapse(bins)
    }
    this.#count += count
    this.#minimum = Math.min(this.#minimum, value)
    this.#maximum = Math.max(this.#maximum, value)
  }

  /**
   * Adds all that another sketch of the same accuracy has counted; the other is left alone.
   *
   * @throws MLError `INPUT_INVALID` when accuracy or number of bins differ
   */
  merge(other: QuantileSketch): void {
    if (other.relativeAccuracy !== this.relativeAccuracy || other.maximumBins !== this.maximumBins) {
      throw new MLError('INPUT_INVALID', 'Expected a sketch of the same accuracy and number of bins to merge, got another.')
    }
    for (const [mine, theirs] of [[this.#positive, other.#positive], [this.#negative, other.#negative]]) {
      for (const [bin, count] of [...theirs]) increase(mine, bin, count)
      this.#collapse(mine)
    }
    this.#zeros += other.#zeros
    this.#count += other.#count
    this.#minimum = Math.min(this.#minimum, other.#minimum)
    this.#maximum = Math.max(this.#maximum, other.#maximum)
  }

  /**
   * The value that a share of all values lies at or below.
   *
   * @param share - 0 to 1
   * @throws MLError `DATA_EMPTY`, `INPUT_INVALID`
   */
  quantile(share: number): number {
    if (!(share >= 0 && share <= 1)) throw new MLError('INPUT_INVALID', `Expected a share from 0 to 1, got ${share}.`)
    if (this.#count === 0) throw new MLError('DATA_EMPTY', 'Expected values to take a quantile of, got an empty sketch.')
    const rank = Math.floor(share * (this.#count - 1))
    let below = 0
    for (const { low, high, count } of this.bins()) {
      below += count
      if (below <= rank) continue
      // The point that is off by the same share from both ends: the harmonic mean.
      const middle = low + high === 0 ? 0 : (2 * low * high) / (low + high)
      return Math.min(Math.max(middle, this.#minimum), this.#maximum)
    }
    return this.#maximum
  }

  /** Bins with values, from the lowest to the highest; that of zeros has no width. */
  bins(): SketchBin[] {
    const edge = (bin: number): number => Math.exp(bin * this.#logBase)
    const rising = (bins: Map<number, number>): [number, number][] => [...bins].sort(([a], [b]) => a - b)
    return [
      ...rising(this.#negative).reverse().map(([bin, count]) => ({ low: -edge(bin), high: -edge(bin - 1), count })),
      ...(this.#zeros > 0 ? [{ low: 0, high: 0, count: this.#zeros }] : []),
      ...rising(this.#positive).map(([bin, count]) => ({ low: edge(bin - 1), high: edge(bin), count })),
    ]
  }

  /** Folds bins below the range that the largest one allows into the smallest that remains. */
  #collapse(bins: Map<number, number>): void {
    let largest = -Infinity
    for (const bin of bins.keys()) largest = Math.max(largest, bin)
    const smallest = largest - this.maximumBins + 1
    for (const [bin, count] of [...bins]) {
      if (bin >= smallest) continue
      bins.delete(bin)
      increase(bins, smallest, count)
    }
  }

  toState(): ModelState {
    const rising = (bins: Map<number, number>): [number, number][] => [...bins].sort(([a], [b]) => a - b)
    const [positive, negative] = [rising(this.#positive), rising(this.#negative)]
    const binsOf = (bins: [number, number][]): ModelState['tensors'][string] =>
      ({ dtype: 'I32', shape: [bins.length], data: Int32Array.from(bins, ([bin]) => bin) })
    const countsOf = (bins: [number, number][]): ModelState['tensors'][string] =>
      ({ dtype: 'F64', shape: [bins.length], data: Float64Array.from(bins, ([, count]) => count) })
    return {
      format,
      json: { relativeAccuracy: this.relativeAccuracy, maximumBins: this.maximumBins, zeros: this.#zeros },
      tensors: {
        range: { dtype: 'F64', shape: [this.#count === 0 ? 0 : 2], data: this.#count === 0 ? new Float64Array(0) : Float64Array.of(this.#minimum, this.#maximum) },
        positiveBins: binsOf(positive), positiveCounts: countsOf(positive), negativeBins: binsOf(negative), negativeCounts: countsOf(negative),
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): QuantileSketch {
    const reader = new ModelStateReader(state, format)
    const sketch = new QuantileSketch({
      relativeAccuracy: reader.json('relativeAccuracy', 'an accuracy', isAccuracy),
      maximumBins: reader.json('maximumBins', 'a number of bins', isBinCount),
    })
    sketch.#zeros = reader.wholeNumber('zeros', 0, Number.MAX_SAFE_INTEGER)
    sketch.#count = sketch.#zeros
    for (const [sign, bins] of [['positive', sketch.#positive], ['negative', sketch.#negative]] as const) {
      const indices = reader.tensor(`${sign}Bins`, 'I32', [-1])
      const counts = reader.tensor(`${sign}Counts`, 'F64', [indices.length])
      indices.forEach((index, at) => {
        if (at > 0 && index <= indices[at - 1]) throw reader.fail('rising bins', 'others')
        if (!Number.isSafeInteger(counts[at]) || counts[at] < 1) throw reader.fail('whole counts from 1', String(counts[at]))
        bins.set(index, counts[at])
        sketch.#count += counts[at]
      })
      if (bins.size > sketch.maximumBins) throw reader.fail(`at most ${sketch.maximumBins} bins`, String(bins.size))
    }
    const range = reader.tensor('range', 'F64', [sketch.#count === 0 ? 0 : 2])
    if (range.length === 0) return sketch
    if (range[0] > range[1]) throw reader.fail('a rising range', 'a falling one')
    ;[sketch.#minimum, sketch.#maximum] = range
    return sketch
  }
}

function increase(bins: Map<number, number>, bin: number, count: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + count)
}

const isAccuracy = (value: unknown): value is number => typeof value === 'number' && value >= 0.0001 && value <= 0.5
const isBinCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 16 && value <= 1_000_000
