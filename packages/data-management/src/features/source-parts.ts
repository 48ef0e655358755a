import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactStore, ColumnKind, TenantId } from '@motadata/core'
import { readColumnSql } from '../engine/column-sql.js'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { DatasetPart } from '../parts/dataset-manifest.js'

/** A part in the working folder. */
interface LocalPart {
  readonly sha256: string
  readonly path: string
  readonly stored: ReadonlyMap<string, ColumnKind>
}

/** A column to read: as its kind is read, or, for an instant that is compared, as a timestamp. */
export interface SourceColumn {
  readonly name: string
  readonly kind: ColumnKind | 'timestamp'
  /** What SQL calls it. */
  readonly as: string
}

export interface PartsFetcher {
  readonly artifacts: ArtifactStore
  readonly tenantId: TenantId
  readonly folder: string
  readonly throwIfEnded: () => void
}

/** Rows that one file can have, for numbers of rows over all files. */
const rowsPerFile = 2 ** 32

/** The rows of a dataset's version where DuckDB reads them, each with its number: `row_id` rises with the order of the rows. */
export class SourceParts {
  readonly #parts: readonly LocalPart[]

  private constructor(parts: readonly LocalPart[]) {
    this.#parts = parts
  }

  /** Brings the parts into the working folder, one at a time. @param folderName - One that no other source of the same work has. */
  static async fetch(parts: readonly DatasetPart[], folderName: string, { artifacts, tenantId, folder, throwIfEnded }: PartsFetcher): Promise<SourceParts> {
    const local: LocalPart[] = []
    for (const { sha256, columns } of parts) {
      throwIfEnded()
      const path = join(folder, `${folderName}-${local.length}.parquet`)
      await writeFile(path, await artifacts.get(tenantId, sha256))
      local.push({ sha256, path, stored: new Map(columns.map(({ name, kind }) => [name, kind])) })
    }
    return new SourceParts(local)
  }

  /**
   * A query of all rows, or of those of some parts.
   *
   * @param columns - What it gives, beside `row_id`.
   * @param isMeant - Of a part's hash; default all parts.
   */
  select(columns: readonly SourceColumn[], isMeant: (sha256: string) => boolean = () => true): string {
    const groups: { readonly signature: string; readonly first: number; readonly paths: string[]; readonly list: string }[] = []
    this.#parts.forEach(({ sha256, path, stored }, at) => {
      if (!isMeant(sha256)) return
      const list = columns.map((column) => columnSql(column, stored.get(column.name))).join(', ')
      const last = groups.at(-1)
      // neighbours that were written alike are read as one
      if (last?.signature === list && last.first + last.paths.length === at) last.paths.push(path)
      else groups.push({ signature: list, first: at, paths: [path], list })
    })
    if (groups.length === 0) return `select ${columns.map((column) => columnSql(column, undefined)).join(', ')}, 0::BIGINT as row_id where false`
    return groups.map(({ first, paths, list }) =>
      `select ${list}, (file_index + ${first})::BIGINT * ${rowsPerFile} + file_row_number as row_id from read_parquet([${paths.map(quoteText).join(', ')}])`).join(' union all ')
  }
}

function columnSql({ name, kind, as }: SourceColumn, stored: ColumnKind | undefined): string {
  const alias = quoteName(as)
  if (kind === 'timestamp') return stored === 'instant' ? `${quoteName(name)}::TIMESTAMP as ${alias}` : `null::TIMESTAMP as ${alias}`
  const suffix = ` as ${quoteName(name)}`
  const sql = readColumnSql(name, kind, stored)
  return `${sql.endsWith(suffix) ? sql.slice(0, -suffix.length) : sql} as ${alias}`
}
