import { kernelEngine } from '../kernels/kernel-engine.js'
import { defaultMemoryLimitBytes, KernelSession } from '../kernels/kernel-session.js'
import { type LinearKernels, linearKernels } from '../kernels/linear-kernels.js'
import { type SoftmaxRows, softmaxShares } from './softmax-shares.js'
import { addSparseProduct, type SparseLines } from './sparse-product.js'

/** Where the arrays of a fit lie, all of them 0 at first, and what multiplies them. */
export interface LinearMemory {
  words(length: number): Uint32Array
  singles(length: number): Float32Array
  doubles(length: number): Float64Array
  /** result += lines · input, as `addSparseProduct` has it; the same bytes wherever the arrays lie. */
  addProduct(lines: SparseLines, input: Float64Array, width: number, result: Float64Array): void
  softmaxShares(rows: SoftmaxRows): void
}

/** Arrays of JavaScript. */
export const ordinaryMemory: LinearMemory = {
  words: (length) => new Uint32Array(length),
  singles: (length) => new Float32Array(length),
  doubles: (length) => new Float64Array(length),
  addProduct: addSparseProduct,
  softmaxShares,
}

/**
 * Fits a linear model in memory that compiled kernels multiply in, several times as fast. Where there are none, and for more than their
 * memory holds, it is that of JavaScript. Nothing allocated may be used afterwards.
 *
 * @param neededBytes - About what the work allocates.
 */
export function withLinearMemory<Result>(neededBytes: number, work: (memory: LinearMemory) => Result): Result {
  if (kernelEngine() === 'javascript' || neededBytes > defaultMemoryLimitBytes * 0.9) return work(ordinaryMemory)
  return KernelSession.use(linearKernels, {}, (session) => work(new KernelLinearMemory(session)))
}

class KernelLinearMemory implements LinearMemory {
  readonly #session: KernelSession<LinearKernels>
  /** All of the memory, as it was before each growth: arrays that were allocated then show those. */
  readonly #buffers = new Set<ArrayBufferLike>()

  constructor(session: KernelSession<LinearKernels>) {
    this.#session = session
  }

  words(length: number): Uint32Array {
    const address = this.#allocate(length * 4)
    return new Uint32Array(this.#session.memory.buffer, address, length)
  }

  singles(length: number): Float32Array {
    const address = this.#allocate(length * 4)
    return new Float32Array(this.#session.memory.buffer, address, length)
  }

  doubles(length: number): Float64Array {
    const address = this.#allocate(length * 8)
    return new Float64Array(this.#session.memory.buffer, address, length)
  }

  addProduct(lines: SparseLines, input: Float64Array, width: number, result: Float64Array): void {
    const { pointers, indices, values } = lines
    if (!this.#hold(pointers, indices, values, input, result)) addSparseProduct(lines, input, width, result)
    else this.#session.functions.addProduct(pointers.byteOffset, indices.byteOffset, values.byteOffset, pointers.length - 1, input.byteOffset, width, result.byteOffset)
  }

  softmaxShares(rows: SoftmaxRows): void {
    const { margins, width, rowWeights, shares, largests, sums } = rows
    if (!this.#hold(margins, rowWeights, shares, largests, sums)) softmaxShares(rows)
    else this.#session.functions.softmaxShares(margins.byteOffset, width, rowWeights.byteOffset, rowWeights.length, shares.byteOffset, largests.byteOffset, sums.byteOffset)
  }

  /** Whether arrays lie in this memory; with others JavaScript does the work. */
  #hold(...arrays: readonly { readonly buffer: ArrayBufferLike }[]): boolean {
    return arrays.every(({ buffer }) => this.#buffers.has(buffer))
  }

  #allocate(bytes: number): number {
    const { memory } = this.#session
    const address = memory.allocate(bytes)
    memory.bytes(address, bytes).fill(0)
    this.#buffers.add(memory.buffer)
    return address
  }
}
