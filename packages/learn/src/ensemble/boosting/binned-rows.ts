import type { FeatureMatrix } from '../../feature-matrix.js'
import type { BoostingKernels } from '../../kernels/boosting-kernels.js'
import type { KernelSession } from '../../kernels/kernel-session.js'
import { type BinLayout, type BinPlace, placeOfBins } from './bin-layout.js'
import { categoryLimit, type FeatureBins } from './feature-bins.js'

/** Rows that are copied to the kernels' memory at a time. */
const chunkRows = 16_384
const edgesOfFeature = 256

/** Bytes that binning takes besides the bins. */
export const bytesWhileBinning = (rowCount: number, denseCount: number, places: number): number =>
  places * (edgesOfFeature * 4 + 16) + Math.min(chunkRows, rowCount) * denseCount * 4

/**
 * Puts the bins of every row into the kernels' memory.
 *
 * @returns Their address.
 */
export function binRows(session: KernelSession<BoostingKernels>, X: FeatureMatrix, bins: readonly FeatureBins[], layout: BinLayout): number {
  const address = session.memory.allocate(layout.rowBytes * X.rowCount)
  const all = session.memory.bytes(0, address + layout.rowBytes * X.rowCount)
  all.fill(0, address)
  const places = Array.from(layout.features, (_, place) => placeOfBins(layout, address, X.rowCount, place))
  if (X.dense) binNumbers(session, X, bins, layout, places)
  layout.features.forEach((index, place) => {
    const own = bins[index]
    if (own?.kind === 'category') binCategories(X, own.feature, own.categories, all, places[place])
  })
  if (X.sparse) binSparse(X, bins, layout, all, places)
  return address
}

function binNumbers(session: KernelSession<BoostingKernels>, X: FeatureMatrix, bins: readonly FeatureBins[], layout: BinLayout, places: readonly BinPlace[]): void {
  const { memory } = session
  const { values, columnCount: width } = X.dense!
  const parameters = memory.allocate(32)
  const columns = memory.allocate(places.length * 4)
  const edges = memory.allocate(places.length * edgesOfFeature * 4)
  const placeTable = memory.allocate(places.length * 12)
  const chunk = memory.allocate(Math.min(chunkRows, X.rowCount) * width * 4)
  layout.features.forEach((index, place) => {
    const own = bins[index]
    const isBinned = own?.kind === 'number' && own.feature < width
    memory.integers(columns + place * 4, 1)[0] = isBinned ? own.feature : -1
    memory.singles(edges + place * edgesOfFeature * 4, edgesOfFeature).fill(Infinity).set(isBinned ? own.edges : [])
    memory.integers(placeTable + place * 12, 3).set([places[place].inRow, places[place].stride, places[place].inColumn])
  })
  for (let start = 0; start < X.rowCount; start += chunkRows) {
    const count = Math.min(chunkRows, X.rowCount - start)
    memory.singles(chunk, count * width).set(values.subarray(start * width, (start + count) * width))
    memory.integers(parameters, 7).set([chunk, width, count, columns, edges, placeTable, start])
    session.runTasks('binChunk', parameters, layout.blockCount)
  }
}

function binCategories({ rowCount, dense }: FeatureMatrix, feature: number, categories: Int32Array, all: Uint8Array, { inRow, stride, inColumn }: BinPlace): void {
  const { values, columnCount: width } = dense!
  const binOfCategory = new Uint8Array(categoryLimit)
  categories.forEach((category, index) => (binOfCategory[category] = index + 1))
  for (let row = 0; row < rowCount; row++) {
    const value = values[row * width + feature]
    const category = value | 0
    const bin = category === value && category >= 0 && category < categoryLimit ? binOfCategory[category] : 0
    all[inRow + row * stride] = bin
    all[inColumn + row] = bin
  }
}

function binSparse(X: FeatureMatrix, bins: readonly FeatureBins[], layout: BinLayout, all: Uint8Array, places: readonly BinPlace[]): void {
  const { columnCount, rowPointers, columnIndices, values } = X.sparse!
  const denseCount = X.dense?.columnCount ?? 0
  const placeOfColumn = new Int32Array(columnCount).fill(-1)
  layout.features.forEach((index, place) => {
    const own = bins[index]
    if (own?.kind !== 'number' || own.feature < denseCount) return
    placeOfColumn[own.feature - denseCount] = place
    const zero = binOf(own.edges, 0)
    const { inRow, stride, inColumn } = places[place]
    for (let row = 0; row < X.rowCount; row++) all[inRow + row * stride] = zero
    all.fill(zero, inColumn, inColumn + X.rowCount)
  })
  for (let row = 0; row < X.rowCount; row++) {
    for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) {
      const place = placeOfColumn[columnIndices[i]]
      const own = place < 0 ? undefined : bins[layout.features[place]]
      if (own?.kind !== 'number') continue
      const bin = binOf(own.edges, values[i])
      all[places[place].inRow + row * places[place].stride] = bin
      all[places[place].inColumn + row] = bin
    }
  }
}

function binOf(edges: Float32Array, value: number): number {
  let below = 0
  while (below < edges.length && edges[below] < value) below++
  return below + 1
}
