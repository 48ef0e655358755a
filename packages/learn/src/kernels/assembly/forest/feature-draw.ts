import { constants, featureCount, featuresPerSplit, order } from './context'
import { below } from './tree-random'

// as `tree/feature-draw.ts` has it
let known: u32 = 0
let found: u32 = 0
let drawnConstants: u32 = 0
let visited: u32 = 0
let end: u32 = 0
let place: u32 = 0

@inline
function swap(a: u32, b: u32): void {
  const kept = load<u32>(order + (<usize>a << 2))
  store<u32>(order + (<usize>a << 2), load<u32>(order + (<usize>b << 2)))
  store<u32>(order + (<usize>b << 2), kept)
}

export function beginDraws(): void {
  for (let feature: u32 = 0; feature < featureCount; feature++) store<u32>(order + (<usize>feature << 2), feature)
}

export function beginNodeDraws(parentConstants: u32): void {
  known = parentConstants
  found = 0
  drawnConstants = featuresPerSplit < featureCount ? 0 : parentConstants
  visited = 0
  end = featureCount
}

/** −1 when it is enough. */
export function nextFeature(): i32 {
  while (end > known + found) {
    if (visited >= featuresPerSplit && visited > found + drawnConstants) return -1
    visited++
    let at = drawnConstants + below(end - found - drawnConstants)
    if (at < known) {
      swap(at, drawnConstants++)
      continue
    }
    at += found
    place = at
    return load<i32>(order + (<usize>at << 2))
  }
  return -1
}

export function settleFeature(constant: bool): void {
  if (constant) swap(place, known + found++)
  else swap(place, --end)
}

export function endNodeDraws(): u32 {
  const total = known + found
  if (featuresPerSplit < featureCount) memory.copy(order, constants, <usize>known << 2)
  memory.copy(constants + (<usize>known << 2), order + (<usize>known << 2), <usize>found << 2)
  return total
}
