import type { DuckDBConnection } from '@duckdb/node-api'
import { buildColumn, type CellValue, type Column, type ColumnKind } from '@motadata/core'

/** A column of known length whose values come in any order; what does not come is missing. */
export interface ScatterColumn {
  /** Takes the values of some rows, as the engine gives them: instants as epoch milliseconds. */
  put(rows: readonly unknown[], values: readonly unknown[]): void
  build(): Column
}

export function createScatterColumn(kind: ColumnKind, rowCount: number): ScatterColumn {
  if (kind === 'number' || kind === 'instant') {
    const numbers = new Float64Array(rowCount).fill(Number.NaN)
    return {
      put(rows, values) {
        for (let at = 0; at < rows.length; at++) if (values[at] !== null) numbers[rows[at] as number] = Number(values[at])
      },
      build: () => ({ kind, values: numbers }),
    }
  }
  const cells = new Array<CellValue>(rowCount).fill(null)
  return {
    put(rows, values) {
      for (let at = 0; at < rows.length; at++) cells[rows[at] as number] = values[at] as CellValue
    },
    build: () => buildColumn('feature', kind, cells),
  }
}

/** Runs a query whose first column is the number of a row, and puts the others into the columns. */
export async function scatterRows(connection: DuckDBConnection, sql: string, columns: readonly ScatterColumn[]): Promise<void> {
  const result = await connection.stream(sql)
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const rows = chunk.getColumnValues(0)
    for (let at = 0; at < columns.length; at++) columns[at]!.put(rows, chunk.getColumnValues(at + 1))
  }
}
