import type { BoostingKernels } from '../../kernels/boosting-kernels.js'
import type { KernelSession } from '../../kernels/kernel-session.js'
import { type BoostingMemory, chunkRows } from './boosting-memory.js'

/** Deals rows of the order to two children by the table of routes, keeping their order; says where the right ones start. */
export class NodeDeal {
  readonly #session: KernelSession<BoostingKernels>
  readonly #parameters: Int32Array
  readonly #counts: Int32Array
  readonly #places: Int32Array
  readonly #address: number

  constructor(session: KernelSession<BoostingKernels>, { partitionParameters, order, leftRows, rightRows, routes, counts, places }: BoostingMemory, rowCount: number) {
    const chunks = Math.ceil(rowCount / chunkRows)
    this.#session = session
    this.#address = partitionParameters
    this.#parameters = session.memory.integers(partitionParameters, 10)
    this.#parameters.set([0, order, leftRows, rightRows, 0, 0, chunkRows, routes, counts, places])
    this.#counts = session.memory.integers(counts, chunks)
    this.#places = session.memory.integers(places, chunks * 2)
  }

  /**
   * @param column - Address of the feature's bin in row 0.
   * @returns Where the rows that go right start.
   */
  deal(column: number, start: number, end: number): number {
    if (start === end) return start
    const chunks = Math.ceil((end - start) / chunkRows)
    this.#parameters[0] = column
    this.#parameters[4] = start
    this.#parameters[5] = end
    this.#session.runTasks('partitionChunk', this.#address, chunks)
    let middle = start
    for (let chunk = 0; chunk < chunks; chunk++) middle += this.#counts[chunk]
    let left = start
    let right = middle
    for (let chunk = 0; chunk < chunks; chunk++) {
      this.#places[chunk * 2] = left
      this.#places[chunk * 2 + 1] = right
      left += this.#counts[chunk]
      right += Math.min(chunkRows, end - start - chunk * chunkRows) - this.#counts[chunk]
    }
    this.#session.runTasks('gatherChunk', this.#address, chunks)
    return middle
  }
}
