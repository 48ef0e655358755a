export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number
}
