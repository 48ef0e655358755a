import { bestHigh, bestLow, bestMissingLeft, bestScore, forgetBest, setMissingLeft } from './best-split'
import { classScore, classWeight, measureClasses, pureClass, sweepClasses } from './class-sweep'
import {
  allTargets, allWeights, children, classCount, codes, columns, counts, covers, cuts, draws, features, importances, keys, leafValues, maxDepth,
  minImpurityDecrease, minSplitRows, present, presentCount, readParameters, routes, rowCount, rows, seed, sides, spareRows, spareTargets,
  spareWeights, stack, targets, totals, weights, featureCount,
} from './context'
import { beginDraws, beginNodeDraws, endNodeDraws, nextFeature, settleFeature } from './feature-draw'
import { measureNumbers, numberPure, numberScore, numberTotal, numberWeight, sweepNumbers } from './number-sweep'
import { itemBits, packedRows, sortCodes } from './sort-codes'
import { below, seedRandom } from './tree-random'

/** The code of a missing value. */
const missingCode: u32 = 65535
/** A node to come: number, first row, end, depth, constant features. */
const stackEntry: usize = 20

let bestFeature: i32 = -1
let leafRows: u32 = 0

/** Grows one tree, the same as `tree/tree-grower.ts` grows in JavaScript. */
export function growTree(parameters: usize, task: u32): void {
  readParameters(parameters, task)
  seedRandom(seed)
  const count = draws > 0 ? drawRows() : takeRows()
  memory.fill(importances, 0, <usize>featureCount << 3)
  beginDraws()
  leafRows = 0
  let nodes: u32 = 1
  let totalWeight: f64 = 0
  let top = stack
  push(top, 0, 0, count, 0, 0)
  top += stackEntry
  while (top > stack) {
    top -= stackEntry
    const node = load<u32>(top, 0)
    const start = load<u32>(top, 4)
    const end = load<u32>(top, 8)
    const depth = load<u32>(top, 12)
    let constants = load<u32>(top, 16)
    const isClass = classCount > 0
    if (isClass) measureClasses(start, end)
    else measureNumbers(start, end)
    const nodeWeight = isClass ? classWeight : numberWeight
    const nodeScore = isClass ? classScore : numberScore
    const pure = isClass ? pureClass >= 0 : numberPure
    if (node == 0) totalWeight = nodeWeight
    store<f32>(covers + (<usize>node << 2), <f32>nodeWeight)
    forgetBest()
    bestFeature = -1
    if (!pure && depth < maxDepth && end - start >= minSplitRows) constants = findSplit(start, end, constants)
    const decrease = (bestScore - nodeScore) / totalWeight
    if (bestFeature < 0 || decrease + 1e-15 < minImpurityDecrease) {
      writeLeaf(node, start, nodeWeight)
      continue
    }
    const importance = importances + (<usize>bestFeature << 3)
    store<f64>(importance, load<f64>(importance) + max<f64>(decrease, 0))
    const middle = split(start, end)
    const child = nodes
    nodes += 2
    store<i32>(features + (<usize>node << 2), bestFeature)
    store<u32>(cuts + (<usize>node << 2), bestLow | (bestHigh << 16))
    store<u32>(children + (<usize>node << 2), child)
    store<u8>(routes + node, bestMissingLeft ? 1 : 0)
    push(top, child + 1, middle, end, depth + 1, constants)
    push(top + stackEntry, child, start, middle, depth + 1, constants)
    top += 2 * stackEntry
  }
  store<u32>(counts, nodes)
  store<u32>(counts, leafRows, 4)
}

@inline
function push(at: usize, node: u32, start: u32, end: u32, depth: u32, constants: u32): void {
  store<u32>(at, node, 0)
  store<u32>(at, start, 4)
  store<u32>(at, end, 8)
  store<u32>(at, depth, 12)
  store<u32>(at, constants, 16)
}

