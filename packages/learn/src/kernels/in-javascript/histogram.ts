import type { KernelMemory } from '../kernel-memory.js'

/** Features of a block. */
const blockWidth = 8

/** The functions of `assembly/boosting/histogram.ts`. */
export function histogramInJavaScript(memory: KernelMemory) {
  const combine = (to: number, other: number, bytes: number, sign: number): void => {
    const words = new Int32Array(memory.buffer)
    for (let word = 0; word < bytes >>> 2; word++) words[(to >>> 2) + word] += sign * words[(other >>> 2) + word]
  }
  return {
    buildHistogram(parameters: number, task: number): void {
      const [
        panels, parts, order, first, nodeEnd, gradients, nodeHistogram, partHistograms, histogramBytes, blockTable, , isActive,
      ] = memory.integers(parameters, 12)
      const [panel, part] = [Math.floor(task / parts), task % parts]
      const [panelBins, stride, firstBlock, blockCount] = memory.integers(panels + panel * 16, 4)
      const histogram = part === 0 ? nodeHistogram : partHistograms + (part - 1) * histogramBytes
      const bins = new Uint8Array(memory.buffer)
      const words = new Int32Array(memory.buffer)
      const start = first + Math.floor(((nodeEnd - first) * part) / parts)
      const end = first + Math.floor(((nodeEnd - first) * (part + 1)) / parts)
      for (let block = firstBlock; block < firstBlock + blockCount; block++) {
        const [shift, offset] = memory.integers(blockTable + block * 8, 2)
        const own = histogram + offset
        memory.bytes(own, blockWidth << (shift + 3)).fill(0)
        if (bins[isActive + block] === 0) continue
        for (let at = start; at < end; at++) {
          const row = words[(order >>> 2) + at]
          // a gradient above an unsigned hessian: neither sum leaves its 32 bits, so no digit is carried from one to the other
          const hessian = words[(gradients >>> 2) + row * 2]
          const gradient = words[(gradients >>> 2) + row * 2 + 1]
          const from = panelBins + row * stride + (block - firstBlock) * blockWidth
          for (let feature = 0; feature < blockWidth; feature++) {
            const bin = (own >>> 2) + ((feature << shift) + bins[from + feature]) * 2
            words[bin] += hessian
            words[bin + 1] += gradient
          }
        }
      }
    },
    addHistogram: (to: number, added: number, bytes: number): void => combine(to, added, bytes, 1),
    subtractHistogram: (from: number, taken: number, bytes: number): void => combine(from, taken, bytes, -1),
  }
}
