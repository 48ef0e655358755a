/** The best split of the node so far, as `tree/split-criterion.ts` has it. */
export let bestScore: f64 = 0
export let bestLow: u32 = 0
export let bestHigh: u32 = 0
export let bestMissingLeft: bool = false

export function forgetBest(): void {
  bestScore = -Infinity
  bestMissingLeft = false
}

@inline
export function keepBest(score: f64, low: u32, high: u32, missingLeft: bool): void {
  bestScore = score
  bestLow = low
  bestHigh = high
  bestMissingLeft = missingLeft
}

export function setMissingLeft(left: bool): void {
  bestMissingLeft = left
}