/** Draws rows with replacement; each that was drawn comes once, heavier. */
function drawRows(): u32 {
  const drawn = keys
  memory.fill(drawn, 0, <usize>rowCount << 2)
  for (let draw: u32 = 0; draw < draws; draw++) {
    const at = drawn + (<usize>load<u32>(present + (<usize>below(presentCount) << 2)) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  let count: u32 = 0
  for (let row: u32 = 0; row < rowCount; row++) {
    const times = load<u32>(drawn + (<usize>row << 2))
    if (times > 0) takeRow(count++, row, <f64>times * load<f64>(allWeights + (<usize>row << 3)))
  }
  return count
}

function takeRows(): u32 {
  for (let i: u32 = 0; i < presentCount; i++) {
    const row = load<u32>(present + (<usize>i << 2))
    takeRow(i, row, load<f64>(allWeights + (<usize>row << 3)))
  }
  return presentCount
}

@inline
function takeRow(place: u32, row: u32, weight: f64): void {
  store<u32>(rows + (<usize>place << 2), row)
  store<f64>(weights + (<usize>place << 3), weight)
  if (classCount > 0) store<u16>(targets + (<usize>place << 1), load<u16>(allTargets + (<usize>row << 1)))
  else store<f64>(targets + (<usize>place << 3), load<f64>(allTargets + (<usize>row << 3)))
}

/** Gives how many features are known to be constant here. */
function findSplit(start: u32, end: u32, known: u32): u32 {
  beginNodeDraws(known)
  for (let feature = nextFeature(); feature >= 0; feature = nextFeature()) {
    settleFeature(end - start <= packedRows ? tryFeature<u32>(feature, start, end) : tryFeature<u64>(feature, start, end))
  }
  return endNodeDraws()
}

/** Whether the feature is constant in the node. */
function tryFeature<Key>(feature: u32, start: u32, end: u32): bool {
  const column = columns + (<usize>feature * rowCount << 1)
  const count = end - start
  let low = missingCode
  let high: u32 = 0
  for (let i: u32 = 0, row = rows + (<usize>start << 2); i < count; i++, row += 4) {
    const code = <u32>load<u16>(column + (<usize>load<u32>(row) << 1))
    store<u16>(codes + (<usize>i << 1), <u16>code)
    low = min(low, code)
    high = max(high, code)
  }
  if (low == high) return true
  const before = bestScore
  const sorted = sortCodes<Key>(count, low, high)
  sweep<Key>(sorted, count, low, start, 0)
  if (high == missingCode) {
    let missing: u32 = 0
    while (<u32>(load<Key>(sorted + <usize>(count - 1 - missing) * sizeof<Key>()) >> itemBits<Key>()) + low == missingCode) missing++
    sweep<Key>(sorted, count, low, start, missing)
  }
  if (bestScore > before) bestFeature = feature
  return false
}

@inline
function sweep<Key>(sorted: usize, count: u32, low: u32, start: u32, missing: u32): void {
  if (classCount > 0) sweepClasses<Key>(sorted, count, low, start, missing)
  else sweepNumbers<Key>(sorted, count, low, start, missing)
}

function writeLeaf(node: u32, start: u32, nodeWeight: f64): void {
  store<i32>(features + (<usize>node << 2), -1)
  const child = children + (<usize>node << 2)
  if (classCount == 0) {
    store<f64>(leafValues + (<usize>leafRows << 3), numberPure ? load<f64>(targets + (<usize>start << 3)) : numberTotal / nodeWeight)
    store<u32>(child, leafRows++)
    return
  }
  // a leaf of one class is a shared row: the first rows stand for the classes
  if (pureClass >= 0) {
    store<i32>(child, pureClass)
    return
  }
  const at = leafValues + (<usize>leafRows * classCount << 3)
  for (let k: usize = 0; k < <usize>classCount; k++) store<f64>(at + (k << 3), load<f64>(totals + (k << 3)) / nodeWeight)
  store<u32>(child, classCount + leafRows++)
}

/** Brings the rows of the left child before those of the right one, each in their order; gives where the right ones begin. */
function split(start: u32, end: u32): u32 {
  const sawMissing = chooseSides(start, end)
  const middle = classCount > 0 ? partition<u16>(start, end) : partition<f64>(start, end)
  if (bestMissingLeft || sawMissing) return middle
  // where no value was missing, one that is missing later goes with most of the weight
  let difference: f64 = 0
  for (let i = start; i < middle; i++) difference += load<f64>(weights + (<usize>i << 3))
  for (let i = middle; i < end; i++) difference -= load<f64>(weights + (<usize>i << 3))
  setMissingLeft(difference > 0)
  return middle
}

@inline
function chooseSides(start: u32, end: u32): bool {
  const column = columns + (<usize>bestFeature * rowCount << 1)
  let sawMissing = false
  for (let i = start; i < end; i++) {
    const code = <u32>load<u16>(column + (<usize>load<u32>(rows + (<usize>i << 2)) << 1))
    if (code == missingCode) {
      sawMissing = true
      store<u8>(sides + i, bestMissingLeft ? 0 : 1)
    } else store<u8>(sides + i, code <= bestLow ? 0 : 1)
  }
  return sawMissing
}

/** Writes every row to both sides and keeps one: no branch to guess. */
@inline
function partition<Target>(start: u32, end: u32): u32 {
  let left = <usize>start
  let right: usize = 0
  for (let i = <usize>start; i < <usize>end; i++) {
    const side = <usize>load<u8>(sides + i)
    const row = load<u32>(rows + (i << 2))
    const weight = load<f64>(weights + (i << 3))
    const target = load<Target>(targets + i * sizeof<Target>())
    store<u32>(rows + (left << 2), row)
    store<f64>(weights + (left << 3), weight)
    store<Target>(targets + left * sizeof<Target>(), target)
    store<u32>(spareRows + (right << 2), row)
    store<f64>(spareWeights + (right << 3), weight)
    store<Target>(spareTargets + right * sizeof<Target>(), target)
    left += 1 - side
    right += side
  }
  memory.copy(rows + (left << 2), spareRows, right << 2)
  memory.copy(weights + (left << 3), spareWeights, right << 3)
  memory.copy(targets + left * sizeof<Target>(), spareTargets, right * sizeof<Target>())
  return <u32>left
}
