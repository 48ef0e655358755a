import type { FeatureBins } from './feature-bins.js'

/** Features of a block: their bins of a row lie in eight bytes. */
export const blockWidth = 8
/** Blocks of a panel, at most: its bins of a row lie in one line of the processor's cache. */
const panelBlocks = 8

/** Blocks whose bins of a row lie next to each other. */
export interface BinPanel {
  readonly firstBlock: number
  readonly blockCount: number
  /** From a row to the next, in bytes: a multiple of 16. */
  readonly stride: number
  /** Where the panel starts, in bytes a row. */
  readonly offset: number
}

/**
 * Where binned features lie: features with about as many bins share blocks of eight, so that those with few have small histograms. Bins
 * are kept twice, row by row in panels, to add up histograms, and column by column, to deal rows to children.
 */
export interface BinLayout {
  readonly blockCount: number
  readonly panels: readonly BinPanel[]
  /** Bytes of all bins of a row, those in columns included. */
  readonly rowBytes: number
  /** Bytes of a row in panels, after which columns start. */
  readonly panelBytes: number
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
  const panels = layOutPanels(blocks.length)
  const panelBytes = panels.reduce((sum, { stride }) => sum + stride, 0)
  return { blockCount: blocks.length, panels, panelBytes, rowBytes: panelBytes + features.length, features, shifts, offsets, histogramBytes }
}

function layOutPanels(blockCount: number): BinPanel[] {
  const panels: BinPanel[] = []
  let offset = 0
  for (let firstBlock = 0; firstBlock < blockCount; firstBlock += panelBlocks) {
    const own = Math.min(panelBlocks, blockCount - firstBlock)
    const stride = Math.ceil((own * blockWidth) / 16) * 16
    panels.push({ firstBlock, blockCount: own, stride, offset })
    offset += stride
  }
  return panels
}

/** Where the bins of one feature lie. */
export interface BinPlace {
  /** Address of its bin of row 0 in the panel, and from a row to the next. */
  readonly inRow: number
  readonly stride: number
  /** Address of its bin of row 0 in its column; rows follow each other. */
  readonly inColumn: number
}

/**
 * @param address - Of all bins.
 * @param place - block * 8 + position
 */
export function placeOfBins({ panels, panelBytes }: BinLayout, address: number, rowCount: number, place: number): BinPlace {
  const { firstBlock, stride, offset } = panels[Math.floor(place / blockWidth / panelBlocks)]
  return { inRow: address + offset * rowCount + place - firstBlock * blockWidth, stride, inColumn: address + (panelBytes + place) * rowCount }
}
