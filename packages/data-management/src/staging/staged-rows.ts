import { rm } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { BadRow, ColumnKinds } from '@motadata/core'
import type { Connect } from '../engine/open-duckdb.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import { identityOf, rowsPerPart, type StagedPart } from '../parts/write-parts.js'
import { BadRows } from '../sources/bad-rows.js'
import { beyondLimit } from '../sources/beyond-limit.js'
import { declaredKinds } from '../sources/cell-fault.js'
import type { LoadLimits } from '../sources/load-limits.js'
import type { RejectedRow } from '../sources/row-sink.js'
import type { Chunk } from './chunk-file.js'
import { ChunkTable } from './chunk-table.js'
import { ChunkTyper, type TypedChunk } from './chunk-typer.js'
import { RowStage } from './row-stage.js'

/** Of a chunk's text, whatever rows it has: what is in memory of a source that is taken in. */
const bytesPerChunk = 67_108_864
/** Chunks that are typed beside each other. */
const lanes = 2

export interface StagedRowsOptions {
  readonly connection: DuckDBConnection
  /** For work beside that of the first connection; without it chunks are typed one after the other. */
  readonly connect?: Connect | undefined
  readonly folder: string
  readonly limits: LoadLimits
  readonly columnKinds?: ColumnKinds | undefined
  /** Default those of a part of a dataset. */
  readonly rowsPerChunk?: number
  /** Whether texts are texts, whatever they spell; default no. */
  readonly textual?: boolean
}

/** What became of a source: parts in a folder, and what could not be used. */
export interface StagedDataset {
  readonly columns: readonly DatasetColumn[]
  readonly parts: readonly StagedPart[]
  readonly rowCount: number
  readonly badRowCount: number
  /** The first of them, at most 100. */
  readonly badRows: readonly BadRow[]
  /** All of them, with their texts where these are not too long. */
  readonly rejected: readonly RejectedRow[]
  /** Of CSV: its columns as they came, and what divides them. */
  readonly header?: { readonly names: readonly string[]; readonly delimiter: string }
}

/**
 * Takes rows from a source that may be far larger than memory, and makes parts of a dataset of them. While chunks are written down, the
 * engine types those before, two beside each other. Columns whose kinds are not declared are stored as what they look like so far; the chunks of those that turn out to be
 * something else are written again at the end.
 */
export class StagedRows {
  readonly stage: RowStage
  readonly #limits: LoadLimits
  readonly #typer: ChunkTyper
  readonly #badRows: BadRows
  readonly #rejected: RejectedRow[] = []
  readonly #done: { readonly chunk: Chunk; typed: TypedChunk }[] = []
  #rowCount = 0
  /** Tables that chunks are typed in, and what the last one in each of them is waiting for. */
  readonly #lanes: { readonly table: ChunkTable; free: Promise<unknown> }[]
  readonly #connect: Connect | undefined
  /** Chunks are typed beside each other, and taken in their order. */
  #taken: Promise<unknown> = Promise.resolve()
  #chunks = 0

  /** @throws MLError `INPUT_INVALID` for a kind that there is not */
  constructor({ connection, connect, folder, limits, columnKinds, rowsPerChunk = rowsPerPart, textual = false }: StagedRowsOptions) {
    this.#limits = limits
    this.#badRows = new BadRows(limits)
    this.#lanes = [{ table: new ChunkTable(connection, 0), free: Promise.resolve() }]
    this.#connect = connect
    this.#typer = new ChunkTyper({ folder, kinds: declaredKinds(columnKinds), textual, maximumBadRows: limits.maximumBadRows })
    this.stage = new RowStage({
      folder, limits, columnKinds, rowsPerChunk, bytesPerChunk,
      onChunk: (chunk) => this.take(chunk),
    })
  }

  /** Takes a chunk, once a table is free for it. */
  async take(chunk: Chunk): Promise<void> {
    if (this.#chunks > 0 && this.#lanes.length < lanes && this.#connect) this.#lanes.push({ table: new ChunkTable(await this.#connect(), 1), free: Promise.resolve() })
    const lane = this.#lanes[this.#chunks++ % this.#lanes.length]!
    await lane.free
    const typing = this.#typer.type(lane.table, chunk)
    const before = this.#taken
    this.#taken = typing.then(async (typed) => {
      await before
      await this.#take(chunk, typed)
    })
    lane.free = this.#taken
    // comes out where it is waited for
    this.#taken.catch(() => undefined)
  }

  /** @throws MLError `DATA_EMPTY`, `DATA_MALFORMED` when there were rows but no good one, `DATA_TOO_LARGE` */
  async finish(): Promise<StagedDataset> {
    await this.stage.end()
    await this.#taken
    const names = this.stage.names
    this.#badRows.checkSome(this.#rowCount + this.stage.emptyRows, names.length)
    for (const done of this.#done) {
      if (done.typed.rowCount === 0 || !this.#typer.isOutdated(done.typed)) continue
      await rm(done.typed.path)
      done.typed = await this.#typer.typeAgain(this.#lanes[0]!.table, done.chunk, done.typed)
    }
    const kinds = new Map([...this.#typer.evidence].map(([name, { kind }]) => [name, kind]))
    const column = (name: string): DatasetColumn => ({ name, kind: kinds.get(name) ?? 'text' })
    const parts: StagedPart[] = []
    for (const { typed } of this.#done) {
      if (typed.rowCount === 0) continue
      parts.push({ path: typed.path, ...(await identityOf(typed.path)), rowCount: typed.rowCount, columns: typed.names.map(column) })
    }
    return {
      columns: names.map(column), parts, rowCount: this.#rowCount, badRowCount: this.#badRows.count, badRows: this.#badRows.first, rejected: this.#rejected,
    }
  }

  /** Lets go of what is under way, where the work broke off. */
  async abandon(): Promise<void> {
    await this.#taken.catch(() => undefined)
    for (const { free } of this.#lanes) await free.catch(() => undefined)
    await this.stage.abandon()
  }

  async #take(chunk: Chunk, { typed, rejected }: { readonly typed: TypedChunk; readonly rejected: readonly RejectedRow[] }): Promise<void> {
    const bad = [...chunk.badRows, ...rejected].sort((a, b) => a.line - b.line)
    for (const row of bad) {
      this.#badRows.add(row)
      this.#rejected.push(row)
    }
    this.#rowCount += typed.rowCount
    if (this.#rowCount > this.#limits.maximumRows) throw beyondLimit(this.#limits, 'maximumRows', 'rows')
    if (this.#rowCount * typed.names.length > this.#limits.maximumCells) throw beyondLimit(this.#limits, 'maximumCells', 'cells (rows times columns)')
    this.#done.push({ chunk, typed })
    const mayChange = [...this.#typer.evidence.values()].some(({ isOpen }) => isOpen)
    if (mayChange) return
    for (const done of this.#done) if (!this.#typer.isOutdated(done.typed)) await rm(done.chunk.path, { force: true })
  }
}
