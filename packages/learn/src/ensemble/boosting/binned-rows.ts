import type { FeatureMatrix } from '../../feature-matrix.js'
import type { BoostingKernels } from '../../kernels/boosting-kernels.js'
import type { KernelSession } from '../../kernels/kernel-session.js'
import { type BinLayout, binnedBytes, blockWidth } from './bin-layout.js'
import { categoryLimit, type FeatureBins } from './feature-bins.js'

/** Rows that are copied to the kernels' memory at a time. */
const chunkRows = 16_384
const edgesOfFeature = 256



/**
 * Puts the bins of every row into the kernels' memory, block after block, row after row in each.
 *
 * @returns Their address.
 */
export function binRows(session: KernelSession<BoostingKernels>, X: FeatureMatrix, bins: readonly FeatureBins[], layout: BinLayout): number {
  const address = session.memory.allocate(binnedBytes(X.rowCount, layout.blockCount))
  session.memory.bytes(address, binnedBytes(X.rowCount, layout.blockCount)).fill(0)
  if (X.dense) binNumbers(session, X, bins, layout, address)
  for (let place = 0; place < layout.features.length; place++) {
    const own = bins[layout.features[place]]
    if (!own) continue
    const column = session.memory.bytes(address + Math.floor(place / blockWidth) * X.rowCount * blockWidth + (place % blockWidth), X.rowCount * blockWidth - (place % blockWidth))
    if (own.kind === 'category') binCategories(X, own.feature, own.categories, column)
  }
  if (X.sparse) binSparse(session, X, bins, layout, address)
  return address
}

function binNumbers(session: KernelSession<BoostingKernels>, X: FeatureMatrix, bins: readonly FeatureBins[], layout: BinLayout, address: number): void {
  const { memory } = session
  const { values, columnCount: width } = X.dense!
  const parameters = memory.allocate(32)
  const columns = memory.allocate(layout.features.length * 4)
  const edges = memory.allocate(layout.features.length * edgesOfFeature * 4)
  const chunk = memory.allocate(Math.min(chunkRows, X.rowCount) * width * 4)
  layout.features.forEach((index, place) => {
    const own = bins[index]
    const isBinned = own?.kind === 'number' && own.feature < width
    memory.integers(columns + place * 4, 1)[0] = isBinned ? own.feature : -1
    memory.singles(edges + place * edgesOfFeature * 4, edgesOfFeature).fill(Infinity).set(isBinned ? own.edges : [])
  })
  for (let start = 0; start < X.rowCount; start += chunkRows) {
    const count = Math.min(chunkRows, X.rowCount - start)
    memory.singles(chunk, count * width).set(values.subarray(start * width, (start + count) * width))
    memory.integers(parameters, 7).set([chunk, width, count, columns, edges, address + start * blockWidth, X.rowCount])
    session.runTasks('binChunk', parameters, layout.blockCount)
  }
}

function binCategories({ rowCount, dense }: FeatureMatrix, feature: number, categories: Int32Array, column: Uint8Array): void {
  const { values, columnCount: width } = dense!
  const binOf = new Uint8Array(categoryLimit)
  categories.forEach((category, index) => (binOf[category] = index + 1))
  for (let row = 0; row < rowCount; row++) {
    const value = values[row * width + feature]
    const category = value | 0
    column[row * blockWidth] = category === value && category >= 0 && category < categoryLimit ? binOf[category] : 0
  }
}

function binSparse(session: KernelSession<BoostingKernels>, X: FeatureMatrix, bins: readonly FeatureBins[], layout: BinLayout, address: number): void {
  const { columnCount, rowPointers, columnIndices, values } = X.sparse!
  const denseCount = X.dense?.columnCount ?? 0
  const all = session.memory.bytes(address, binnedBytes(X.rowCount, layout.blockCount))
  const places = new Int32Array(columnCount).fill(-1)
  layout.features.forEach((index, place) => {
    const own = bins[index]
    if (own?.kind !== 'number' || own.feature < denseCount) return
    places[own.feature - denseCount] = place
    const zero = binOf(own.edges, 0)
    for (let row = 0, at = placeOf(place, X.rowCount); row < X.rowCount; row++, at += blockWidth) all[at] = zero
  })
  for (let row = 0; row < X.rowCount; row++) {
    for (let i = rowPointers[row]; i < rowPointers[row + 1]; i++) {
      const place = places[columnIndices[i]]
      if (place < 0) continue
      const own = bins[layout.features[place]]
      if (own.kind === 'number') all[placeOf(place, X.rowCount) + row * blockWidth] = binOf(own.edges, values[i])
    }
  }
}

const placeOf = (place: number, rowCount: number): number => Math.floor(place / blockWidth) * rowCount * blockWidth + (place % blockWidth)

function binOf(edges: Float32Array, value: number): number {
  let below = 0
  while (below < edges.length && edges[below] < value) below++
  return below + 1
}
