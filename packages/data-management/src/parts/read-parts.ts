import { writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type ArtifactStore, type Dataset, createDataset, type TenantId } from '@motadata/core'
import { readColumnSql } from '../engine/column-sql.js'
import { quoteText } from '../engine/sql-text.js'
import { type ColumnBuilder, createColumnBuilder } from './column-builder.js'
import type { DatasetColumn, DatasetPart } from './dataset-manifest.js'

export interface PartsReader {
  readonly artifacts: ArtifactStore
  readonly tenantId: TenantId
  readonly connection: DuckDBConnection
  readonly folder: string
  readonly throwIfEnded: () => void
}

export interface ReadRange {
  /** Those of the answer, in its order. */
  readonly columns: readonly DatasetColumn[]
  /** Row to start at, from 0. */
  readonly offset: number
  /** Rows at most. */
  readonly limit: number
}

/** Rows of a dataset out of its parts, in their order: only the parts that hold some of them are fetched, one at a time. */
export async function readParts(parts: readonly DatasetPart[], range: ReadRange, reader: PartsReader): Promise<Dataset> {
  const { columns } = range
  const builders = columns.map(({ kind }) => createColumnBuilder(kind))
  let before = 0
  let left = range.limit
  for (const part of parts) {
    const skip = Math.max(0, range.offset - before)
    before += part.rowCount
    if (skip >= part.rowCount || left <= 0) continue
    reader.throwIfEnded()
    const count = Math.min(left, part.rowCount - skip)
    left -= count
    const path = join(reader.folder, `${part.sha256}.parquet`)
    await writeFile(path, await reader.artifacts.get(reader.tenantId, part.sha256))
    await readFileRows(reader.connection, { path, part, columns, builders }, `limit ${count} offset ${skip}`)
    await rm(path)
  }
  return createDataset(columns.map(({ name }, at) => [name, builders[at]!.build()]))
}

/** Rows of parts that lie in files still. */
export async function readPartFiles(connection: DuckDBConnection, parts: readonly (DatasetPart & { readonly path: string })[], columns: readonly DatasetColumn[]): Promise<Dataset> {
  const builders = columns.map(({ kind }) => createColumnBuilder(kind))
  for (const part of parts) await readFileRows(connection, { path: part.path, part, columns, builders }, '')
  return createDataset(columns.map(({ name }, at) => [name, builders[at]!.build()]))
}

interface PartFile {
  readonly path: string
  readonly part: DatasetPart
  readonly columns: readonly DatasetColumn[]
  readonly builders: readonly ColumnBuilder[]
}

async function readFileRows(connection: DuckDBConnection, { path, part, columns, builders }: PartFile, range: string): Promise<void> {
  const stored = new Map(part.columns.map(({ name, kind }) => [name, kind]))
  const selected = columns.map(({ name, kind }) => readColumnSql(name, kind, stored.get(name)))
  const result = await connection.stream(`select ${selected.join(', ')} from read_parquet(${quoteText(path)}) ${range}`)
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (let at = 0; at < builders.length; at++) builders[at]!.append(chunk.getColumnValues(at))
  }
}
