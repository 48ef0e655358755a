import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnKind } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import { recordOfFields } from '../sources/csv-fields.js'
import { kindFault } from '../sources/cell-fault.js'
import type { RejectedRow } from '../sources/row-sink.js'
import type { Chunk } from './chunk-file.js'
import { columnAt, decidedAt, decideTexts, loadChunk } from './chunk-table.js'
import { ColumnEvidence, convertText } from './column-evidence.js'
import { type ConvertedKind, convertedKinds, convertSql, storedSql } from './kind-sql.js'

/** A chunk's good rows in a Parquet file. */
export interface TypedChunk {
  readonly path: string
  readonly rowCount: number
  readonly names: readonly string[]
  /** How each column lies in it. */
  readonly stored: readonly (ConvertedKind | 'text')[]
}

/** Turns chunks into Parquet: checks declared kinds, gathers evidence for the others, converts. */
export class ChunkTyper {
  readonly #connection: DuckDBConnection
  readonly #folder: string
  readonly #kinds: ReadonlyMap<string, ColumnKind>
  readonly #textual: boolean
  readonly #maximumBadRows: number
  readonly #evidence = new Map<string, ColumnEvidence>()
  /** Columns whose texts were not counted in earlier chunks, since they looked like something else there. */
  readonly #uncounted = new Set<string>()
  #parts = 0

  constructor(options: { readonly connection: DuckDBConnection; readonly folder: string; readonly kinds: ReadonlyMap<string, ColumnKind>; readonly textual: boolean; readonly maximumBadRows: number }) {
    this.#connection = options.connection
    this.#folder = options.folder
    this.#kinds = options.kinds
    this.#textual = options.textual
    this.#maximumBadRows = options.maximumBadRows
  }

  /** Of the columns seen so far, in their order. */
  get evidence(): ReadonlyMap<string, ColumnEvidence> {
    return this.#evidence
  }

