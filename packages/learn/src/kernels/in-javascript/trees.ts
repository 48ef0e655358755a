import type { KernelMemory } from '../kernel-memory.js'

const missingGoesLeft = 1
const splitsCategories = 2

/** The function of `assembly/trees`. */
export function treesInJavaScript(memory: KernelMemory) {
  return {
    scoreChunk(parameters: number, task: number): void {
      const [
        nodesAt, leafRowsAt, startsAt, treeCount, rowsAt, rowCount, rowBytes, outputs, leafWidth, valuesAt, outAt, chunkRows, setsAt, setWords,
      ] = memory.integers(parameters, 14)
      const words = new Int32Array(memory.buffer)
      const singles = new Float32Array(memory.buffer)
      const doubles = new Float64Array(memory.buffer)
      const goesLeft = (node: number, value: number): boolean => {
        const routes = words[node + 3]
        const missing = (routes & missingGoesLeft) !== 0
        if ((routes & splitsCategories) === 0) return value <= singles[node + 1] || (Number.isNaN(value) && missing)
        if (!(value >= 0 && value < setWords * 32 && Number.isInteger(value))) return missing
        return ((words[(setsAt >>> 2) + singles[node + 1] * setWords + (value >> 5)] >>> (value & 31)) & 1) === 1
      }
      const end = Math.min((task + 1) * chunkRows, rowCount)
      for (let tree = 0; tree < treeCount; tree++) {
        const root = (nodesAt >>> 2) + words[(startsAt >>> 2) + tree] * 4
        const output = (tree * leafWidth) % outputs
        for (let row = task * chunkRows; row < end; row++) {
          let node = root
          for (let next = -1; next !== node;) {
            if (next >= 0) node = next
            const value = singles[(rowsAt + row * rowBytes + words[node]) >>> 2]
            next = (words[node + 2] >>> 2) + (goesLeft(node, value) ? 0 : 4)
          }
          const leaf = words[(leafRowsAt >>> 2) + ((node - (nodesAt >>> 2)) >>> 2)]
          for (let k = 0; k < leafWidth; k++) doubles[(outAt >>> 3) + row * outputs + output + k] += doubles[(valuesAt >>> 3) + leaf * leafWidth + k]
        }
      }
    },
  }
}
