import type { FeatureBins } from './feature-bins.js'

/** Features of a block: their bins of a row lie in eight bytes. */
export const blockWidth = 8

/**
 * Where binned features lie: features with about as many bins share blocks of eight, so that those with few have small histograms.
 */
export interface BinLayout {
  readonly blockCount: number
  /** shape (blocks * 8,): the number in the list of bins, −1 where a block is not full. */
  readonly features: Int32Array
  /** shape (blocks,): a histogram has 2 ** shift bins a feature. */
  readonly shifts: Int32Array
  /** shape (blocks,): where a block's histogram starts in a node's, in bytes. */
  readonly offsets: Int32Array
  readonly histogramBytes: number
}

const shiftOf = ({ binCount }: FeatureBins): number => (binCount < 16 ? 4 : binCount < 64 ? 6 : 8)

export function layOutBins(bins: readonly FeatureBins[]): BinLayout {
  const blocks: { shift: number; members: number[] }[] = []
  for (const shift of [8, 6, 4]) {
    const members = bins.flatMap((own, index) => (shiftOf(own) === shift ? [index] : []))
    const count = Math.ceil(members.length / blockWidth)
    for (let block = 0; block < count; block++) blocks.push({ shift, members: members.filter((_, i) => i % count === block) })
  }
  const features = new Int32Array(blocks.length * blockWidth).fill(-1)
  const shifts = Int32Array.from(blocks, ({ shift }) => shift)
  const offsets = new Int32Array(blocks.length)
  let histogramBytes = 0
  blocks.forEach(({ shift, members }, block) => {
    members.forEach((index, position) => (features[block * blockWidth + position] = index))
    offsets[block] = histogramBytes
    histogramBytes += blockWidth << (shift + 3)
  })
  return { blockCount: blocks.length, features, shifts, offsets, histogramBytes }
}

/** Bytes of the bins of so many rows. */
export const binnedBytes = (rowCount: number, blockCount: number): number => rowCount * blockCount * blockWidth
