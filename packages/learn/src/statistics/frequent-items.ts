import { MLError } from '@motadata/core'
import { ModelStateReader } from '../model-state-reader.js'
import type { ModelState } from '../model-state.js'

const format = 'frequent-items/1'

/** An item and the bounds of how often it came. */
export interface FrequentItem {
  readonly item: string
  readonly atLeast: number
  readonly atMost: number
}

/**
 * The most frequent items of a stream, in bounded memory. Counts are off by at most count / (capacity + 1), so every item more
 * frequent than that is there. Summaries of one capacity merge under the same bound.
 *
 * @param capacity - How many items are kept for certain, 1 to 1,000,000; up to twice as many are held between prunings.
 * @throws MLError `INPUT_INVALID`
 * @see Misra and Gries (1982); merging after Agarwal et al. (2013), "Mergeable summaries", who show that space-saving is the same
 *   summary with the error added to every count.
 * @example
 * const groups = new FrequentItems(10)
 * for (const group of ['network', 'network', 'hardware']) groups.add(group)
 * groups.top(1)[0].item // => 'network'
 */
export class FrequentItems {
  readonly format = format
  readonly capacity: number
  #counts = new Map<string, number>()
  #count = 0
  #missed = 0

  constructor(capacity: number) {
    if (!isCapacity(capacity)) throw new MLError('INPUT_INVALID', `Expected a whole capacity from 1 to 1000000, got ${capacity}.`)
    this.capacity = capacity
  }

  /** How many items were added. */
  get count(): number {
    return this.#count
  }

  /** By how much a count may be too small, at most. */
  get largestError(): number {
    return this.#missed
  }

  /** Adds an item, or one item many times. @throws MLError `INPUT_INVALID` for a count that is no whole number from 1 */
  add(item: string, count = 1): void {
    if (!Number.isInteger(count) || count < 1) throw new MLError('INPUT_INVALID', `Expected a whole count from 1, got ${count}.`)
    this.#counts.set(item, (this.#counts.get(item) ?? 0) + count)
    this.#count += count
    if (this.#counts.size > 2 * this.capacity) this.#prune()
  }

  /** The most frequent items, the most frequent first; equally frequent ones in order of their text. */
  top(itemCount = this.capacity): FrequentItem[] {
    return this.#ordered().slice(0, itemCount).map(([item, atLeast]) => ({ item, atLeast, atMost: atLeast + this.#missed }))
  }

  /** Adds all that another summary of the same capacity has counted. @throws MLError `INPUT_INVALID` for another capacity */
  merge(other: FrequentItems): void {
    if (other.capacity !== this.capacity) {
      throw new MLError('INPUT_INVALID', `Expected a summary of capacity ${this.capacity} to merge, got ${other.capacity}.`)
    }
    for (const [item, count] of [...other.#counts]) this.#counts.set(item, (this.#counts.get(item) ?? 0) + count)
    this.#count += other.#count
    this.#missed += other.#missed
    if (this.#counts.size > 2 * this.capacity) this.#prune()
  }

  #ordered(): [string, number][] {
    return [...this.#counts].sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1))
  }

  /** Takes from every count what the first item that has no place has, so that each unit lost is shared by capacity + 1 items. */
  #prune(): void {
    const ordered = this.#ordered()
    const taken = ordered[this.capacity][1]
    this.#missed += taken
    this.#counts = new Map(ordered.slice(0, this.capacity).filter(([, count]) => count > taken).map(([item, count]) => [item, count - taken]))
  }

  toState(): ModelState {
    const ordered = this.#ordered()
    return {
      format,
      json: { capacity: this.capacity, count: this.#count, missed: this.#missed, items: ordered.map(([item]) => item) },
      tensors: { counts: { dtype: 'F64', shape: [ordered.length], data: Float64Array.from(ordered, ([, count]) => count) } },
    }
  }

  /** @throws ModelLoadError `MODEL_LOAD_FAILED` when the state is damaged or of another format */
  static load(state: ModelState): FrequentItems {
    const reader = new ModelStateReader(state, format)
    const summary = new FrequentItems(reader.json('capacity', 'a capacity', isCapacity))
    const items = reader.strings('items', 0)
    const counts = reader.tensor('counts', 'F64', [items.length])
    if (items.length > 2 * summary.capacity) throw reader.fail(`at most ${2 * summary.capacity} items`, String(items.length))
    if (counts.some((count) => !Number.isSafeInteger(count) || count < 1)) throw reader.fail('whole counts from 1', 'others')
    summary.#counts = new Map(items.map((item, at) => [item, counts[at]]))
    summary.#missed = reader.wholeNumber('missed', 0, Number.MAX_SAFE_INTEGER)
    const kept = counts.reduce((sum, count) => sum + count, 0)
    summary.#count = reader.wholeNumber('count', kept, Number.MAX_SAFE_INTEGER)
    if (summary.#missed * (summary.capacity + 1) > summary.#count - kept) throw reader.fail('an error within its bound', 'a larger one')
    return summary
  }
}

const isCapacity = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000_000
