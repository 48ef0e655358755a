import { MLError } from '../errors/ml-error.js'
import { type CellValue, type Column, cellAt, columnLength, selectColumnRows } from './column.js'

/** Columns by name, all of one length. Row order is meaning: nothing in this product reorders or drops rows silently. */
export interface Dataset {
  readonly rowCount: number
  readonly columns: ReadonlyMap<string, Column>
}

/**
 * A dataset of the given columns.
 *
 * @throws MLError `COLUMN_LENGTH_MISMATCH`
 * @example
 * createDataset([['age', { kind: 'number', values: Float64Array.of(1, 2) }]]).rowCount // => 2
 */
export function createDataset(columns: Iterable<readonly [string, Column]>): Dataset {
  const map = new Map(columns)
  let rowCount: number | undefined
  for (const [name, column] of map) {
    const length = columnLength(column)
    rowCount ??= length
    if (length !== rowCount) {
      throw new MLError(
        'COLUMN_LENGTH_MISMATCH',
        `Expected every column to have ${rowCount} rows like the first one, got ${length} in '${name}'.`,
        { details: { column: name, expected: rowCount, received: length } },
      )
    }
  }
  return { rowCount: rowCount ?? 0, columns: map }
}

/**
 * The column of that name.
 *
 * @throws MLError `COLUMN_MISSING`, naming the columns there are
 */
export function getColumn(dataset: Dataset, name: string): Column {
  const column = dataset.columns.get(name)
  if (column) return column
  const names = [...dataset.columns.keys()]
  throw new MLError('COLUMN_MISSING', `Expected a column '${name}', got the columns ${names.slice(0, 20).join(', ')}.`, {
    details: { column: name, columns: names.slice(0, 100) },
  })
}

/** The rows of the given numbers, in that order. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  return {
    rowCount: rows.length,
    columns: new Map([...dataset.columns].map(([name, column]) => [name, selectColumnRows(column, rows)])),
  }
}

/** The dataset with only the named columns, in the order of the names. */
export function selectColumns(dataset: Dataset, names: readonly string[]): Dataset {
  return { rowCount: dataset.rowCount, columns: new Map(names.map((name) => [name, getColumn(dataset, name)])) }
}

/** The rows as plain objects. */
export function toRecords(dataset: Dataset): Record<string, CellValue>[] {
  const records: Record<string, CellValue>[] = []
  for (let row = 0; row < dataset.rowCount; row++) {
    records.push(Object.fromEntries([...dataset.columns].map(([name, column]) => [name, cellAt(column, row)])))
  }
  return records
}
