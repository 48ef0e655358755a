import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'
import { checkHeldOut, classColumn, type FittedCalibrator, type HeldOutProbabilities, normaliseRow } from './calibrator.js'

const format = 'isotonic-calibrator/1'

/** A function that never falls: straight between its points, constant beyond them. */
export interface RisingFunction {
  /** Rising, shape (points,). */
  readonly x: Float64Array
  /** Never falling, same shape. */
  readonly y: Float64Array
}

/**
 * The function that never falls with the least squared error: pools neighbours that stand in the wrong order. Rows of equal x count
 * as one, of their mean. Costs rows · log rows.
 *
 * @param x - Finite, shape (rows,).
 * @param y - Finite, same shape.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @see Ayer et al. (1955), pool adjacent violators.
 * @example
 * [...fitIsotonic([1, 2, 3], [1, 3, 2]).y] // => [1, 2.5, 2.5]
 */
export function fitIsotonic(x: ArrayLike<number>, y: ArrayLike<number>): RisingFunction {
  expectEqual('values, one a point', x.length, y.length)
  if (x.length === 0) throw new MLError('DATA_EMPTY', 'Expected points to fit a function to, got none.')
  const order = Uint32Array.from({ length: x.length }, (_, row) => row).sort((a, b) => x[a] - x[b])
  const blocks: { from: number; to: number; sum: number; weight: number }[] = []
  for (let at = 0; at < order.length;) {
    const from = x[order[at]]
    let block = { from, to: from, sum: 0, weight: 0 }
    for (; at < order.length && x[order[at]] === from; at++) {
      block.sum += y[order[at]]
      block.weight++
    }
    for (let last = blocks.at(-1); last && last.sum * block.weight >= block.sum * last.weight; last = blocks.at(-1)) {
      block = { from: last.from, to: block.to, sum: last.sum + block.sum, weight: last.weight + block.weight }
      blocks.pop()
    }
    blocks.push(block)
  }
  const points = blocks.flatMap(({ from, to, sum, weight }) => (from === to ? [[from, sum / weight]] : [[from, sum / weight], [to, sum / weight]]))
  return { x: Float64Array.from(points, ([at]) => at), y: Float64Array.from(points, ([, value]) => value) }
}

/**
 * The value of a function that never falls.
 *
 * @example
 * valueOfRising({ x: Float64Array.of(0, 1), y: Float64Array.of(0, 2) }, 0.25) // => 0.5
 */
export function valueOfRising({ x, y }: RisingFunction, at: number): number {
  let [low, high] = [0, x.length - 1]
  if (at <= x[low]) return y[low]
  if (at >= x[high]) return y[high]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x[middle] <= at) low = middle
    else high = middle
  }
  return y[low] + ((y[high] - y[low]) * (at - x[low])) / (x[high] - x[low])
}

/** A rising function of the probability of each class, then scaled to sum to 1. Needs thousands of rows: it can follow noise. */
export class IsotonicCalibrator implements FittedCalibrator {
  readonly format = format
  readonly classCount: number
  readonly functions: readonly RisingFunction[]

  /** @param functions - One a class, of values above 0. */
  constructor(functions: readonly RisingFunction[]) {
    this.classCount = functions.length
    this.functions = functions
  }

  get sizeBytes(): number {
    return this.functions.reduce((sum, { x, y }) => sum + x.byteLength + y.byteLength, 0)
  }

  calibrateRow(probabilities: Float64Array, start = 0): void {
    for (let code = 0; code < this.classCount; code++) {
      probabilities[start + code] = valueOfRising(this.functions[code], probabilities[start + code])
    }
    normaliseRow(probabilities, start, this.classCount)
  }

  toState(): ModelState {
    const pointCounts = Uint32Array.from(this.functions, ({ x }) => x.length)
    const joined = (axis: 'x' | 'y'): Float64Array => Float64Array.from(this.functions.flatMap((one) => [...one[axis]]))
    const [x, y] = [joined('x'), joined('y')]
    return {
      format,
      json: {},
      tensors: {
        pointCounts: { dtype: 'U32', shape: [this.classCount], data: pointCounts },
        x: { dtype: 'F64', shape: [x.length], data: x },
        y: { dtype: 'F64', shape: [y.length], data: y },
      },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): IsotonicCalibrator {
    const reader = new ModelStateReader(state, format)
    const pointCounts = reader.tensor('pointCounts', 'U32', [-1])
    if (pointCounts.length < 2 || pointCounts.includes(0)) throw reader.fail('points of two or more classes', 'fewer')
    const x = reader.tensor('x', 'F64', [pointCounts.reduce((sum, count) => sum + count, 0)])
    const y = reader.tensor('y', 'F64', [x.length])
    let end = 0
    return new IsotonicCalibrator(Array.from(pointCounts, (count) => {
      const [start, stop] = [end, (end += count)]
      for (let at = start; at < stop; at++) {
        if (!(y[at] > 0 && y[at] <= 1) || (at > start && (x[at] <= x[at - 1] || y[at] < y[at - 1]))) throw reader.fail('a rising function', 'another')
      }
      return { x: x.slice(start, stop), y: y.slice(start, stop) }
    }))
  }
}

/**
 * Isotonic calibration of each class against the rest. Probabilities are kept one row's worth away from 0 and 1, which no number of
 * rows can prove.
 *
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `TARGET_INVALID`, `INPUT_INVALID`
 * @see Zadrozny and Elkan (2002)
 */
export function fitIsotonicCalibrator(held: HeldOutProbabilities): IsotonicCalibrator {
  checkHeldOut(held)
  const margin = 1 / (held.codes.length + 2)
  return new IsotonicCalibrator(Array.from({ length: held.classCount }, (_, code) => {
    const { x, y } = fitIsotonic(classColumn(held, code), Uint8Array.from(held.codes, (own) => Number(own === code)))
    return { x, y: y.map((value) => Math.min(Math.max(value, margin), 1 - margin)) }
  }))
}
