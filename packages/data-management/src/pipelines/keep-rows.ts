import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { DataManagementError } from '@motadata/core'
import { withDuckDB } from '../engine/open-duckdb.js'
import { quoteText } from '../engine/sql-text.js'
import type { DatasetColumn, DatasetManifest, DatasetPart } from '../parts/dataset-manifest.js'
import { rowsPerPart } from '../parts/write-parts.js'
import { storedSql } from '../steps/sql-typing.js'
import type { SqlPlan } from '../steps/step-plan.js'
import type { StepFiles } from './step-files.js'

/** Row groups of a part: two, each a whole number of the engine's vectors, and together at most `rowsPerPart`. */
const rowsPerGroup = 122_880
const groupsPerFile = Math.floor(rowsPerPart / rowsPerGroup)

export interface WriteOptions {
  readonly folder: string
  readonly mostRows: number
  readonly step: string
}

/**
 * Writes what a query gives to a file of the folder.
 *
 * @throws DataManagementError `DATA_TOO_LARGE` for more rows than may be
 */
export async function writeRows(connection: DuckDBConnection, query: Pick<SqlPlan, 'sql' | 'columns'>, options: WriteOptions): Promise<RowsFile> {
  const { folder, mostRows, step } = options
  const path = join(folder, 'rows.parquet')
  await connection.run(`copy (select ${query.columns.map(storedSql).join(', ')} from (${query.sql}\n) limit ${mostRows + 1})
    to ${quoteText(path)} (format parquet, compression zstd, row_group_size ${rowsPerGroup})`)
  const rowCount = await countRows(connection, path)
  if (rowCount <= mostRows) return { path, rowCount }
  throw new DataManagementError('DATA_TOO_LARGE', `Step '${step}': Expected at most ${mostRows} rows, got more. Filter or aggregate first, or raise the limit.`, { details: { step, expected: `at most ${mostRows} rows` } })
}

/** Keeps a file's rows as parts, in their order. The same rows give the same bytes. */
export async function keepRows({ path, rowCount }: RowsFile, columns: readonly DatasetColumn[], files: StepFiles & SplitOptions): Promise<DatasetManifest> {
  const manifest = (parts: readonly DatasetPart[]): DatasetManifest => ({ format: 'dataset/1', columns, parts })
  if (rowCount === 0) return manifest([])
  const written = rowCount <= rowsPerPart ? [{ path, rowCount }] : await split(path, files)
  const parts: DatasetPart[] = []
  for (const file of written) {
    files.throwIfEnded()
    const { sha256, sizeBytes } = await files.artifacts.put(files.tenantId, await readFile(file.path))
    parts.push({ sha256, sizeBytes, rowCount: file.rowCount, columns })
    await rm(file.path)
  }
  return manifest(parts)
}

interface SplitOptions {
  readonly signal: AbortSignal
  readonly memoryLimitBytes: number
}

/** Rows in a file, not kept yet. */
export interface RowsFile {
  readonly path: string
  readonly rowCount: number
}

/** One thread, so that rows lie in the files in their order. */
async function split(path: string, { folder, signal, memoryLimitBytes }: StepFiles & SplitOptions): Promise<readonly RowsFile[]> {
  const target = join(folder, 'parts')
  return withDuckDB({ folder, threads: 1, signal, memoryLimitBytes }, async (connection) => {
    await connection.run(`copy (select * from read_parquet(${quoteText(path)})) to ${quoteText(target)}
      (format parquet, compression zstd, row_group_size ${rowsPerGroup}, row_groups_per_file ${groupsPerFile}, filename_pattern 'part_{i}')`)
    await rm(path)
    const files: RowsFile[] = []
    for (const { file } of (await readdir(target)).map((name) => ({ file: join(target, name), number: Number(/(\d+)\.parquet$/.exec(name)?.[1]) })).sort((a, b) => a.number - b.number)) {
      files.push({ path: file, rowCount: await countRows(connection, file) })
    }
    return files
  })
}

/** Of a file, as its end says. */
async function countRows(connection: DuckDBConnection, path: string): Promise<number> {
  return Number((await connection.runAndReadAll(`select count(*) from read_parquet(${quoteText(path)})`)).getRows()[0]![0])
}

/** Bytes of all files in a folder, in its folders too. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    sum += entry.isDirectory() ? await folderBytes(path) : await stat(path).then(({ size }) => size, () => 0)
  }
  return sum
}
