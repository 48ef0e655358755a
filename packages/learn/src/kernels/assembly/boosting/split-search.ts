/** Words of the search's parameters: see `split-search.ts` of the ensemble. */
// 128 unit of gradients, 136 unit of hessians, 144 l2, 152 smallest hessian, 160 smallest gain, 168 smoothing of categories,
// 176 rows that a category needs

let gradientUnit: f64 = 0
let hessianUnit: f64 = 0
let l2: f64 = 0
let smallestHessian: f64 = 0
let lowest: f64 = 0
let highest: f64 = 0

@inline
function gradientOf(sum: i64): f64 {
  return <f64><i32>(sum >> 32) * gradientUnit
}

@inline
function hessianOf(sum: i64): f64 {
  return <f64><u32>sum * hessianUnit
}

/** What two children gain, before what their parent has is taken off: Eq. 7, Chen & Guestrin (2016); −1 where one is too small. */
@inline
function scoreOf(left: i64, right: i64, penalty: f64): f64 {
  const hl = hessianOf(left)
  const hr = hessianOf(right)
  if (hl < smallestHessian || hr < smallestHessian) return -1.0
  const gl = gradientOf(left)
  const gr = gradientOf(right)
  const dl = hl + penalty
  const dr = hr + penalty
  return (gl * gl * dr + gr * gr * dl) / (dl * dr)
}

@inline
function boundedValue(sum: i64, penalty: f64): f64 {
  return min(max(-gradientOf(sum) / (hessianOf(sum) + penalty), lowest), highest)
}

/** The same where children's values are bounded and have to rise (1) or to fall (−1) with the feature. */
function boundedScoreOf(left: i64, right: i64, penalty: f64, direction: i32): f64 {
  const hl = hessianOf(left)
  const hr = hessianOf(right)
  if (hl < smallestHessian || hr < smallestHessian) return -1.0
  const valueLeft = boundedValue(left, penalty)
  const valueRight = boundedValue(right, penalty)
  if ((direction > 0 && valueLeft > valueRight) || (direction < 0 && valueLeft < valueRight)) return -1.0
  return -(2.0 * gradientOf(left) * valueLeft + (hl + penalty) * valueLeft * valueLeft) -
    (2.0 * gradientOf(right) * valueRight + (hr + penalty) * valueRight * valueRight)
}

/**
 * The best split of a node by one feature.
 *
 * @param histogram - Of the feature: bin 0 holds the missing values.
 * @param feature - Words: bins with values, whether they are categories, direction, room to sort categories in.
 * @param node - Sum of its packed gradients, lowest and highest value, rows to a unit of hessian (8 bytes each), then words: the range
 *   of bins (or of sorted categories) to split after with missing values on the right, the same with them on the left.
 * @param result - Gets the gain, −1 for none; the left sum; the bin, whether missing values go left; the set of categories' bins.
 */
export function searchFeature(parameters: usize, histogram: usize, feature: usize, node: usize, result: usize): void {
  gradientUnit = load<f64>(parameters, 128)
  hessianUnit = load<f64>(parameters, 136)
  l2 = load<f64>(parameters, 144)
  smallestHessian = load<f64>(parameters, 152)
  lowest = load<f64>(node, 8)
  highest = load<f64>(node, 16)
  store<f64>(result, -1.0)
  if (load<i32>(feature, 4) != 0) searchCategories(parameters, histogram, feature, node, result)
  else searchNumbers(parameters, histogram, feature, node, result)
}

/** @returns What a split has to score to gain anything. */
@inline
function parentScore(parameters: usize, total: i64, penalty: f64, bounded: bool): f64 {
  const h = hessianOf(total) + penalty
  const g = gradientOf(total)
  if (bounded) {
    const value = boundedValue(total, penalty)
    return -(2.0 * g * value + h * value * value)
  }
  return (g * g) / h
}

@inline
function threshold(parameters: usize, parent: f64): f64 {
  return parent + load<f64>(parameters, 160) + abs(parent) * 1e-9
}

