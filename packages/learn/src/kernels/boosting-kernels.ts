import { boostingModule } from './compiled/boosting.js'
import { binningInJavaScript } from './in-javascript/binning.js'
import { gradientsInJavaScript } from './in-javascript/gradients.js'
import { growNodeInJavaScript } from './in-javascript/grow-node.js'
import { histogramInJavaScript } from './in-javascript/histogram.js'
import { partitionInJavaScript } from './in-javascript/partition.js'
import { splitSearchInJavaScript } from './in-javascript/split-search.js'
import type { KernelMemory } from './kernel-memory.js'
import type { KernelModule } from './kernel-module.js'

/** What gradient boosting computes in kernels; documented at their sources in `assembly/boosting/`. */
export type BoostingKernels = ReturnType<typeof boostingInJavaScript>

export const boostingKernels: KernelModule<BoostingKernels> = {
  name: 'boosting',
  compiled: boostingModule,
  taskNames: ['binChunk', 'buildHistogram', 'finishBlock', 'partitionChunk', 'gatherChunk', 'computeGradients', 'computeSoftmaxGradients', 'packGradients', 'sumPacked', 'addLeafValues'],
  inJavaScript: boostingInJavaScript,
}

function boostingInJavaScript(memory: KernelMemory) {
  const histograms = histogramInJavaScript(memory)
  const search = splitSearchInJavaScript(memory)
  return {
    ...binningInJavaScript(memory), ...histograms, ...search, ...growNodeInJavaScript(memory, histograms, search), ...partitionInJavaScript(memory), ...gradientsInJavaScript(memory),
  }
}
