import type { IdSource } from '@motadata/core'

/** Ids `id-000001`, `id-000002`, … which sort in the order of making. */
export class SequentialIds implements IdSource {
  readonly #prefix: string
  #last = 0

  constructor(prefix = 'id') {
    this.#prefix = prefix
  }

  next(): string {
    return `${this.#prefix}-${String(++this.#last).padStart(6, '0')}`
  }
}
