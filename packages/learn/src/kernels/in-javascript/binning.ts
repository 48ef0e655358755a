import type { KernelMemory } from '../kernel-memory.js'

/** The function of `assembly/boosting/binning.ts`. */
export function binningInJavaScript(memory: KernelMemory) {
  return {
    binChunk(parameters: number, task: number): void {
      const [values, width, rowCount, columns, edges, places, start] = memory.integers(parameters, 7)
      const chunk = memory.singles(values, rowCount * width)
      const bytes = new Uint8Array(memory.buffer)
      for (let position = 0; position < 8; position++) {
        const column = memory.integers(columns + task * 32 + position * 4, 1)[0]
        if (column < 0) continue
        const own = memory.singles(edges + task * 8192 + position * 1024, 256)
        const [inRow, stride, inColumn] = memory.integers(places + task * 96 + position * 12, 3)
        for (let row = 0; row < rowCount; row++) {
          const value = chunk[row * width + column]
          let below = 0
          for (let step = 128; step > 0; step >>= 1) if (own[below + step - 1] < value) below += step
          const bin = Number.isNaN(value) ? 0 : below + 1
          bytes[inRow + (start + row) * stride] = bin
          bytes[inColumn + start + row] = bin
        }
      }
    },
  }
}
