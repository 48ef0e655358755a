import { bestScore, keepBest } from './best-split'
import { classCount, lefts, minLeafRows, targets, totals, weights } from './context'
import { itemBits } from './sort-codes'

// Gini impurity, as `tree/class-criterion.ts` has it
export let classWeight: f64 = 0
export let classScore: f64 = 0
export let pureClass: i32 = -1

export function measureClasses(start: u32, end: u32): void {
  memory.fill(totals, 0, <usize>classCount << 3)
  for (let i = start; i < end; i++) {
    const at = totals + (<usize>load<u16>(targets + (<usize>i << 1)) << 3)
    store<f64>(at, load<f64>(at) + load<f64>(weights + (<usize>i << 3)))
  }
  classWeight = 0
  let present = 0
  let only: i32 = -1
  for (let k: u32 = 0; k < classCount; k++) {
    const own = load<f64>(totals + (<usize>k << 3))
    classWeight += own
    if (own == 0) continue
    present++
    only = <i32>k
  }
  pureClass = present <= 1 ? only : -1
  classScore = sumOfSquares() / classWeight
}

@inline
function sumOfSquares(): f64 {
  let sum: f64 = 0
  for (let k: u32 = 0; k < classCount; k++) {
    const own = load<f64>(totals + (<usize>k << 3))
    sum += own * own
  }
  return sum
}

/**
 * @param sorted - Keys of all rows of the node.
 * @param missing - So many keys at the end are missing values, which go left first; 0 to have them at the end.
 */
export function sweepClasses<Key>(sorted: usize, count: u32, low: u32, start: u32, missing: u32): void {
  memory.fill(lefts, 0, <usize>classCount << 3)
  let leftWeight: f64 = 0
  let leftSum: f64 = 0
  let rightSum = sumOfSquares()
  let last: i32 = -1
  let best = bestScore
  const present = count - missing
  const all = classWeight
  for (let j: u32 = 0; j < count; j++) {
    // missing ones first
    const at = j < missing ? present + j : j - missing
    const key = load<Key>(sorted + <usize>at * sizeof<Key>())
    if (j >= missing) {
      const code = <i32>(key >> itemBits<Key>())
      if (code != last) {
        if (last >= 0 && j >= minLeafRows && count - j >= minLeafRows) {
          const parts = f64x2.div(
            f64x2.replace_lane(f64x2.splat(leftSum), 1, rightSum), f64x2.replace_lane(f64x2.splat(leftWeight), 1, all - leftWeight),
          )
          const score = f64x2.extract_lane(parts, 0) + f64x2.extract_lane(parts, 1)
          if (score > best) {
            best = score
            keepBest(score, <u32>last + low, <u32>code + low, missing > 0)
          }
        }
        last = code
      }
    }
    const item = <usize>(key & ((<Key>1 << itemBits<Key>()) - 1)) + start
    const weight = load<f64>(weights + (item << 3))
    const k = <usize>load<u16>(targets + (item << 1)) << 3
    const own = load<f64>(lefts + k)
    leftSum += weight * (own + own + weight)
    const other = load<f64>(totals + k) - own - weight
    rightSum -= weight * (other + other + weight)
    store<f64>(lefts + k, own + weight)
    leftWeight += weight
  }
}
