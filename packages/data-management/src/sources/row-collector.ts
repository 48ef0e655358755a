import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type BadRow, buildColumn, type CellValue, type Column, type ColumnKind, type ColumnKinds, columnKinds, createDataset, DataLoadError, inferColumnKind,
  type LoadedDataset, MLError,
} from '@motadata/core'
import { fitsKind } from './fits-kind.js'
import type { LoadLimits } from './load-limits.js'

const reportedBadRows = 100
/** Values of a column that recur are kept once, as long as there are not more different ones. */
const internedValues = 1_000
const internedLength = 100

interface CollectedColumn {
  readonly values: CellValue[]
  seen: Map<string, string> | undefined
}

/** Takes rows one by one and gives the dataset of the good ones with a report of the bad ones. */
export class RowCollector {
  readonly #limits: LoadLimits
  readonly #kinds: ReadonlyMap<string, ColumnKind>
  readonly #columns = new Map<string, CollectedColumn>()
  readonly #badRows: BadRow[] = []
  #badRowCount = 0
  #rowCount = 0

  /** @throws MLError `INPUT_INVALID` for a kind that there is not */
  constructor(options: { readonly limits: LoadLimits; readonly columnKinds?: ColumnKinds | undefined }) {
    this.#limits = options.limits
    this.#kinds = new Map(Object.entries(options.columnKinds ?? {}))
    for (const [name, kind] of this.#kinds) {
      if (columnKinds.includes(kind)) continue
      throw new MLError('INPUT_INVALID', `Expected the kind of column '${name}' to be one of ${columnKinds.join(', ')}, got ${JSON.stringify(kind)}.`, {
        details: { column: name, expected: columnKinds, received: kind },
      })
    }
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get badRowCount(): number {
    return this.#badRowCount
  }

  /** Makes columns, whether or not a row will have values for them. @throws MLError `DATA_TOO_LARGE` */
  declare(names: readonly string[]): void {
    for (const name of names) this.#column(name)
  }

  /**
   * Takes a row, or counts it among the bad ones when a value contradicts its column's declared kind or the limits. A column
   * that is not among the names is missing in this row; a name not seen before makes a column.
   *
   * @throws MLError `DATA_TOO_LARGE`, `DATA_MALFORMED`
   */
  add(line: number, names: readonly string[], values: readonly CellValue[]): void {
    for (let i = 0; i < values.length; i++) {
      const reason = this.#unfit(this.#kinds.get(names[i]!), values[i]!)
      if (reason !== undefined) return this.bad({ line, column: names[i]!, reason })
    }
    if (this.#rowCount >= this.#limits.maximumRows) throw this.#beyond('maximumRows', 'rows')
    this.declare(names)
    if ((this.#rowCount + 1) * this.#columns.size > this.#limits.maximumCells) throw this.#beyond('maximumCells', 'cells (rows times columns)')
    for (let i = 0; i < values.length; i++) {
      const column = this.#column(names[i]!)
      fill(column.values, this.#rowCount)
      column.values.push(interned(column, values[i]!))
    }
    this.#rowCount++
  }

  /** Counts a row that can't be used. @throws MLError `DATA_MALFORMED` when there are too many */
  bad(row: BadRow): void {
    this.#badRowCount++
    if (this.#badRows.length < reportedBadRows) this.#badRows.push(row)
    if (this.#badRowCount > this.#limits.maximumBadRows) {
      throw this.#malformed(`Expected rows of one form, got more than ${this.#limits.maximumBadRows} that can not be read`)
    }
  }

  /** @throws MLError `DATA_EMPTY`, `DATA_MALFORMED` when there were rows but no good one */
  async finish(): Promise<LoadedDataset> {
    if (this.#rowCount === 0 && this.#badRowCount > 0) throw this.#malformed(`Expected rows, got ${this.#badRowCount}, none of which can be read`)
    if (this.#rowCount === 0 || this.#columns.size === 0) {
      throw new DataLoadError('DATA_EMPTY', `Expected rows, got ${this.#columns.size === 0 ? 'nothing' : 'a header only'}.`)
    }
    const columns: (readonly [string, Column])[] = []
    for (const [name, { values }] of this.#columns) {
      fill(values, this.#rowCount)
      columns.push([name, buildColumn(name, this.#kinds.get(name) ?? inferColumnKind(values), values)])
      values.length = 0
      await nextTurn()
    }
    return { dataset: createDataset(columns), badRowCount: this.#badRowCount, badRows: this.#badRows }
  }

  #column(name: string): CollectedColumn {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    if (this.#columns.size >= this.#limits.maximumColumns) throw this.#beyond('maximumColumns', 'columns')
    const column: CollectedColumn = { values: [], seen: new Map() }
    this.#columns.set(name, column)
    return column
  }

  #unfit(kind: ColumnKind | undefined, value: CellValue): string | undefined {
    if (typeof value === 'string') {
      const { maximumFieldBytes } = this.#limits
      if (value.length * 3 > maximumFieldBytes && Buffer.byteLength(value) > maximumFieldBytes) return `the value is longer than ${maximumFieldBytes} bytes`
      if (value.includes('\0')) return 'the value holds a NUL character'
      if (!value.isWellFormed()) return 'the value holds half a character (a lone surrogate)'
    }
    if (kind === undefined || fitsKind(kind, value)) return undefined
    const received = typeof value === 'string' ? 'other text' : `a ${typeof value}`
    return `expected ${kind === 'instant' ? 'an ISO 8601 instant' : `a ${kind}`} as declared, got ${received}`
  }

  #beyond(limit: keyof LoadLimits, what: string): DataLoadError {
    const maximum = this.#limits[limit]
    return new DataLoadError('DATA_TOO_LARGE', `Expected at most ${maximum} ${what}, got more. Send less, or raise ${limit}.`, { details: { limit, maximum } })
  }

  #malformed(what: string): DataLoadError {
    const first = this.#badRows[0]!
    const column = first.column === undefined ? '' : `, column '${first.column}'`
    return new DataLoadError('DATA_MALFORMED', `${what}: the first is in line ${first.line}${column}: ${first.reason}.`, {
      details: { badRowCount: this.#badRowCount, badRows: this.#badRows.slice(0, 10) },
    })
  }
}

function fill(values: CellValue[], length: number): void {
  while (values.length < length) values.push(null)
}

function interned(column: CollectedColumn, value: CellValue): CellValue {
  const { seen } = column
  if (seen === undefined || typeof value !== 'string' || value.length > internedLength) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  if (seen.size < internedValues) seen.set(value, value)
  else column.seen = undefined
  return value
}
