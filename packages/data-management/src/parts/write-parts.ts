import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { cellAt, type Column, type ColumnKind, type Dataset, sha256 } from '@motadata/core'
import { storedTypes } from '../engine/column-sql.js'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { DatasetColumn, DatasetPart } from './dataset-manifest.js'

/** Rows of a part at most: what is in memory of a dataset that is written or read. */
export const rowsPerPart = 250_000
const rowsPerChunk = 2_048

export interface PartsWriter {
  readonly connection: DuckDBConnection
  readonly folder: string
  /** Called after each part, with the share of rows that are written. */
  readonly onProgress?: (share: number) => void
  readonly throwIfEnded: () => void
}

/** A part whose rows lie in a file, until it is kept as an artifact. */
export interface StagedPart extends DatasetPart {
  readonly path: string
}

/**
 * Writes a dataset's rows as Parquet files. The same rows give the same bytes.
 *
 * @returns the parts, in the rows' order; none for no rows
 */
export async function writeParts(dataset: Dataset, writer: PartsWriter): Promise<readonly StagedPart[]> {
  const columns = [...dataset.columns].map(([name, { kind }]) => ({ name, kind }))
  const parts: StagedPart[] = []
  for (let start = 0; start < dataset.rowCount; start += rowsPerPart) {
    writer.throwIfEnded()
    const end = Math.min(dataset.rowCount, start + rowsPerPart)
    await fillTable(writer.connection, dataset, { columns, start, end })
    parts.push(await writeTable(writer, { path: join(writer.folder, `part-${parts.length}.parquet`), columns, rowCount: end - start }))
    writer.onProgress?.(end / dataset.rowCount)
  }
  return parts
}

interface RowRange {
  readonly columns: readonly DatasetColumn[]
  readonly start: number
  readonly end: number
}

async function fillTable(connection: DuckDBConnection, dataset: Dataset, { columns, start, end }: RowRange): Promise<void> {
  const { DuckDBDataChunk, BOOLEAN, DOUBLE, TIMESTAMP_MS, VARCHAR } = await import('@duckdb/node-api')
  const types = { number: DOUBLE, category: VARCHAR, text: VARCHAR, boolean: BOOLEAN, instant: TIMESTAMP_MS }
  await connection.run(`create or replace table part (${columns.map(({ name, kind }) => `${quoteName(name)} ${storedTypes[kind]}`).join(', ')})`)
  const valueOf = await valueReader()
  const appender = await connection.createAppender('part')
  for (let from = start; from < end; from += rowsPerChunk) {
    const to = Math.min(end, from + rowsPerChunk)
    const chunk = DuckDBDataChunk.create(columns.map(({ kind }) => types[kind]), to - from)
    columns.forEach(({ name, kind }, at) => chunk.setColumnValues(at, valuesOf(dataset.columns.get(name)!, kind, { from, to, valueOf })))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

type InstantValue = (epochMs: number) => unknown

async function valueReader(): Promise<InstantValue> {
  const { DuckDBTimestampMillisecondsValue } = await import('@duckdb/node-api')
  return (epochMs) => new DuckDBTimestampMillisecondsValue(BigInt(Math.round(epochMs)))
}

function valuesOf(column: Column, kind: ColumnKind, { from, to, valueOf }: { readonly from: number; readonly to: number; readonly valueOf: InstantValue }): never[] {
  const values: unknown[] = []
  for (let row = from; row < to; row++) {
    const value = cellAt(column, row)
    values.push(kind === 'instant' && value instanceof Date ? valueOf(value.getTime()) : value)
  }
  return values as never[]
}

async function writeTable({ connection }: PartsWriter, { path, ...part }: Pick<StagedPart, 'path' | 'columns' | 'rowCount'>): Promise<StagedPart> {
  await connection.run(`copy part to ${quoteText(path)} (format parquet, compression zstd)`)
  return { ...part, path, ...(await identityOf(path)) }
}

/** The hash and size of a part's file. */
export async function identityOf(path: string): Promise<Pick<StagedPart, 'sha256' | 'sizeBytes'>> {
  const bytes = await readFile(path)
  return { sha256: sha256(bytes), sizeBytes: bytes.byteLength }
}
