import type { DuckDBConnection } from '@duckdb/node-api'
import { MLError } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { Chunk } from './chunk-file.js'
import { type ConvertedKind, convertedTypes, convertSql, isPlainNumber, storedSql } from './kind-sql.js'

const usualRowBytes = 1_900_000
/** What the engine says when it meets a text that is for core to decide. */
const oddText = 'a text that the engine does not convert'

/** The engine's name of the column at a place: what a source calls it might be anything. */
export const columnAt = (place: number): string => `c${place}`
/** Of its values, once they are converted. */
export const valueAt = (place: number): string => `v${place}`

/** How a column lies in Parquet. */
export type StoredKind = ConvertedKind | 'text'

/** What rows can be asked for, and what their columns are called there. */
export interface Relation {
  readonly from: string
  column(place: number): string
}

/** Works on a chunk at a time, on a connection, in a table where need be. */
export class ChunkTable {
  readonly #connection: DuckDBConnection
  readonly #name: string

  /** @param lane - Tells it apart from those of other connections. */
  constructor(connection: DuckDBConnection, lane: number) {
    this.#connection = connection
    this.#name = `chunk_${lane}`
  }

  get name(): string {
    return this.#name
  }

  async rows(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql)
  }

  /** A value of each column among the first rows of a chunk, null where there is none. */
  async firstValues(chunk: Chunk, rowCount: number): Promise<readonly unknown[]> {
    const columns = chunk.names.map((_, place) => `any_value(${columnAt(place)})`).join(', ')
    return (await this.rows(`select ${columns} from (select * from ${sourceSql(chunk, false)} limit ${rowCount})`))[0]!
  }

  /** Writes a chunk as Parquet in one go. @returns undefined where it holds texts that are for core to decide */
  async copy(chunk: Chunk, stored: readonly StoredKind[], path: string): Promise<Relation | undefined> {
    const cast = stored.map((kind, place) => (kind === 'number' ? `, try_cast(${columnAt(place)} as DOUBLE) as ${valueAt(place)}` : '')).join('')
    const selected = stored.map((kind, place) => `${copiedSql(kind, place, chunk.hasOddNumbers)} as ${quoteName(chunk.names[place]!)}`)
    try {
      const sql = `copy (select ${selected.join(', ')} from (select *${cast} from ${sourceSql(chunk, !chunk.hasLineBreaks && !chunk.isRagged)})) to ${quoteText(path)} (format parquet, compression zstd)`
      const [row] = await this.rows(sql)
      if (Number(row![0]) !== chunk.rowCount) return undefined
    } catch (error) {
      if (String((error as Partial<Error> | null)?.message).includes(oddText)) return undefined
      throw error
    }
    return { from: `read_parquet(${quoteText(path)})`, column: (place) => quoteName(chunk.names[place]!) }
  }

  /** Reads a chunk into the table, all values as text, those that are missing as null. */
  async load(chunk: Chunk): Promise<Relation> {
    for (const parallel of !chunk.hasLineBreaks && !chunk.isRagged ? [true, false] : [false]) {
      await this.run(`create or replace table ${this.#name} as select * from ${sourceSql(chunk, parallel)}`)
      const [row] = await this.rows(`select count(*) from ${this.#name}`)
      if (Number(row![0]) === chunk.rowCount) return { from: this.#name, column: columnAt }
    }
    throw new MLError('INTERNAL', `Expected ${chunk.rowCount} rows back from a chunk, got another number. Please report this.`)
  }

  /** Adds the values of a column to the table: what the engine converts, and what is decided of the other texts. */
  async convert(place: number, kind: ConvertedKind, decided: ReadonlyMap<string, number | boolean>): Promise<void> {
    const table = this.#name
    await this.run(`alter table ${table} add column ${valueAt(place)} ${convertedTypes[kind]}`)
    await this.run(`update ${table} set ${valueAt(place)} = ${convertSql(kind, columnAt(place))}`)
    if (decided.size === 0) return
    await this.run(`create or replace table ${table}_decided (text VARCHAR, value ${convertedTypes[kind]})`)
    const appender = await this.#connection.createAppender(`${table}_decided`)
    for (const [text, value] of decided) {
      appender.appendVarchar(text)
      if (typeof value === 'boolean') appender.appendBoolean(value)
      else if (kind === 'instant') appender.appendBigInt(BigInt(Math.round(value)))
      else appender.appendDouble(value)
      appender.endRow()
    }
    appender.closeSync()
    await this.run(`update ${table} set ${valueAt(place)} = decided.value from ${table}_decided decided where ${columnAt(place)} = decided.text`)
  }

  /** Texts of a column of the table that the engine does not convert, each once, some at a time. */
  async *oddTexts(place: number, kind: ConvertedKind): AsyncGenerator<string> {
    const column = columnAt(place)
    const found = await this.#connection.stream(`select distinct ${column} from ${this.#name} where ${column} is not null and ${convertSql(kind, column)} is null`)
    for (let chunk = await found.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await found.fetchChunk()) {
      for (const text of chunk.getColumnValues(0)) yield String(text)
    }
  }
}

/** A column as it lies in Parquet, or the engine's error at a text that is for core to decide. Numbers are cast already. */
function copiedSql(kind: StoredKind, place: number, hasOddNumbers: boolean): string {
  const column = columnAt(place)
  if (kind === 'text') return column
  if (kind !== 'number') return storedSql(kind, `case when ${column} is not null then coalesce(${convertSql(kind, column)}, error('${oddText}')) end`)
  const isPlain = hasOddNumbers ? `isfinite(${valueAt(place)}) and ${isPlainNumber(column)}` : `isfinite(${valueAt(place)})`
  return `case when ${column} is null then null when ${isPlain} then ${valueAt(place)} else error('${oddText}') end`
}

/** A chunk as a table of texts. */
function sourceSql(chunk: Chunk, parallel: boolean): string {
  const columns = chunk.names.map((_, place) => `'${columnAt(place)}': 'VARCHAR'`)
  const options = [
    'header=false', 'auto_detect=false', `delim=${quoteText(chunk.delimiter)}`, `quote='"'`, `escape='"'`, `nullstr=''`, `new_line='\\n'`, `comment=''`,
    `columns={${columns.join(', ')}}`, `parallel=${parallel}`, ...(chunk.isRagged ? ['null_padding=true'] : []),
    ...(chunk.longestRowBytes > usualRowBytes ? [`max_line_size=${chunk.longestRowBytes + 1_024}`] : []),
  ]
  return `read_csv(${quoteText(chunk.path)}, ${options.join(', ')})`
}
