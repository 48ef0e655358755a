import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'reservoir-sample/1'
// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { imul, floor } = Math

/** An item of a sample, and the number that decides whether it stays. */
interface Drawn {
  readonly item: string
  readonly priority: number
}

/**
 * A uniform sample of a stream, of fixed size: every item has a random number, and those with the smallest stay. So two samples of
 * one size merge into a uniform sample of both streams, in any order or grouping, as long as their seeds differ.
 *
 * @param size - Items to keep, 1 to 1,000,000.
 * @param seed - The same seed and items give the same sample.
 * @throws MLError `INPUT_INVALID`
 * @see Cohen and Kaplan (2007), "Summarizing data using bottom-k sketches".
 * @example
 * const sample = new ReservoirSample(2, 7)
 * for (const id of ['INC1', 'INC2', 'INC3']) sample.add(id)
 * sample.items().length // => 2
 */
export class ReservoirSample {
  readonly format = format
  readonly size: number
  readonly seed: number
  /** A heap, largest priority first. */
  #heap: Drawn[] = []
  #added = 0
  #count = 0

  constructor(size: number, seed: number) {
    if (!isSize(size) || !isSeed(seed)) {
      throw new MLError('INPUT_INVALID', `Expected a size from 1 to 1000000 and a seed from 0 to 2^32 - 1, got ${size} and ${seed}.`)
    }
    this.size = size
    this.seed = seed
  }

  /** How many items the sample was drawn from, those of merged samples too. */
  get count(): number {
    return this.#count
  }

  /** Offers an item to the sample. */
  add(item: string): void {
    this.#count++
    this.#offer({ item, priority: priorityOf(this.seed, this.#added++) })
  }

  /** The sampled items, in the random order of their numbers. */
  items(): string[] {
    return this.#ordered().map(({ item }) => item)
  }

  /** Makes this a sample of both streams. @throws MLError `INPUT_INVALID` for another size or the same seed */
  merge(other: ReservoirSample): void {
    if (other.size !== this.size || other.seed === this.seed) {
      throw new MLError('INPUT_INVALID', 'Expected a sample of the same size and another seed to merge, got another. Seed every stream differently.')
    }
    for (const drawn of [...other.#heap]) this.#offer(drawn)
    this.#count += other.#count
  }

  #ordered(): Drawn[] {
    return [...this.#heap].sort((a, b) => a.priority - b.priority || (a.item < b.item ? -1 : 1))
  }

  #offer(drawn: Drawn): void {
    const heap = this.#heap
    if (heap.length < this.size) {
      let at = heap.push(drawn) - 1
      for (let parent = (at - 1) >> 1; at > 0 && heap[parent].priority < drawn.priority; at = parent, parent = (at - 1) >> 1) heap[at] = heap[parent]
      heap[at] = drawn
      return
    }
    if (drawn.priority >= heap[0].priority) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1].priority > heap[child].priority) child++
      if (heap[child].priority <= drawn.priority) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = drawn
  }

  toState(): ModelState {
    const ordered = this.#ordered()
    return {
      format,
      json: { size: this.size, seed: this.seed, added: this.#added, count: this.#count, items: ordered.map(({ item }) => item) },
      tensors: { priorities: { dtype: 'F64', shape: [ordered.length], data: Float64Array.from(ordered, ({ priority }) => priority) } },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): ReservoirSample {
    const reader = new ModelStateReader(state, format)
    const sample = new ReservoirSample(reader.json('size', 'a size', isSize), reader.json('seed', 'a seed', isSeed))
    const items = reader.json('items', 'a list of strings', isStrings)
    const priorities = reader.tensor('priorities', 'F64', [items.length])
    if (items.length > sample.size) throw reader.fail(`at most ${sample.size} items`, String(items.length))
    if (priorities.some((priority, at) => priority < 0 || priority >= 1 || (at > 0 && priority < priorities[at - 1]))) {
      throw reader.fail('rising priorities from 0 to 1', 'others')
    }
    sample.#count = reader.wholeNumber('count', items.length, Number.MAX_SAFE_INTEGER)
    sample.#added = reader.wholeNumber('added', 0, sample.#count)
    items.forEach((item, at) => sample.#offer({ item, priority: priorities[at] }))
    return sample
  }
}

/** A number from 0 to 1 for each place of a stream, by two rounds of mixing (the finaliser of MurmurHash3). */
function priorityOf(seed: number, place: number): number {
  const high = mix(mix(seed ^ 0x9e3779b9) ^ place)
  const low = mix(high ^ floor(place / 2 ** 32) ^ 0x85ebca6b)
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000
}

function mix(value: number): number {
  let z = value | 0
  z = imul(z ^ (z >>> 16), 0x85ebca6b)
  z = imul(z ^ (z >>> 13), 0xc2b2ae35)
  return z ^ (z >>> 16)
}

const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000_000
const isSeed = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32
const isStrings = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string')
