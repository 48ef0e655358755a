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
    finishBlock(parameters: number, task: number): void {
      const [
        , parts, partHistograms, blockTable, features, blockList, histogramBytes, , histogram, parent, , node, results, siblingNode, siblingResults,
      ] = memory.integers(parameters, 15)
      const block = memory.integers(blockList + task * 4, 1)[0]
      const [shift, offset] = memory.integers(blockTable + block * 8, 2)
      const bytes = blockWidth << (shift + 3)
      const own = histogram + offset
      for (let part = 1; part < parts; part++) histograms.addHistogram(own, partHistograms + (part - 1) * histogramBytes + offset, bytes)
      if (parent !== 0) histograms.subtractHistogram(parent + offset, own, bytes)
      if (results !== 0) searchBlock(parameters, features, block, own, shift, node, results)
      if (siblingResults !== 0) searchBlock(parameters, features, block, parent + offset, shift, siblingNode, siblingResults)
    },
  }
}
