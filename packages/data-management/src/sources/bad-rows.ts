import { type BadRow, DataLoadError } from '@motadata/core'
import type { LoadLimits } from './load-limits.js'

const reportedBadRows = 100

/** Bad rows, in the order of the source: all counted, the first of them reported, too many refused. */
export class BadRows {
  readonly #limits: LoadLimits
  readonly #first: BadRow[] = []
  #count = 0

  constructor(limits: LoadLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#count
  }

  get first(): readonly BadRow[] {
    return this.#first
  }

  /** @throws MLError `DATA_MALFORMED` when there are too many */
  add({ line, column, reason }: BadRow): void {
    this.#count++
    if (this.#first.length < reportedBadRows) this.#first.push({ line, ...(column === undefined ? {} : { column }), reason })
    if (this.#count > this.#limits.maximumBadRows) throw this.#malformed(`Expected rows of one form, got more than ${this.#limits.maximumBadRows} that can not be read`)
  }

  /** @throws MLError `DATA_EMPTY`, `DATA_MALFORMED` when there were rows but no good one */
  checkSome(rowCount: number, columnCount: number): void {
    if (rowCount === 0 && this.#count > 0) throw this.#malformed(`Expected rows, got ${this.#count}, none of which can be read`)
    if (rowCount === 0 || columnCount === 0) throw new DataLoadError('DATA_EMPTY', `Expected rows, got ${columnCount === 0 ? 'nothing' : 'a header only'}.`)
  }

  #malformed(what: string): DataLoadError {
    const first = this.#first[0]!
    const column = first.column === undefined ? '' : `, column '${first.column}'`
    return new DataLoadError('DATA_MALFORMED', `${what}: the first is in line ${first.line}${column}: ${first.reason}.`, {
      details: { badRowCount: this.#count, badRows: this.#first.slice(0, 10) },
    })
  }
}
