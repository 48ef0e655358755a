import type { KernelMemory } from '../kernel-memory.js'

/** A sum of packed gradients: the signed gradient above the unsigned hessian. */
interface Sum {
  g: number
  h: number
}

/** What the functions of `assembly/boosting/split-search.ts` read from their parameters. */
class Search {
  readonly #gradientUnit: number
  readonly #hessianUnit: number
  readonly l2: number
  readonly #smallestHessian: number
  readonly #smallestGain: number
  readonly smoothing: number
  readonly neededRows: number
  readonly #lowest: number
  readonly #highest: number
  readonly bounded: boolean
  readonly direction: number

  constructor(numbers: Float64Array, node: Float64Array, isBounded: boolean, direction: number) {
    [this.#gradientUnit, this.#hessianUnit, this.l2, this.#smallestHessian, this.#smallestGain, this.smoothing, this.neededRows] = numbers
    this.#lowest = node[1]
    this.#highest = node[2]
    this.bounded = this.#lowest > -Infinity || this.#highest < Infinity || isBounded
    this.direction = direction
  }

  gradientOf = ({ g }: Sum): number => g * this.#gradientUnit
  hessianOf = ({ h }: Sum): number => h * this.#hessianUnit

  scoreOf(left: Sum, total: Sum, penalty: number): number {
    const right = { g: total.g - left.g, h: total.h - left.h }
    const hl = this.hessianOf(left)
    const hr = this.hessianOf(right)
    if (hl < this.#smallestHessian || hr < this.#smallestHessian) return -1
    const [gl, gr] = [this.gradientOf(left), this.gradientOf(right)]
    if (!this.bounded) {
      const [dl, dr] = [hl + penalty, hr + penalty]
      return (gl * gl * dr + gr * gr * dl) / (dl * dr)
    }
    const valueLeft = this.#valueOf(left, penalty)
    const valueRight = this.#valueOf(right, penalty)
    if ((this.direction > 0 && valueLeft > valueRight) || (this.direction < 0 && valueLeft < valueRight)) return -1
    return -(2 * gl * valueLeft + (hl + penalty) * valueLeft * valueLeft) - (2 * gr * valueRight + (hr + penalty) * valueRight * valueRight)
  }

  parentScore(total: Sum, penalty: number): number {
    const h = this.hessianOf(total) + penalty
    const g = this.gradientOf(total)
    if (!this.bounded) return (g * g) / h
    const value = this.#valueOf(total, penalty)
    return -(2 * g * value + h * value * value)
  }

  threshold = (parent: number): number => parent + this.#smallestGain + Math.abs(parent) * 1e-9

  #valueOf(sum: Sum, penalty: number): number {
    return Math.min(Math.max(-this.gradientOf(sum) / (this.hessianOf(sum) + penalty), this.#lowest), this.#highest)
  }
}

/** The function of `assembly/boosting/split-search.ts`. */
export function splitSearchInJavaScript(memory: KernelMemory) {
  const sumAt = (address: number): Sum => {
    const [h, g] = memory.integers(address, 2)
    return { g, h: h >>> 0 }
  }
  return {
    searchFeature(parameters: number, histogram: number, feature: number, node: number, result: number): void {
      const [binCount, isCategory, direction] = memory.integers(feature, 3)
      const search = new Search(
        memory.doubles(parameters + 128, 7), memory.doubles(node, 4), memory.integers(parameters + 64, 1)[0] !== 0, isCategory ? 0 : direction,
      )
      const input = {
        search, total: sumAt(node), range: memory.integers(node + 32, 4), rowsToHessian: memory.doubles(node + 24, 1)[0],
        bins: Array.from({ length: binCount + 1 }, (_, bin) => sumAt(histogram + bin * 8)),
      }
      memory.doubles(result, 1)[0] = -1
      const found = isCategory ? searchCategories(input) : searchNumbers(input)
      if (!found) return
      memory.doubles(result, 1)[0] = found.gain
      memory.integers(result + 8, 4).set([found.left.h, found.left.g, found.bin, found.missingLeft])
      if (found.set) memory.integers(result + 24, 8).set(found.set)
    },
  }
}

interface SearchInput {
  readonly search: Search
  readonly total: Sum
  readonly range: Int32Array
  readonly rowsToHessian: number
  readonly bins: readonly Sum[]
}

interface FoundSplit {
  readonly gain: number
  readonly left: Sum
  readonly bin: number
  readonly missingLeft: number
  readonly set?: Int32Array
}

const isZero = ({ g, h }: Sum): boolean => g === 0 && h === 0

function searchNumbers({ search, total, range, bins }: SearchInput): FoundSplit | undefined {
  const [lowRight, highRight, lowLeft, highLeft] = range
  const binCount = bins.length - 1
  const missing = bins[0]
  const parent = search.parentScore(total, search.l2)
  let best = search.threshold(parent)
  let found: FoundSplit | undefined
  const left = { g: 0, h: 0 }
  const consider = (sum: Sum, bin: number, missingLeft: number): void => {
    const score = search.scoreOf(sum, total, search.l2)
    if (!(score > best)) return
    best = score
    found = { gain: score - parent, left: { ...sum }, bin, missingLeft }
  }
  for (let bin = 1; bin <= (isZero(missing) ? binCount - 1 : binCount); bin++) {
    left.g += bins[bin].g
    left.h += bins[bin].h
    if (isZero(bins[bin])) continue
    if (bin >= lowRight && bin <= highRight) consider(left, bin, 0)
    if (isZero(missing) || bin === binCount || bin < lowLeft || bin > highLeft) continue
    consider({ g: left.g + missing.g, h: left.h + missing.h }, bin, 1)
  }
  return found
}

function searchCategories({ search, total, range, rowsToHessian, bins }: SearchInput): FoundSplit | undefined {
  const ranked = bins.flatMap((sum, bin) => {
    const hessian = search.hessianOf(sum)
    if (isZero(sum) || hessian * rowsToHessian < search.neededRows) return []
    return [{ bin, ratio: search.gradientOf(sum) / (hessian + search.smoothing) }]
  }).sort((a, b) => a.ratio - b.ratio || a.bin - b.bin)
  const penalty = search.l2 + search.smoothing
  const parent = search.parentScore(total, penalty)
  let best = search.threshold(parent)
  let found: FoundSplit | undefined
  const left = { g: 0, h: 0 }
  for (let taken = 1; taken <= Math.min(range[1], ranked.length); taken++) {
    const { g, h } = bins[ranked[taken - 1].bin]
    left.g += g
    left.h += h
    if (taken < range[0]) continue
    const score = search.scoreOf(left, total, penalty)
    if (!(score > best)) continue
    best = score
    found = { gain: score - parent, left: { ...left }, bin: taken, missingLeft: 0 }
  }
  if (!found) return undefined
  const set = new Int32Array(8)
  for (const { bin } of ranked.slice(0, found.bin)) set[bin >> 5] |= 1 << (bin & 31)
  return { ...found, set, missingLeft: set[0] & 1 }
}
