import type { KernelMemory } from '../kernel-memory.js'

/** The functions of `assembly/boosting/partition.ts`. */
export function partitionInJavaScript(memory: KernelMemory) {
  return {
    partitionChunk(parameters: number, task: number): void {
      const [column, order, leftRows, rightRows, nodeStart, nodeEnd, chunkRows, table, counts] = memory.integers(parameters, 9)
      const words = new Int32Array(memory.buffer)
      const bytes = new Uint8Array(memory.buffer)
      const start = nodeStart + task * chunkRows
      const end = Math.min(start + chunkRows, nodeEnd)
      let left = (leftRows >>> 2) + start
      let right = (rightRows >>> 2) + start
      for (let at = (order >>> 2) + start; at < (order >>> 2) + end; at++) {
        const row = words[at]
        if (bytes[table + bytes[column + row]] !== 0) words[left++] = row
        else words[right++] = row
      }
      words[(counts >>> 2) + task] = left - (leftRows >>> 2) - start
    },

    gatherChunk(parameters: number, task: number): void {
      const [, order, leftRows, rightRows, nodeStart, nodeEnd, chunkRows, , counts, places] = memory.integers(parameters, 10)
      const words = new Int32Array(memory.buffer)
      const start = nodeStart + task * chunkRows
      const end = Math.min(start + chunkRows, nodeEnd)
      const leftCount = words[(counts >>> 2) + task]
      const move = (from: number, count: number, place: number): void => {
        words.copyWithin((order >>> 2) + place, (from >>> 2) + start, (from >>> 2) + start + count)
      }
      move(leftRows, leftCount, words[(places >>> 2) + task * 2])
      move(rightRows, end - start - leftCount, words[(places >>> 2) + task * 2 + 1])
    },
  }
}
