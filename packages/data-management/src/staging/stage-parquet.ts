import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type ColumnKind, type ColumnKinds, DataLoadError, MLError } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import { beyondLimit } from '../sources/beyond-limit.js'
import { columnNameFault } from '../sources/column-name.js'
import type { LoadLimits } from '../sources/load-limits.js'
import { sourceBytes } from '../sources/source-bytes.js'
import type { OpenedSource } from '../sources/source-file.js'
import type { Chunk } from './chunk-file.js'

export interface ParquetStage {
  readonly connection: DuckDBConnection
  readonly folder: string
  readonly limits: LoadLimits
  readonly rowsPerChunk: number
  readonly throwIfEnded: () => void
}

/** A Parquet file in a work folder, whose columns and rows fit the limits. */
export interface StagedParquet {
  /** What its types say its columns are; those of text are left out, for it may be categories. */
  readonly columnKinds: ColumnKinds
  readonly names: readonly string[]
  readonly rowCount: number
  chunks(): AsyncGenerator<Chunk>
}

const magic = 'PAR1'

/**
 * Takes a Parquet file into a work folder and looks at what it says of itself, before any row is read.
 *
 * @throws MLError `DATA_MALFORMED` for something that is no whole Parquet file or has nested columns, `DATA_TOO_LARGE`, `DATA_EMPTY`
 */
export async function stageParquet({ bytes, form }: OpenedSource, stage: ParquetStage): Promise<StagedParquet> {
  const { connection, folder, limits, throwIfEnded } = stage
  const path = join(folder, 'source.parquet')
  const file = await open(path, 'wx+', 0o600)
  try {
    for await (const piece of sourceBytes(bytes, { form, maximumBytes: limits.maximumBytes, onBytesRead: () => undefined })) {
      throwIfEnded()
      await file.writeFile(piece)
    }
    const { size } = await file.stat()
    const tail = Buffer.alloc(8)
    if (size >= 12) await file.read(tail, 0, 8, size - 8)
    if (tail.toString('latin1', 4) !== magic || tail.readUInt32LE(0) > size - 12) throw malformed('one that does not end like Parquet: it is cut off or something else')
  } finally {
    await file.close()
  }
  const source = `read_parquet(${quoteText(path)}, file_row_number=true)`
  const described = await ask(connection, `describe select * from read_parquet(${quoteText(path)})`)
  const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }))
  if (columns.length > limits.maximumColumns) throw beyondLimit(limits, 'maximumColumns', 'columns')
  const fault = columns.map(({ name }) => columnNameFault(name)).find((found) => found !== undefined)
  if (fault !== undefined) throw malformed(`${fault} of a column`)
  const [counts] = await ask(connection, `select (select sum(num_rows) from parquet_file_metadata(${quoteText(path)})), sum(total_uncompressed_size) from parquet_metadata(${quoteText(path)})`)
  const [rowCount, unpacked] = counts!.map(Number) as [number, number]
  if (rowCount > limits.maximumRows) throw beyondLimit(limits, 'maximumRows', 'rows')
  if (rowCount * columns.length > limits.maximumCells) throw beyondLimit(limits, 'maximumCells', 'cells (rows times columns)')
  if (unpacked > limits.maximumBytes) throw beyondLimit(limits, 'maximumBytes', 'decompressed bytes')
  if (!(rowCount > 0)) throw new DataLoadError('DATA_EMPTY', 'Expected rows, got a Parquet file without any.')
  const selected = columns.map(({ name, type }) => textSql(name, type)).join(', ')
  const kinds = columns.flatMap(({ name, type }): [string, ColumnKind][] => {
    const kind = kindOf(type)
    return kind === undefined ? [] : [[name, kind]]
  })
  const names = columns.map(({ name }) => name)
  return { columnKinds: Object.fromEntries(kinds), names, rowCount, chunks }

  async function* chunks(): AsyncGenerator<Chunk> {
    for (let start = 0; start < rowCount; start += stage.rowsPerChunk) {
      throwIfEnded()
      const end = Math.min(rowCount, start + stage.rowsPerChunk)
      const chunkPath = join(folder, `chunk-${start}.csv`)
      await ask(connection, `copy (select ${selected} from ${source} where file_row_number >= ${start} and file_row_number < ${end} order by file_row_number)
        to ${quoteText(chunkPath)} (format csv, header false, delimiter ',', quote '"', escape '"', nullstr '')`)
      yield {
        path: chunkPath, delimiter: ',', names, isRagged: false, hasLineBreaks: true, hasOddNumbers: true, rowCount: end - start, longestRowBytes: limits.maximumRowBytes, badRows: [],
        lineOf: (row) => start + row + 1,
      }
    }
  }
}

function kindOf(type: string): ColumnKind | undefined {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)) return 'number'
  if (/^(?:TIMESTAMP.*|DATE)$/.test(type)) return 'instant'
  if (type === 'BOOLEAN') return 'boolean'
  if (/^(?:VARCHAR|ENUM\(.*\)|UUID|TIME.*|INTERVAL)$/.test(type)) return undefined
  throw malformed(`a column of type ${type.slice(0, 60)}: columns hold numbers, texts, booleans or instants`)
}

function textSql(name: string, type: string): string {
  const column = quoteName(name)
  const kind = kindOf(type)
  if (kind === 'instant') return `case when isfinite(${column}) then strftime(${column}::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ') end`
  if (kind === 'number') return /^(?:FLOAT|DOUBLE)$/.test(type) ? `case when not isnan(${column}) then ${column}::DOUBLE end` : `${column}::DOUBLE`
  return kind === undefined ? `${column}::VARCHAR` : column
}

async function ask(connection: DuckDBConnection, sql: string): Promise<readonly (readonly unknown[])[]> {
  try {
    return (await connection.runAndReadAll(sql)).getRows()
  } catch (error) {
    const message = String((error as Partial<Error> | null)?.message)
    if (error instanceof MLError || /^(?:Out of Memory|INTERRUPT)/i.test(message)) throw error
    throw malformed('one that can not be read: it is damaged', error)
  }
}

function malformed(received: string, cause?: unknown): DataLoadError {
  return new DataLoadError('DATA_MALFORMED', `Expected a whole Parquet file, got ${received}.`, { details: { expected: 'a whole Parquet file', received }, ...(cause === undefined ? {} : { cause }) })
}
