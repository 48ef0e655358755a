import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readColumnSql } from '../engine/column-sql.js'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { DatasetColumn, DatasetManifest } from './dataset-manifest.js'
import type { PartsReader } from './read-parts.js'

/** All rows of a version, for statements of the engine. */
export interface PartsView {
  /** As SQL names it; its columns are those of the version, as their kinds are read. */
  readonly view: string
  /** Its further column: the number of the row, from 0. As SQL names it. */
  readonly row: string
}

/** A view over the parts of a version, which lie in files as long as `work` takes: the engine reads of them what a statement needs. Not for a version without parts. */
export async function withPartsView<Result>({ columns, parts }: DatasetManifest, reader: PartsReader, work: (view: PartsView) => Promise<Result>): Promise<Result> {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  let row = 'row_number'
  while (names.has(row)) row += '_'
  const paths: string[] = []
  try {
    const selected: string[] = []
    let before = 0
    for (const part of parts) {
      reader.throwIfEnded()
      const path = join(reader.folder, `${part.sha256}.${paths.length}.parquet`)
      paths.push(path)
      await writeFile(path, await reader.artifacts.get(reader.tenantId, part.sha256))
      selected.push(selectPart(columns, part.columns, { path, row: `file_row_number + ${before} as ${quoteName(row)}` }))
      before += part.rowCount
    }
    await reader.connection.run(`create or replace view version_rows as ${selected.join(' union all ')}`)
    return await work({ view: 'version_rows', row: quoteName(row) })
  } finally {
    for (const path of paths) await rm(path, { force: true })
  }
}

function selectPart(columns: readonly DatasetColumn[], stored: readonly DatasetColumn[], { path, row }: { readonly path: string; readonly row: string }): string {
  const kinds = new Map(stored.map(({ name, kind }) => [name, kind]))
  const read = columns.map(({ name, kind }) => readColumnSql(name, kind, kinds.get(name)))
  return `select ${[...read, row].join(', ')} from read_parquet(${quoteText(path)}, file_row_number = true)`
}
