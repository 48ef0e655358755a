import { createRandom, MLError } from '@motadata/core'
import { stratifiedSplit } from './split.js'

/** Measures on growing training sets. */
export interface LearningCurvePoint {
  /** Rows to train on. */
  readonly rowCount: number
  /** One a repeat. */
  readonly scores: Float64Array
  readonly mean: number
  /** Standard deviation over repeats. */
  readonly deviation: number
}

export interface LearningCurveOptions {
  /** Rows to train on, each at least 2: 50, 200, 1,000, 8,000 for tickets. Sizes above what is left for training are left out. */
  readonly sizes: readonly number[]
  /** Random draws at each size; 3 when absent. */
  readonly repeats?: number
  /** Share of the rows to measure on; 0.2 when absent. */
  readonly testShare?: number
  /** 0 when absent. */
  readonly seed?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (share: number) => void
}

/**
 * How a score grows with rows. Each repeat has its own test set and takes its smaller training sets out of its larger ones; classes
 * keep their shares as far as a size allows.
 *
 * @param codes - Class codes to stratify by; zeros for a regression.
 * @param measure - Fits on the first rows and measures on the second.
 * @throws MLError `INPUT_INVALID` for no usable size, `CANCELLED`, and what `measure` throws
 * @example
 * learningCurve(y.codes, (train, test) => accuracyOf(train, test), { sizes: [50, 200, 1000] })
 */
export function learningCurve(
  codes: ArrayLike<number>, measure: (train: Uint32Array, test: Uint32Array) => number, options: LearningCurveOptions,
): LearningCurvePoint[] {
  const { repeats = 3, testShare = 0.2, seed = 0, signal, onProgress } = options
  if (!Number.isInteger(repeats) || repeats < 1) throw new MLError('INPUT_INVALID', `Expected a whole number of repeats from 1, got ${repeats}.`)
  const random = createRandom(seed)
  const draws = Array.from({ length: repeats }, () => {
    const { train, test } = stratifiedSplit(codes, { testShare, seed: random.below(2 ** 32) })
    return { order: stratifiedOrder(train, codes, random.shuffle([...train])), test }
  })
  const available = Math.min(...draws.map(({ order }) => order.length))
  const sizes = [...new Set(options.sizes)].filter((size) => Number.isInteger(size) && size >= 2 && size <= available).sort((a, b) => a - b)
  if (sizes.length === 0) throw new MLError('INPUT_INVALID', `Expected whole sizes from 2 to the ${available} rows left to train on, got none.`)
  return sizes.map((rowCount, at): LearningCurvePoint => {
    const scores = Float64Array.from(draws, ({ order, test }, repeat) => {
      if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this learning curve.')
      const score = measure(order.slice(0, rowCount).sort(), test)
      onProgress?.((at * repeats + repeat + 1) / (sizes.length * repeats))
      return score
    })
    const mean = scores.reduce((sum, score) => sum + score / repeats, 0)
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, repeats - 1)
    return { rowCount, scores, mean, deviation: Math.sqrt(variance) }
  })
}

/** An order whose every beginning has each class in about its share, and one row of each class as early as may be. */
function stratifiedOrder(train: Uint32Array, codes: ArrayLike<number>, shuffled: readonly number[]): Uint32Array {
  const counts = new Map<number, number>()
  for (const row of train) counts.set(codes[row], (counts.get(codes[row]) ?? 0) + 1)
  const seen = new Map<number, number>()
  const places = shuffled.map((row, at) => {
    const before = seen.get(codes[row]) ?? 0
    seen.set(codes[row], before + 1)
    return { row, place: before / counts.get(codes[row])!, at }
  })
  return Uint32Array.from(places.sort((a, b) => a.place - b.place || a.at - b.at), ({ row }) => row)
}
