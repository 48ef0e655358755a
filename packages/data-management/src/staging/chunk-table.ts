import type { DuckDBConnection } from '@duckdb/node-api'
import { MLError } from '@motadata/core'
import { quoteText } from '../engine/sql-text.js'
import type { Chunk } from './chunk-file.js'
import { type ConvertedKind, convertedTypes } from './kind-sql.js'

const usualRowBytes = 1_900_000

/** The engine's name of the column at a place: what a source calls it might be anything. */
export const columnAt = (place: number): string => `c${place}`
/** Beside a column, the values of texts that the engine does not see as core does. */
export const decidedAt = (place: number): string => `d${place}`

/** Reads a chunk's rows into the table `chunk`, all values as text, those that are missing as null. */
export async function loadChunk(connection: DuckDBConnection, chunk: Chunk): Promise<void> {
  if (await load(connection, chunk, !chunk.hasLineBreaks && !chunk.isRagged) === chunk.rowCount) return
  const found = await load(connection, chunk, false)
  if (found !== chunk.rowCount) throw new MLError('INTERNAL', `Expected ${chunk.rowCount} rows back from a chunk, got ${found}. Please report this.`)
}

async function load(connection: DuckDBConnection, chunk: Chunk, parallel: boolean): Promise<number> {
  const columns = chunk.names.map((_, place) => `'${columnAt(place)}': 'VARCHAR'`)
  const options = [
    'header=false', 'auto_detect=false', `delim=${quoteText(chunk.delimiter)}`, `quote='"'`, `escape='"'`, `nullstr=''`, `new_line='\\n'`, `comment=''`,
    `columns={${columns.join(', ')}}`, `parallel=${parallel}`, ...(chunk.isRagged ? ['null_padding=true'] : []),
    ...(chunk.longestRowBytes > usualRowBytes ? [`max_line_size=${chunk.longestRowBytes + 1_024}`] : []),
  ]
  await connection.run(`create or replace table chunk as select * from read_csv(${quoteText(chunk.path)}, ${options.join(', ')})`)
  const [row] = (await connection.runAndReadAll('select count(*) from chunk')).getRows()
  return Number(row![0])
}

/** Notes what texts of a column say, for the rows that have them. */
export async function decideTexts(connection: DuckDBConnection, place: number, kind: ConvertedKind, decided: ReadonlyMap<string, number | boolean>): Promise<void> {
  await connection.run(`create or replace table decided (text VARCHAR, value ${convertedTypes[kind]})`)
  const appender = await connection.createAppender('decided')
  for (const [text, value] of decided) {
    appender.appendVarchar(text)
    if (typeof value === 'boolean') appender.appendBoolean(value)
    else if (kind === 'instant') appender.appendBigInt(BigInt(Math.round(value)))
    else appender.appendDouble(value)
    appender.endRow()
  }
  appender.closeSync()
  await connection.run(`alter table chunk add column ${decidedAt(place)} ${convertedTypes[kind]}`)
  await connection.run(`update chunk set ${decidedAt(place)} = decided.value from decided where chunk.${columnAt(place)} = decided.text`)
}
