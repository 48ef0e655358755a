import type { BoostingKernels } from '../../kernels/boosting-kernels.js'
import type { KernelSession } from '../../kernels/kernel-session.js'
import { type BinLayout, blockWidth } from './bin-layout.js'
import { bytesWhileBinning } from './binned-rows.js'
import type { FeatureBins } from './feature-bins.js'

/** Bytes that kernels read or write of a feature's description, a node's, and a split that was found. */
export const featureBytes = 16
export const nodeBytes = 64
export const resultBytes = 64
/** Room of one task's parameters. */
const parameterBytes = 256
/** Rows of a chunk when rows are dealt to children or gradients computed. */
export const chunkRows = 8192
/** Gathered rows of a panel, in `assembly/boosting/histogram.ts`. */
const gatheredBytes = 512 * 72
/** Ratios and bins of the categories of one feature, while they are sorted. */
const sortBytes = 256 * 12

/** Where the kernels find things while trees are grown. */
export interface BoostingMemory {
  /** A byte each, as the layout says. */
  readonly bins: number
  /** shape (rows,): row numbers, those of a node next to each other */
  readonly order: number
  readonly leftRows: number
  readonly rightRows: number
  /** shape (outputs, rows), 64-bit floats */
  readonly scores: number
  /** shape (rows,), 64-bit floats */
  readonly targets: number
  /** shape (rows,), 32-bit floats, as gradients and hessians */
  readonly weights: number
  /** shape (outputs, rows) */
  readonly gradients: number
  /** shape (outputs, rows) */
  readonly hessians: number
  /** shape (rows,), 64 bits each */
  readonly packed: number
  /** shape (outputs, chunks, 2), 64-bit floats */
  readonly sums: number
  /** One histogram a leaf. */
  readonly histograms: number
  /** One histogram a further part of a node's rows. */
  readonly partHistograms: number
  /** Room to gather rows in, a panel and part. */
  readonly gathered: number
  readonly panelTable: number
  /** A byte a block. */
  readonly isActive: number
  /** shape (leaves, blocks * 8): splits found */
  readonly results: number
  readonly features: number
  readonly blockTable: number
  readonly blockList: number
  /** Where a node's rows go: a byte a bin. */
  readonly routes: number
  readonly counts: number
  readonly places: number
  /** shape (2 * leaves,): start, end, value */
  readonly leafTable: number
  readonly node: number
  readonly siblingNode: number
  readonly growParameters: number
  readonly histogramParameters: number
  readonly partitionParameters: number
  readonly gradientParameters: number
}

export interface BoostingSize {
  readonly rowCount: number
  readonly outputs: number
  readonly maxLeaves: number
  readonly layout: BinLayout
  /** How many features are categories. */
  readonly categoricalCount: number
  /** Parts of a node's rows that are added up at the same time, at most. */
  readonly parts: number
}

const chunksOf = (rowCount: number): number => Math.ceil(rowCount / chunkRows)

/** Bytes of every part, and hence of all together. */
function partBytes({ rowCount, outputs, maxLeaves, layout, categoricalCount, parts }: BoostingSize) {
  const places = layout.blockCount * blockWidth
  return {
    order: rowCount * 4, leftRows: rowCount * 4, rightRows: rowCount * 4,
    scores: rowCount * outputs * 8, targets: rowCount * 8, weights: rowCount * 4,
    gradients: rowCount * outputs * 4, hessians: rowCount * outputs * 4, packed: rowCount * 8, sums: outputs * chunksOf(rowCount) * 16,
    histograms: maxLeaves * layout.histogramBytes, partHistograms: (parts - 1) * layout.histogramBytes,
    gathered: layout.panels.length * parts * gatheredBytes, panelTable: layout.panels.length * 16, isActive: layout.blockCount,
    results: maxLeaves * places * resultBytes,
    features: places * featureBytes + categoricalCount * sortBytes, blockTable: layout.blockCount * 8, blockList: layout.blockCount * 4,
    routes: 256, counts: chunksOf(rowCount) * 4, places: chunksOf(rowCount) * 8, leafTable: maxLeaves * 32,
    node: nodeBytes, siblingNode: nodeBytes, growParameters: parameterBytes, histogramParameters: parameterBytes, partitionParameters: parameterBytes, gradientParameters: parameterBytes,
  }
}

/** About how much memory boosting takes. */
export function boostingBytes(size: BoostingSize, denseCount: number): number {
  const places = size.layout.blockCount * blockWidth
  const parts = Object.values(partBytes(size)).reduce((sum, bytes) => sum + bytes + 64, 0)
  return parts + size.layout.rowBytes * size.rowCount + bytesWhileBinning(size.rowCount, denseCount, places)
}

/** Allocates all parts but the bins and describes blocks and features there. */
export function allocateBoosting(
  session: KernelSession<BoostingKernels>, bins: number, size: BoostingSize, binned: readonly FeatureBins[], monotone: Int8Array | undefined,
): BoostingMemory {
  const parts = Object.fromEntries(Object.entries(partBytes(size)).map(([name, bytes]) => [name, session.memory.allocate(bytes)]))
  const memory = { bins, ...parts } as unknown as BoostingMemory
  const { layout } = size
  const blockTable = session.memory.integers(memory.blockTable, layout.blockCount * 2)
  layout.shifts.forEach((shift, block) => blockTable.set([shift, layout.offsets[block]], block * 2))
  layout.panels.forEach(({ offset, stride, firstBlock, blockCount }, panel) => {
    session.memory.integers(memory.panelTable + panel * 16, 4).set([bins + offset * size.rowCount, stride, firstBlock, blockCount])
  })
  let sortRoom = memory.features + layout.features.length * featureBytes
  const features = session.memory.integers(memory.features, layout.features.length * 4)
  layout.features.forEach((index, place) => {
    const own = binned[index]
    const isCategory = own?.kind === 'category'
    features.set([own?.binCount ?? 0, isCategory ? 1 : 0, (own && monotone?.[own.feature]) ?? 0, isCategory ? sortRoom : 0], place * 4)
    if (isCategory) sortRoom += sortBytes
  })
  return memory
}
