export interface IdSource {
  /** A new id that sorts by time of making: 1 to 64 characters a-z, 0-9 and -. */
  next(): string
}
