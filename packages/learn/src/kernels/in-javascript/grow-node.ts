import type { KernelMemory } from '../kernel-memory.js'
import type { histogramInJavaScript } from './histogram.js'
import type { splitSearchInJavaScript } from './split-search.js'

const blockWidth = 8
const featureBytes = 16
const resultBytes = 64

/** The function of `assembly/boosting/grow-node.ts`. */
export function growNodeInJavaScript(
  memory: KernelMemory, histograms: ReturnType<typeof histogramInJavaScript>, search: ReturnType<typeof splitSearchInJavaScript>,
) {
  const searchBlock = (parameters: number, features: number, block: number, histogram: number, shift: number, node: number, results: number): void => {
    for (let position = 0; position < blockWidth; position++) {
      const index = block * blockWidth + position
      const feature = features + index * featureBytes
      const result = results + index * resultBytes
      if (memory.integers(feature, 1)[0] === 0) memory.doubles(result, 1)[0] = -1
      else search.searchFeature(parameters, histogram + (position << (shift + 3)), feature, node, result)
    }
  }
  return {
    growBlock(parameters: number, task: number): void {
      const [
        bins, rowCount, order, blockTable, features, blockList, start, gradients, histogram, parent, end, node, results, siblingNode, siblingResults,
      ] = memory.integers(parameters, 15)
      const block = memory.integers(blockList + task * 4, 1)[0]
      const [shift, offset] = memory.integers(blockTable + block * 8, 2)
      const bytes = blockWidth << (shift + 3)
      const own = histogram + offset
      memory.bytes(own, bytes).fill(0)
      histograms.addToHistogram(bins + block * rowCount * blockWidth, order, gradients, own, shift, start, end)
      if (parent !== 0) histograms.subtractHistogram(parent + offset, own, bytes)
      if (results !== 0) searchBlock(parameters, features, block, own, shift, node, results)
      if (siblingResults !== 0) searchBlock(parameters, features, block, parent + offset, shift, siblingNode, siblingResults)
    },
  }
}
