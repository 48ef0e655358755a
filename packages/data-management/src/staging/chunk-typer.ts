import { join } from 'node:path'
import type { ColumnKind } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import { kindFault } from '../sources/cell-fault.js'
import { recordOfFields } from '../sources/csv-fields.js'
import type { RejectedRow } from '../sources/row-sink.js'
import type { Chunk } from './chunk-file.js'
import { type ChunkTable, columnAt, type Relation, type StoredKind, valueAt } from './chunk-table.js'
import { ColumnEvidence, convertedKindOf, convertText } from './column-evidence.js'
import { type ConvertedKind, convertedKinds, storedSql } from './kind-sql.js'

interface WrittenChunk {
  readonly typed: TypedChunk
  readonly rejected: readonly RejectedRow[]
}

/** How many rows are looked at for what columns may be, before all are. */
const sampledRows = 2_048

/** A chunk's good rows in a Parquet file. */
export interface TypedChunk {
  readonly path: string
  readonly rowCount: number
  readonly names: readonly string[]
  readonly stored: readonly StoredKind[]
}

export interface ChunkTyperOptions {
  readonly folder: string
  readonly kinds: ReadonlyMap<string, ColumnKind>
  /** Whether texts are texts, whatever they spell. */
  readonly textual: boolean
  readonly maximumBadRows: number
}

/**
 * Turns chunks into Parquet: checks declared kinds, gathers evidence for the others, converts. Chunks may be typed beside each other, each in a table
 * of its own.
 */
export class ChunkTyper {
  readonly #options: ChunkTyperOptions
  readonly #evidence = new Map<string, ColumnEvidence>()
  #parts = 0

  constructor(options: ChunkTyperOptions) {
    this.#options = options
  }

  /** Of the columns seen so far, in their order. */
  get evidence(): ReadonlyMap<string, ColumnEvidence> {
    return this.#evidence
  }