function searchNumbers(parameters: usize, histogram: usize, feature: usize, node: usize, result: usize): void {
  const binCount = load<i32>(feature)
  const direction = load<i32>(feature, 8)
  const total = load<i64>(node)
  const bounded = lowest > -Infinity || highest < Infinity || load<i32>(parameters, 64) != 0
  const lowRight = load<i32>(node, 32)
  const highRight = load<i32>(node, 36)
  const lowLeft = load<i32>(node, 40)
  const highLeft = load<i32>(node, 44)
  const missing = load<i64>(histogram)
  const parent = parentScore(parameters, total, l2, bounded)
  let best = threshold(parameters, parent)
  let bestBin = -1
  let bestLeft: i64 = 0
  let missingLeft = 0
  const last = missing != 0 ? binCount : binCount - 1
  let left: i64 = 0
  for (let bin = 1; bin <= last; bin++) {
    const own = load<i64>(histogram + ((<usize>bin) << 3))
    left += own
    if (own == 0) continue
    if (bin >= lowRight && bin <= highRight) {
      const score = bounded ? boundedScoreOf(left, total - left, l2, direction) : scoreOf(left, total - left, l2)
      if (score > best) {
        best = score
        bestBin = bin
        bestLeft = left
        missingLeft = 0
      }
    }
    if (missing != 0 && bin < binCount && bin >= lowLeft && bin <= highLeft) {
      const withMissing = left + missing
      const score = bounded ? boundedScoreOf(withMissing, total - withMissing, l2, direction) : scoreOf(withMissing, total - withMissing, l2)
      if (score > best) {
        best = score
        bestBin = bin
        bestLeft = withMissing
        missingLeft = 1
      }
    }
  }
  if (bestBin < 0) return
  store<f64>(result, best - parent)
  store<i64>(result, bestLeft, 8)
  store<i32>(result, bestBin, 16)
  store<i32>(result, missingLeft, 20)
}

/** Whether the category at a place of the list comes after another: by its ratio, then by its bin. */
@inline
function comesAfter(ratio: f64, bin: i32, otherRatio: f64, otherBin: i32): bool {
  return ratio > otherRatio || (ratio == otherRatio && bin > otherBin)
}

/** Categories ordered by gradient to hessian: the best set is one of the first of them. Fisher (1958). */
function searchCategories(parameters: usize, histogram: usize, feature: usize, node: usize, result: usize): void {
  const binCount = load<i32>(feature)
  const ratios: usize = load<u32>(feature, 12)
  const order = ratios + 256 * 8
  const total = load<i64>(node)
  const smoothing = load<f64>(parameters, 168)
  const bounded = lowest > -Infinity || highest < Infinity || load<i32>(parameters, 64) != 0
  const rowsToHessian = load<f64>(node, 24)
  const neededRows = load<f64>(parameters, 176)
  let count = 0
  for (let bin = 0; bin <= binCount; bin++) {
    const sum = load<i64>(histogram + ((<usize>bin) << 3))
    const hessian = hessianOf(sum)
    if (sum == 0 || hessian * rowsToHessian < neededRows) continue
    const ratio = gradientOf(sum) / (hessian + smoothing)
    let place = count
    for (; place > 0; place--) {
      const at = ratios + ((<usize>(place - 1)) << 3)
      if (!comesAfter(load<f64>(at), load<i32>(order + ((<usize>(place - 1)) << 2)), ratio, bin)) break
      store<f64>(at, load<f64>(at), 8)
      store<i32>(order + ((<usize>place) << 2), load<i32>(order + ((<usize>(place - 1)) << 2)))
    }
    store<f64>(ratios + ((<usize>place) << 3), ratio)
    store<i32>(order + ((<usize>place) << 2), bin)
    count++
  }
  const penalty = l2 + smoothing
  const parent = parentScore(parameters, total, penalty, bounded)
  let best = threshold(parameters, parent)
  let bestCount = 0
  let bestLeft: i64 = 0
  let left: i64 = 0
  const low = load<i32>(node, 32)
  const high = min(load<i32>(node, 36), count)
  for (let taken = 1; taken <= high; taken++) {
    left += load<i64>(histogram + ((<usize>load<i32>(order + ((<usize>(taken - 1)) << 2))) << 3))
    if (taken < low) continue
    const score = bounded ? boundedScoreOf(left, total - left, penalty, 0) : scoreOf(left, total - left, penalty)
    if (score > best) {
      best = score
      bestCount = taken
      bestLeft = left
    }
  }
  if (bestCount == 0) return
  store<f64>(result, best - parent)
  store<i64>(result, bestLeft, 8)
  store<i32>(result, bestCount, 16)
  memory.fill(result + 24, 0, 32)
  for (let taken = 0; taken < bestCount; taken++) {
    const bin = load<i32>(order + ((<usize>taken) << 2))
    const word = result + 24 + ((<usize>(bin >> 5)) << 2)
    store<u32>(word, load<u32>(word) | (<u32>1 << (bin & 31)))
  }
  store<i32>(result, load<u32>(result, 24) & 1, 20)
}
