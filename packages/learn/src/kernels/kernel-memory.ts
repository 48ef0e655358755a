import { MLError } from '@motadata/core'
import type { KernelEngine } from './kernel-engine.js'
import { webAssembly, type WebAssemblyMemory } from './web-assembly.js'

const pageBytes = 65_536
/** The whole address space of 32 bits, but for its last page. */
const maximumPages = 65_535
/** The start belongs to the threads' control block. */
const reservedBytes = 1024
/** Larger memories are given back at the end of a session, smaller ones kept for the next. */
const keptBytes = 64 * 2 ** 20
/** Every address is a multiple of it: a line of the processor's cache. */
const alignment = 64

let spare: WebAssemblyMemory | undefined

/**
 * Memory that kernels work in, shared by threads: blocks are allocated one after the other and released together. It grows as needed,
 * up to a limit.
 */
export class KernelMemory {
  /** Undefined when JavaScript runs the kernels. */
  readonly memory: WebAssemblyMemory | undefined
  readonly #growable: SharedArrayBuffer | undefined
  readonly #limitBytes: number
  #usedBytes = reservedBytes

  private constructor(memory: WebAssemblyMemory | undefined, growable: SharedArrayBuffer | undefined, limitBytes: number) {
    this.memory = memory
    this.#growable = growable
    this.#limitBytes = limitBytes
  }

  /** @param limitBytes - `allocate` refuses what goes beyond. */
  static open(engine: KernelEngine, limitBytes: number): KernelMemory {
    const limit = Math.min(limitBytes, engine === 'wasm' ? maximumPages * pageBytes : 2 ** 31 - pageBytes)
    if (engine === 'javascript') {
      const Growable = SharedArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => SharedArrayBuffer
      return new KernelMemory(undefined, new Growable(pageBytes, { maxByteLength: Math.ceil(limit / pageBytes) * pageBytes }), limit)
    }
    const memory = spare ?? new (webAssembly()!.Memory)({ initial: 1, maximum: maximumPages, shared: true })
    spare = undefined // a fit inside of a fit gets a memory of its own
    return new KernelMemory(memory, undefined, limit)
  }

  /** All of it. The buffer of before a growth still shows the same bytes. */
  get buffer(): SharedArrayBuffer {
    return this.memory?.buffer ?? this.#growable!
  }

  /** Bytes in use. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /**
   * Room for some bytes, with whatever was there before.
   *
   * @returns Its address, a multiple of 64.
   * @throws MLError `DATA_TOO_LARGE` beyond the limit
   */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#usedBytes / alignment) * alignment
    const end = address + bytes
    if (!(end <= this.#limitBytes)) throw tooLarge(end, this.#limitBytes)
    if (end > this.buffer.byteLength) this.#grow(end)
    this.#usedBytes = end
    return address
  }

  #grow(bytes: number): void {
    const pages = Math.ceil(bytes / pageBytes)
    if (this.#growable) {
      (this.#growable as unknown as { grow(length: number): void }).grow(pages * pageBytes)
      return
    }
    try {
      this.memory!.grow(pages - this.memory!.buffer.byteLength / pageBytes)
    } catch {
      throw tooLarge(bytes, this.memory!.buffer.byteLength)
    }
  }

  /** Whether `release` keeps the memory for the next session. */
  get isKept(): boolean {
    return this.memory !== undefined && this.memory.buffer.byteLength <= keptBytes
  }

  /** Gives everything back; nothing of it may be used any more. */
  release(): void {
    if (this.isKept) spare = this.memory
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, address, length)
  }

  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.buffer, address, length)
  }

  singles(address: number, length: number): Float32Array {
    return new Float32Array(this.buffer, address, length)
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.buffer, address, length)
  }
}

/**
 * Refuses work that would not fit, before any time is spent.
 *
 * @param what - What needs the bytes: 'boosting 200000 rows of 30 features'.
 * @throws MLError `DATA_TOO_LARGE`
 */
export function expectMemory(what: string, neededBytes: number, limitBytes: number): void {
  const limit = Math.min(limitBytes, maximumPages * pageBytes)
  if (neededBytes <= limit) return
  throw new MLError(
    'DATA_TOO_LARGE',
    `Expected work that fits into ${megabytes(limit)} MB of memory, but ${what} takes about ${megabytes(neededBytes)} MB. Use fewer rows or features, or raise memoryLimitBytes (4 GB at most).`,
    { details: { neededBytes, limitBytes: limit } },
  )
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6)

const tooLarge = (needed: number, limit: number): MLError => new MLError(
  'DATA_TOO_LARGE', `Expected work that fits into ${megabytes(limit)} MB of memory, but it takes more than ${megabytes(needed)} MB. Use fewer rows or features.`,
  { details: { neededBytes: needed, limitBytes: limit } },
)
