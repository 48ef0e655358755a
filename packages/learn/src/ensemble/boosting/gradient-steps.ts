import type { BoostingKernels } from '../../kernels/boosting-kernels.js'
import type { KernelSession } from '../../kernels/kernel-session.js'
import { type BoostingMemory, chunkRows } from './boosting-memory.js'
import type { BoostingLoss } from './boosting-loss.js'

/** Whole numbers for the packed sums: below 2 ** 31 with a sign, below 2 ** 32 without. */
const largestGradient = 2 ** 31 - 1
const largestHessian = 2 ** 32 - 1

/** Sums of the packed derivatives, and what one of them is. */
export interface PackedTotals {
  readonly total: { readonly gradient: number; readonly hessian: number }
  readonly units: { readonly gradient: number; readonly hessian: number }
}

/**
 * Computes the derivatives of the loss, and rounds them to whole numbers as fine as their sum admits: then sums do not depend on who
 * adds them up in which order.
 */
export class GradientSteps {
  readonly #session: KernelSession<BoostingKernels>
  readonly #memory: BoostingMemory
  readonly #loss: BoostingLoss
  readonly #rowCount: number
  readonly #outputs: number
  readonly #chunks: number

  constructor(session: KernelSession<BoostingKernels>, memory: BoostingMemory, loss: BoostingLoss, rowCount: number, outputs: number) {
    this.#session = session
    this.#memory = memory
    this.#loss = loss
    this.#rowCount = rowCount
    this.#outputs = outputs
    this.#chunks = Math.ceil(rowCount / chunkRows)
  }

  /** The derivatives by every output, from the scores as they are. */
  compute(): void {
    const { gradientParameters, scores, targets, weights, gradients, hessians, sums } = this.#memory
    const isSoftmax = this.#loss.code === 'softmax'
    const first = this.#loss.code === 'softmax' ? this.#outputs : this.#loss.code
    this.#session.memory.integers(gradientParameters, 10).set([
      first, this.#rowCount, scores, targets, weights, gradients, hessians, sums, chunkRows, this.#chunks,
    ])
    this.#session.memory.doubles(gradientParameters + 128, 1)[0] = this.#loss.quantile
    this.#session.runTasks(isSoftmax ? 'computeSoftmaxGradients' : 'computeGradients', gradientParameters, this.#chunks)
  }

  /** Packs the derivatives by one output, and adds up those of the first rows of the order. */
  pack(output: number, learnedRows: number): PackedTotals {
    const { gradientParameters, gradients, hessians, packed, order, places } = this.#memory
    const { memory } = this.#session
    const sizes = this.#sizes(output)
    const rounding = this.#rowCount + 1 // each row may be rounded up
    const scales = {
      gradient: sizes.gradient > 0 ? (largestGradient - rounding) / sizes.gradient : 1,
      hessian: sizes.hessian > 0 ? (largestHessian - rounding) / sizes.hessian : 1,
    }
    memory.integers(gradientParameters, 5).set([
      this.#rowCount, gradients + output * this.#rowCount * 4, hessians + output * this.#rowCount * 4, packed, chunkRows,
    ])
    memory.doubles(gradientParameters + 128, 2).set([scales.gradient, scales.hessian])
    this.#session.runTasks('packGradients', gradientParameters, this.#chunks)
    memory.integers(gradientParameters, 5).set([order, packed, learnedRows, chunkRows, places])
    const chunks = Math.ceil(learnedRows / chunkRows)
    this.#session.runTasks('sumPacked', gradientParameters, chunks)
    const total = { gradient: 0, hessian: 0 }
    const chunkSums = memory.integers(places, chunks * 2)
    for (let chunk = 0; chunk < chunks; chunk++) {
      total.hessian += chunkSums[chunk * 2] >>> 0
      total.gradient += chunkSums[chunk * 2 + 1]
    }
    return { total, units: { gradient: 1 / scales.gradient, hessian: 1 / scales.hessian } }
  }

  /** Sums of the sizes of an output's derivatives. */
  #sizes(output: number): { gradient: number; hessian: number } {
    const sums = this.#session.memory.doubles(this.#memory.sums + output * this.#chunks * 16, this.#chunks * 2)
    const sizes = { gradient: 0, hessian: 0 }
    for (let chunk = 0; chunk < this.#chunks; chunk++) {
      sizes.gradient += sums[chunk * 2]
      sizes.hessian += sums[chunk * 2 + 1]
    }
    return sizes
  }
}