  /** @returns what was made of the chunk, and the rows in it that are not of the declared kinds, in their order */
  async type(table: ChunkTable, chunk: Chunk): Promise<WrittenChunk> {
    const columns = chunk.names.map((name) => this.#evidenceOf(name))
    if (chunk.rowCount === 0) return { typed: { path: '', rowCount: 0, names: chunk.names, stored: [] }, rejected: [] }
    const { relation, ...written } = await this.#write(table, chunk, columns)
    await this.#gather(table, { relation, columns, stored: written.typed.stored })
    return written
  }

  /** Writes a chunk again that was written when less was known. */
  async typeAgain(table: ChunkTable, chunk: Chunk, before: TypedChunk): Promise<TypedChunk> {
    const columns = chunk.names.map((name) => this.#evidenceOf(name))
    const { typed, relation } = await this.#write(table, chunk, columns)
    for (const [place, column] of columns.entries()) if (typed.stored[place] === 'text' && before.stored[place] !== 'text') await count(table, relation, { column, place })
    return typed
  }

  /** Whether a chunk that was written is not as it would be now. */
  isOutdated({ names, stored }: TypedChunk): boolean {
    return stored.some((kind, place) => kind !== storedKind(this.#evidenceOf(names[place]!)))
  }

  #evidenceOf(name: string): ColumnEvidence {
    const known = this.#evidence.get(name)
    if (known) return known
    const made = new ColumnEvidence(name, this.#options.kinds.get(name), this.#options.textual)
    this.#evidence.set(name, made)
    return made
  }

  /** Writes a chunk with its columns as they look so far, in one go where all of their values do, else with a closer look. */
  async #write(table: ChunkTable, chunk: Chunk, columns: readonly ColumnEvidence[]): Promise<WrittenChunk & { readonly relation: Relation }> {
    const path = join(this.#options.folder, `part-${this.#parts++}.parquet`)
    const firsts = columns.some(isUnknown) ? await table.firstValues(chunk, sampledRows) : []
    const guessed = columns.map((column, place): StoredKind => (isUnknown(column) && typeof firsts[place] === 'string' ? (convertedKindOf(firsts[place]) ?? 'text') : storedKind(column)))
    const written = await table.copy(chunk, guessed, path)
    if (written === undefined) return this.#writeCloser(table, { chunk, columns, path })
    begin(columns, firsts)
    return { typed: { path, rowCount: chunk.rowCount, names: chunk.names, stored: guessed }, rejected: [], relation: written }
  }

  /** Rows that are not of the declared kinds go before anything is made of the others. */
  async #writeCloser(
    table: ChunkTable, { chunk, columns, path }: { readonly chunk: Chunk; readonly columns: readonly ColumnEvidence[]; readonly path: string },
  ): Promise<WrittenChunk & { readonly relation: Relation }> {
    const relation = await table.load(chunk)
    const doubtful: number[] = []
    for (const [place, column] of columns.entries()) {
      const kind = storedKind(column)
      if (column.declared === undefined || kind === 'text') continue
      const { isWhole, decided } = await decide(table, { place, kind, isDeclared: true })
      await table.convert(place, kind, decided)
      if (!isWhole) doubtful.push(place)
    }
    const rejected = doubtful.length === 0 ? [] : await this.#reject(table, { chunk, columns, doubtful })
    if (columns.some(isUnknown)) begin(columns, await firstValues(table, relation, columns))
    const stored: StoredKind[] = []
    for (const [place, column] of columns.entries()) stored.push(column.declared === undefined ? await this.#settle(table, column, place) : storedKind(column))
    const rowCount = chunk.rowCount - rejected.length
    const selected = stored.map((kind, place) => `${kind === 'text' ? columnAt(place) : storedSql(kind, valueAt(place))} as ${quoteName(chunk.names[place]!)}`)
    if (rowCount > 0) await table.run(`copy (select ${selected.join(', ')} from ${table.name}) to ${quoteText(path)} (format parquet, compression zstd)`)
    return { typed: { path, rowCount, names: chunk.names, stored }, rejected, relation }
  }

  /** Converts a column whose texts lie in the table, if all of them are what it looks like; else it is one of texts from now on. */
  async #settle(table: ChunkTable, column: ColumnEvidence, place: number): Promise<StoredKind> {
    const kind = storedKind(column)
    if (kind === 'text') return kind
    const { isWhole, decided } = await decide(table, { place, kind, isDeclared: false })
    if (isWhole) await table.convert(place, kind, decided)
    else column.candidate = 'none'
    return isWhole ? kind : 'text'
  }

  /** Takes out the rows with a value that is not of its column's declared kind. */
  async #reject(
    table: ChunkTable, { chunk, columns, doubtful }: { readonly chunk: Chunk; readonly columns: readonly ColumnEvidence[]; readonly doubtful: readonly number[] },
  ): Promise<readonly RejectedRow[]> {
    const faults = doubtful.map((place) => `when ${columnAt(place)} is not null and ${valueAt(place)} is null then ${place}`)
    const all = columns.map((_, place) => columnAt(place)).join(', ')
    await table.run(`create or replace table ${table.name}_rejected as select rowid as row, (case ${faults.join(' ')} end) as place, ${all} from ${table.name} where place is not null`)
    const rows = await table.rows(`select * from ${table.name}_rejected order by row limit ${this.#options.maximumBadRows + 1}`)
    if (rows.length > 0) await table.run(`delete from ${table.name} where rowid in (select row from ${table.name}_rejected)`)
    return rows.map(([row, place, ...values]) => {
      const { name, declared } = columns[Number(place)]!
      const text = recordOfFields(values.map((value) => (value === null ? '' : String(value))), chunk.delimiter)
      return { line: chunk.lineOf(Number(row)), column: name, reason: kindFault(declared!, ''), text }
    })
  }

  /** What the values of columns without a declared kind say. */
  async #gather(
    table: ChunkTable, { relation, columns, stored }: { readonly relation: Relation; readonly columns: readonly ColumnEvidence[]; readonly stored: readonly StoredKind[] },
  ): Promise<void> {
    if (columns.some(isUnknown)) begin(columns, await firstValues(table, relation, columns))
    for (const [place, column] of columns.entries()) if (stored[place] === 'text' && column.isCounted) await count(table, relation, { column, place })
  }
}

/** A value of each column whose kind is not known, as far as there is one. */
async function firstValues(table: ChunkTable, relation: Relation, columns: readonly ColumnEvidence[]): Promise<readonly unknown[]> {
  const places = [...columns.keys()].filter((place) => isUnknown(columns[place]!))
  const [values] = await table.rows(`select ${places.map((place) => `any_value(${relation.column(place)})`).join(', ')} from ${relation.from}`)
  return columns.map((_, place) => values![places.indexOf(place)] ?? null)
}

/** Counts a column's different texts, of some rows first: most columns that are no categories show it there. */
async function count(table: ChunkTable, relation: Relation, { column, place }: { readonly column: ColumnEvidence; readonly place: number }): Promise<void> {
  const name = relation.column(place)
  const distinct = async (from: string): Promise<void> => {
    const texts = await table.rows(`select distinct left(${name}, ${ColumnEvidence.countedLength}) from ${from} where ${name} is not null limit ${ColumnEvidence.countedTexts}`)
    column.count(texts.map(([text]) => String(text)))
  }
  if (!column.hasCounted) await distinct(`(select ${name} from ${relation.from} limit ${sampledRows * 2})`)
  if (!column.isCounted) return
  await distinct(relation.from)
  if (!column.isCounted) return
  const [present] = await table.rows(`select count(${name}) from ${relation.from}`)
  column.present += Number(present![0])
}

const isUnknown = ({ candidate }: ColumnEvidence): boolean => candidate === 'unknown'

/** Finds what columns may be whose first value was not seen before. @param firsts - A value of each column, null where there is none. */
function begin(columns: readonly ColumnEvidence[], firsts: readonly unknown[]): void {
  for (const [place, column] of columns.entries()) if (column.candidate === 'unknown' && typeof firsts[place] === 'string') column.begin(firsts[place])
}

/** Has core decide on the texts of a column that the engine does not convert. */
async function decide(
  table: ChunkTable, { place, kind, isDeclared }: { readonly place: number; readonly kind: ConvertedKind; readonly isDeclared: boolean },
): Promise<{ readonly isWhole: boolean; readonly decided: ReadonlyMap<string, number | boolean> }> {
  const decided = new Map<string, number | boolean>()
  let isWhole = true
  for await (const text of table.oddTexts(place, kind)) {
    const value = convertText(kind, text)
    if (value === undefined) isWhole = false
    else decided.set(text, value)
    if (!isWhole && !isDeclared) break
  }
  return { isWhole, decided }
}

function storedKind({ candidate }: ColumnEvidence): StoredKind {
  return convertedKinds.includes(candidate as ConvertedKind) ? (candidate as ConvertedKind) : 'text'
}
