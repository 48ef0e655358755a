import type { Clock } from '@motadata/core'

/** A clock that stands still until told otherwise. */
export class FixedClock implements Clock {
  #nowMs: number

  /** @param nowMs - Default 2026-01-01T00:00:00Z. */
  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  advance(byMs: number): void {
    this.#nowMs += byMs
  }
}
