import { type CodeTable, missingCode } from './column-codes.js'

/** The largest 32-bit float: every number is at most this, so only missing ones go the other way. */
export const largestNumber = 3.4028234663852886e38

/** The threshold between the numbers of two codes of a node that are next to each other: halfway, as a 32-bit float. */
export function thresholdBetween({ lows, highs }: CodeTable, low: number, high: number): number {
  if (high === missingCode) return largestNumber
  const middle = Math.fround(highs[low] / 2 + lows[high] / 2)
  return middle >= lows[high] ? highs[low] : middle
}
