import type { Clock } from '@motadata/core'

/** The machine's clock. */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now()
  }
}
