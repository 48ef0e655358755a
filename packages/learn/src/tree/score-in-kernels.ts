import type { DenseRows } from '../feature-matrix.js'
import type { KernelMemory } from '../kernels/kernel-memory.js'
import { KernelSession } from '../kernels/kernel-session.js'
import { treeKernels } from '../kernels/tree-kernels.js'
import type { TreeEnsemble } from './tree-ensemble.js'
import { isLeaf, missingGoesLeft } from './tree-nodes.js'

/** Rows of a task, and rows that are copied to the kernels' memory at a time, by their bytes. */
const chunkRows = 256
const batchBytes = 2 ** 24
/** Steps down trees below which copying would take longer than walking. */
const worthwhileSteps = 20_000
/** All values go left, missing ones by the route. */
const alwaysLeft = Infinity

/** Whether {@link addScoresInKernels} takes such rows, and is quicker than one row after the other. */
export const isWorthKernels = (trees: TreeEnsemble, rows: DenseRows | undefined): rows is DenseRows =>
  rows !== undefined && rows.columnCount > 0 && trees.widths.sparseCount === 0 && rows.rowCount * trees.treeCount > worthwhileSteps

/**
 * Adds what the trees say of every row, as `TreeEnsemble.addScores` does and to the same bits, in compiled code and threads.
 *
 * @param out - shape (rows, outputs), added to.
 */
export function addScoresInKernels(trees: TreeEnsemble, rows: DenseRows, out: Float64Array, threads: number): void {
  const batchRows = Math.max(1, Math.min(rows.rowCount, Math.floor(batchBytes / (rows.columnCount * 4)), 4000 * chunkRows))
  KernelSession.use(treeKernels, { threads, memoryLimitBytes: 2 ** 32 }, (session) => {
    const { memory } = session
    const parameters = memory.allocate(64)
    const model = writeTrees(memory, trees)
    const rowsAt = memory.allocate(batchRows * rows.columnCount * 4)
    const outAt = memory.allocate(batchRows * trees.outputs * 8)
    for (let start = 0; start < rows.rowCount; start += batchRows) {
      const count = Math.min(batchRows, rows.rowCount - start)
      const batchOut = out.subarray(start * trees.outputs, (start + count) * trees.outputs)
      memory.singles(rowsAt, count * rows.columnCount).set(rows.values.subarray(start * rows.columnCount, (start + count) * rows.columnCount))
      memory.doubles(outAt, batchOut.length).set(batchOut)
      memory.integers(parameters, 14).set([
        model.nodes, model.leafRows, model.starts, trees.treeCount, rowsAt, count, rows.columnCount * 4, trees.outputs, trees.leafWidth, model.values, outAt, chunkRows,
        model.sets, trees.categoryWords,
      ])
      session.runTasks('scoreChunk', parameters, Math.ceil(count / chunkRows))
      batchOut.set(memory.doubles(outAt, batchOut.length))
    }
  })
}

/** Nodes as the kernel walks them: features as places in a row, children as addresses, leaves that lead to themselves. */
function writeTrees(memory: KernelMemory, trees: TreeEnsemble) {
  const { nodeWords, nodeCount } = trees
  const at = {
    nodes: memory.allocate(nodeCount * 16), leafRows: memory.allocate(nodeCount * 4), starts: memory.allocate(trees.treeStarts.byteLength),
    values: memory.allocate(trees.leafValues.byteLength), sets: memory.allocate(trees.categorySets.byteLength),
  }
  const words = memory.integers(at.nodes, nodeCount * 4)
  const thresholds = memory.singles(at.nodes, nodeCount * 4)
  const leafRows = memory.integers(at.leafRows, nodeCount)
  words.set(nodeWords)
  for (let node = 0, word = 0; node < nodeCount; node++, word += 4) {
    if (nodeWords[word] === isLeaf) {
      leafRows[node] = nodeWords[word + 2]
      words[word] = 0
      thresholds[word + 1] = alwaysLeft
      words[word + 2] = at.nodes + node * 16
      words[word + 3] = missingGoesLeft
    } else {
      words[word] = nodeWords[word] * 4
      words[word + 2] = at.nodes + nodeWords[word + 2] * 16
    }
  }
  memory.integers(at.starts, trees.treeStarts.length).set(trees.treeStarts)
  memory.doubles(at.values, trees.leafValues.length).set(trees.leafValues)
  memory.integers(at.sets, trees.categorySets.length).set(trees.categorySets)
  return at
}
