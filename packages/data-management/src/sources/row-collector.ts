import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildColumn, type CellValue, type Column, type ColumnKind, type ColumnKinds, createDataset, inferColumnKind, type LoadedDataset } from '@motadata/core'
import { BadRows } from './bad-rows.js'
import { beyondLimit } from './beyond-limit.js'
import { cellFault, declaredKinds } from './cell-fault.js'
import type { LoadLimits } from './load-limits.js'
import type { RejectedRow, RowSink } from './row-sink.js'

/** Values of a column that recur are kept once, as long as there are not more different ones. */
const internedValues = 1_000
const internedLength = 100

interface CollectedColumn {
  readonly values: CellValue[]
  seen: Map<string, string> | undefined
}

/** Takes rows one by one and gives the dataset of the good ones, in memory, with a report of the bad ones. */
export class RowCollector implements RowSink {
  readonly #limits: LoadLimits
  readonly #kinds: ReadonlyMap<string, ColumnKind>
  readonly #columns = new Map<string, CollectedColumn>()
  readonly #badRows: BadRows
  #rowCount = 0

  /** @throws MLError `INPUT_INVALID` for a kind that there is not */
  constructor(options: { readonly limits: LoadLimits; readonly columnKinds?: ColumnKinds | undefined }) {
    this.#limits = options.limits
    this.#kinds = declaredKinds(options.columnKinds)
    this.#badRows = new BadRows(options.limits)
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get badRowCount(): number {
    return this.#badRows.count
  }

  declare(names: readonly string[]): void {
    for (const name of names) this.#column(name)
  }

  /** @throws MLError `DATA_TOO_LARGE`, `DATA_MALFORMED` */
  add(line: number, names: readonly string[], values: readonly CellValue[]): void {
    for (let i = 0; i < values.length; i++) {
      const reason = cellFault(values[i]!, this.#kinds.get(names[i]!), this.#limits)
      if (reason !== undefined) return this.bad({ line, column: names[i]!, reason })
    }
    if (this.#rowCount >= this.#limits.maximumRows) throw beyondLimit(this.#limits, 'maximumRows', 'rows')
    this.declare(names)
    if ((this.#rowCount + 1) * this.#columns.size > this.#limits.maximumCells) throw beyondLimit(this.#limits, 'maximumCells', 'cells (rows times columns)')
    for (let i = 0; i < values.length; i++) {
      const column = this.#column(names[i]!)
      fill(column.values, this.#rowCount)
      column.values.push(interned(column, values[i]!))
    }
    this.#rowCount++
  }

  bad(row: RejectedRow): void {
    this.#badRows.add(row)
  }

  /** @throws MLError `DATA_EMPTY`, `DATA_MALFORMED` when there were rows but no good one */
  async finish(): Promise<LoadedDataset> {
    this.#badRows.checkSome(this.#rowCount, this.#columns.size)
    const columns: (readonly [string, Column])[] = []
    for (const [name, { values }] of this.#columns) {
      fill(values, this.#rowCount)
      columns.push([name, buildColumn(name, this.#kinds.get(name) ?? inferColumnKind(values), values)])
      values.length = 0
      await nextTurn()
    }
    return { dataset: createDataset(columns), badRowCount: this.#badRows.count, badRows: this.#badRows.first }
  }

  #column(name: string): CollectedColumn {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    if (this.#columns.size >= this.#limits.maximumColumns) throw beyondLimit(this.#limits, 'maximumColumns', 'columns')
    const column: CollectedColumn = { values: [], seen: new Map() }
    this.#columns.set(name, column)
    return column
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
