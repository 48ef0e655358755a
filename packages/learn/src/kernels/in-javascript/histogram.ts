import type { KernelMemory } from '../kernel-memory.js'

/** Features of a block. */
const blockWidth = 8

/** The functions of `assembly/boosting/histogram.ts`. */
export function histogramInJavaScript(memory: KernelMemory) {
  return {
    addToHistogram(
      blockBins: number, order: number, gradients: number, histogram: number, binShift: number, start: number, end: number,
    ): void {
      const bins = new Uint8Array(memory.buffer)
      const words = new Int32Array(memory.buffer)
      for (let at = start; at < end; at++) {
        const row = words[(order >>> 2) + at] >>> 0
        // a gradient above an unsigned hessian: neither sum leaves its 32 bits, so no digit is carried from one to the other
        const hessian = words[(gradients >>> 2) + row * 2]
        const gradient = words[(gradients >>> 2) + row * 2 + 1]
        for (let feature = 0; feature < blockWidth; feature++) {
          const bin = (histogram >>> 2) + ((feature << binShift) + bins[blockBins + row * blockWidth + feature]) * 2
          words[bin] += hessian
          words[bin + 1] += gradient
        }
      }
    },
    subtractHistogram(from: number, taken: number, bytes: number): void {
      const words = new Int32Array(memory.buffer)
      for (let word = 0; word < bytes >>> 2; word++) words[(from >>> 2) + word] -= words[(taken >>> 2) + word]
    },
  }
}
