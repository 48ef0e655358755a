import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ArtifactStore, ColumnKind, TenantId } from '@motadata/core'
import { readColumnSql, storedTypes } from '../engine/column-sql.js'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { DatasetManifest, DatasetPart } from '../parts/dataset-manifest.js'

/** Where the parts of a step's inputs come from, and are put for the engine. */
export interface StepFiles {
  readonly artifacts: ArtifactStore
  readonly tenantId: TenantId
  readonly folder: string
  readonly throwIfEnded: () => void
}

/** Makes the rows of an input a view under its name, over files of the folder, in the order of its rows. */
export async function viewInput(connection: DuckDBConnection, { name, manifest }: { readonly name: string; readonly manifest: DatasetManifest }, files: StepFiles): Promise<void> {
  const selects: string[] = []
  for (const group of alikeParts(manifest.parts)) {
    const paths = []
    for (const part of group) paths.push(await fetchPart(part, files))
    const stored = new Map(group[0]!.columns.map((column) => [column.name, column.kind]))
    const list = manifest.columns.map((column) => viewColumnSql(column.name, column.kind, stored.get(column.name)))
    selects.push(`select ${list.join(', ')} from read_parquet([${paths.map(quoteText).join(', ')}])`)
  }
  const none = `select ${manifest.columns.map((column) => viewColumnSql(column.name, column.kind, undefined)).join(', ')} where false`
  await connection.run(`create view ${quoteName(name)} as ${selects.join(' union all ') || none}`)
}

/** A part's file; one that two inputs share is there once. */
async function fetchPart({ sha256 }: DatasetPart, { artifacts, tenantId, folder, throwIfEnded }: StepFiles): Promise<string> {
  throwIfEnded()
  const path = join(folder, `${sha256}.parquet`)
  const isThere = await stat(path).then(() => true, () => false)
  if (!isThere) await writeFile(path, await artifacts.get(tenantId, sha256))
  return path
}

/** Neighbouring parts with the same columns: read in one go. */
function alikeParts(parts: readonly DatasetPart[]): readonly (readonly DatasetPart[])[] {
  const groups: DatasetPart[][] = []
  for (const part of parts) {
    const last = groups.at(-1)
    if (last && JSON.stringify(last[0]!.columns) === JSON.stringify(part.columns)) last.push(part)
    else groups.push([part])
  }
  return groups
}

function viewColumnSql(name: string, kind: ColumnKind, storedKind: ColumnKind | undefined): string {
  const column = quoteName(name)
  if (storedKind === undefined) return `null::${storedTypes[kind]} as ${column}`
  return kind === 'instant' ? column : readColumnSql(name, kind, storedKind)
}
