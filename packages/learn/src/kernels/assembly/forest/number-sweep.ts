import { bestScore, keepBest } from './best-split'
import { minLeafRows, targets, weights } from './context'
import { itemBits } from './sort-codes'

// squared error, as `tree/squared-error-criterion.ts` has it
export let numberWeight: f64 = 0
export let numberScore: f64 = 0
export let numberTotal: f64 = 0
export let numberPure: bool = false

export function measureNumbers(start: u32, end: u32): void {
  numberWeight = 0
  numberTotal = 0
  let least: f64 = Infinity
  let most: f64 = -Infinity
  for (let i = start; i < end; i++) {
    const weight = load<f64>(weights + (<usize>i << 3))
    const target = load<f64>(targets + (<usize>i << 3))
    numberWeight += weight
    numberTotal += weight * target
    if (target < least) least = target
    if (target > most) most = target
  }
  numberPure = least == most
  numberScore = (numberTotal * numberTotal) / numberWeight
}

/** @param missing - So many keys at the end are missing values, which go left first; 0 to have them at the end. */
export function sweepNumbers<Key>(sorted: usize, count: u32, low: u32, start: u32, missing: u32): void {
  let leftWeight: f64 = 0
  let leftSum: f64 = 0
  let last: i32 = -1
  let best = bestScore
  const present = count - missing
  for (let j: u32 = 0; j < count; j++) {
    const at = j < missing ? present + j : j - missing
    const key = load<Key>(sorted + <usize>at * sizeof<Key>())
    if (j >= missing) {
      const code = <i32>(key >> itemBits<Key>())
      if (code != last) {
        if (last >= 0 && j >= minLeafRows && count - j >= minLeafRows) {
          const rightSum = numberTotal - leftSum
          const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / (numberWeight - leftWeight)
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
    leftWeight += weight
    leftSum += weight * load<f64>(targets + (item << 3))
  }
}