  /** @returns what was made of the chunk, and the rows in it that are not of the declared kinds, in their order */
  async type(chunk: Chunk): Promise<{ readonly typed: TypedChunk; readonly rejected: readonly RejectedRow[] }> {
    const columns = chunk.names.map((name) => this.#evidenceOf(name))
    if (chunk.rowCount === 0) return { typed: { path: '', rowCount: 0, names: chunk.names, stored: [] }, rejected: [] }
    const decided = new Set<number>()
    await loadChunk(this.#connection, chunk)
    const rejected = await this.#rejectRows(chunk, columns, decided)
    await this.#gather(columns, decided)
    return { typed: await this.#write(columns, decided, chunk.rowCount - rejected.length), rejected }
  }

  /** Writes a chunk again that was written when less was known. */
  async typeAgain(chunk: Chunk): Promise<TypedChunk> {
    const columns = chunk.names.map((name) => this.#evidenceOf(name))
    const decided = new Set<number>()
    await loadChunk(this.#connection, chunk)
    const rejected = await this.#rejectRows(chunk, columns, decided)
    for (const [place, column] of columns.entries()) {
      if (this.#uncounted.has(column.name)) await this.#count(column, place)
      if (isConverted(column.candidate) && column.declared === undefined) await this.#decide(column, column.candidate, { place, decided })
    }
    return this.#write(columns, decided, chunk.rowCount - rejected.length)
  }

  /** Whether a chunk that was written is not as it would be now. */
  isOutdated({ names, stored }: TypedChunk): boolean {
    return stored.some((kind, place) => kind !== storedKind(this.#evidenceOf(names[place]!)))
  }

  #evidenceOf(name: string): ColumnEvidence {
    const known = this.#evidence.get(name)
    if (known) return known
    const made = new ColumnEvidence(name, this.#kinds.get(name), this.#textual)
    this.#evidence.set(name, made)
    return made
  }

  /** Takes out the rows with a value that is not of its column's declared kind. */
  async #rejectRows(chunk: Chunk, columns: readonly ColumnEvidence[], decided: Set<number>): Promise<readonly RejectedRow[]> {
    const faults: string[] = []
    for (const [place, column] of columns.entries()) {
      const { declared, candidate } = column
      if (declared === undefined || !isConverted(candidate)) continue
      if (await this.#decide(column, candidate, { place, decided })) continue
      faults.push(`when ${columnAt(place)} is not null and ${valueSql(candidate, place, decided)} is null then ${place}`)
    }
    if (faults.length === 0) return []
    const all = columns.map((_, place) => columnAt(place)).join(', ')
    await this.#connection.run(`create or replace table rejected as select rowid as row, (case ${faults.join(' ')} end) as place, ${all} from chunk where place is not null`)
    const rows = (await this.#connection.runAndReadAll(`select * from rejected order by row limit ${this.#maximumBadRows + 1}`)).getRows()
    if (rows.length > 0) await this.#connection.run('delete from chunk where rowid in (select row from rejected)')
    return rows.map(([row, place, ...values]) => {
      const { name, declared } = columns[Number(place)]!
      const text = recordOfFields(values.map((value) => (value === null ? '' : String(value))), chunk.delimiter)
      return { line: chunk.lineOf(Number(row)), column: name, reason: kindFault(declared!, ''), text }
    })
  }

  /** What the values of columns without a declared kind say. */
  async #gather(columns: readonly ColumnEvidence[], decided: Set<number>): Promise<void> {
    const open = [...columns.entries()].filter(([, { declared }]) => declared === undefined)
    if (open.length === 0) return
    const unknown = open.filter(([, { candidate }]) => candidate === 'unknown')
    if (unknown.length > 0) {
      const [firsts] = (await this.#connection.runAndReadAll(`select ${unknown.map(([place]) => `any_value(${columnAt(place)})`).join(', ')} from chunk`)).getRows()
      for (const [at, [, column]] of unknown.entries()) if (firsts![at] !== null) column.begin(String(firsts![at]))
    }
    const [present] = (await this.#connection.runAndReadAll(`select ${open.map(([place]) => `count(${columnAt(place)})`).join(', ')} from chunk`)).getRows()
    for (const [at, [place, column]] of open.entries()) {
      if (isConverted(column.candidate) && !(await this.#decide(column, column.candidate, { place, decided }))) {
        column.candidate = 'none'
        if (column.present > 0) this.#uncounted.add(column.name)
      }
      column.present += Number(present![at])
      if (column.isCounted) await this.#count(column, place)
    }
  }

  /** Has core decide on the texts of a column that the engine does not convert. @returns whether all of them are of the kind */
  async #decide({ declared }: ColumnEvidence, kind: ConvertedKind, { place, decided }: { readonly place: number; readonly decided: Set<number> }): Promise<boolean> {
    const column = columnAt(place)
    const odd = await this.#connection.stream(`select distinct ${column} from chunk where ${column} is not null and ${convertSql(kind, column)} is null`)
    const values = new Map<string, number | boolean>()
    let isWhole = true
    for (let rows = await odd.fetchChunk(); rows && rows.rowCount > 0; rows = await odd.fetchChunk()) {
      for (const text of rows.getColumnValues(0)) {
        const value = convertText(kind, String(text))
        if (value === undefined) isWhole = false
        else values.set(String(text), value)
      }
      if (!isWhole && declared === undefined) return false
    }
    if (values.size > 0) {
      await decideTexts(this.#connection, place, kind, values)
      decided.add(place)
    }
    return isWhole
  }

  async #count(column: ColumnEvidence, place: number): Promise<void> {
    const sql = `select distinct left(${columnAt(place)}, ${ColumnEvidence.countedLength}) from chunk where ${columnAt(place)} is not null limit ${ColumnEvidence.countedTexts}`
    column.count((await this.#connection.runAndReadAll(sql)).getRows().map(([text]) => String(text)))
  }

  async #write(columns: readonly ColumnEvidence[], decided: ReadonlySet<number>, rowCount: number): Promise<TypedChunk> {
    const names = columns.map(({ name }) => name)
    const stored = columns.map(storedKind)
    const path = join(this.#folder, `part-${this.#parts++}.parquet`)
    if (rowCount > 0) {
      const selected = stored.map((kind, place) => `${kind === 'text' ? columnAt(place) : storedSql(kind, valueSql(kind, place, decided))} as ${quoteName(names[place]!)}`)
      await this.#connection.run(`copy (select ${selected.join(', ')} from chunk) to ${quoteText(path)} (format parquet, compression zstd)`)
    }
    return { path, rowCount, names, stored }
  }
}

function isConverted(candidate: ColumnEvidence['candidate']): candidate is ConvertedKind {
  return convertedKinds.includes(candidate as ConvertedKind)
}

function storedKind({ candidate }: ColumnEvidence): ConvertedKind | 'text' {
  return isConverted(candidate) ? candidate : 'text'
}

function valueSql(kind: ConvertedKind, place: number, decided: ReadonlySet<number>): string {
  const converted = convertSql(kind, columnAt(place))
  return decided.has(place) ? `coalesce(${converted}, ${decidedAt(place)})` : converted
}
