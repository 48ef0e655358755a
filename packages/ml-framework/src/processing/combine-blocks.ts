import type { DenseRows, FeatureMatrix, SparseRows } from '@motadata/learn'
import type { ColumnBlocks } from './column-feature.js'

/** The features of several columns side by side: dense ones in one block, sparse ones in another, each in the order given. */
export function combineBlocks(rowCount: number, blocks: readonly ColumnBlocks[]): FeatureMatrix {
  const dense = joinDense(rowCount, blocks.flatMap((block) => block.dense ?? []))
  const sparse = joinSparse(rowCount, blocks.flatMap((block) => block.sparse ?? []))
  return { rowCount, ...(dense && { dense }), ...(sparse && { sparse }) }
}

function joinDense(rowCount: number, blocks: readonly DenseRows[]): DenseRows | undefined {
  if (blocks.length <= 1) return blocks[0]
  const columnCount = blocks.reduce((sum, block) => sum + block.columnCount, 0)
  const values = new Float32Array(rowCount * columnCount)
  let offset = 0
  for (const block of blocks) {
    for (let row = 0; row < rowCount; row++) {
      values.set(block.values.subarray(row * block.columnCount, (row + 1) * block.columnCount), row * columnCount + offset)
    }
    offset += block.columnCount
  }
  return { rowCount, columnCount, values }
}

function joinSparse(rowCount: number, blocks: readonly SparseRows[]): SparseRows | undefined {
  if (blocks.length <= 1) return blocks[0]
  const pairCount = blocks.reduce((sum, block) => sum + block.values.length, 0)
  const rowPointers = new Uint32Array(rowCount + 1)
  const columnIndices = new Uint32Array(pairCount)
  const values = new Float32Array(pairCount)
  let next = 0
  for (let row = 0; row < rowCount; row++) {
    let offset = 0
    for (const block of blocks) {
      const end = block.rowPointers[row + 1]!
      for (let pair = block.rowPointers[row]!; pair < end; pair++) {
        columnIndices[next] = offset + block.columnIndices[pair]!
        values[next++] = block.values[pair]!
      }
      offset += block.columnCount
    }
    rowPointers[row + 1] = next
  }
  return { rowCount, columnCount: blocks.reduce((sum, block) => sum + block.columnCount, 0), rowPointers, columnIndices, values }
}
