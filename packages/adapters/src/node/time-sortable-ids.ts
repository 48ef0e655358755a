import { randomBytes } from 'node:crypto'
import type { Clock, IdSource } from '@motadata/core'

/**
 * UUIDs of version 7: they sort by time of making, also within one millisecond and when the clock goes back.
 *
 * @see RFC 9562, section 5.7, and 6.2 method 1 (a counter beside the time).
 * @example
 * new TimeSortableIds({ clock: new SystemClock() }).next() // like '0198c5f2-7d3a-7001-9f6e-2b1c4d5e6f70'
 */
export class TimeSortableIds implements IdSource {
  readonly #clock: Clock
  #lastMs = 0
  #counter = 0

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  next(): string {
    const nowMs = this.#clock.nowMs()
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs
      this.#counter = 0
    } else if (++this.#counter > 0xfff) {
      this.#lastMs++
      this.#counter = 0
    }
    const time = this.#lastMs.toString(16).padStart(12, '0')
    const random = randomBytes(8)
    random[0] = (random[0]! & 0x3f) | 0x80
    const tail = random.toString('hex')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${this.#counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
  }
}
