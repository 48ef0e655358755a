import { writeFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { SubjectMatcher } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'

/** Where the Parquet file of a part lies, and who reads it. */
export interface OpenedPart {
  readonly connection: DuckDBConnection
  readonly path: string
  readonly matcher: SubjectMatcher
}

/** Puts bytes where the engine may read them, for as long as `work` takes. */
export async function withPartFile<Result>(folder: string, bytes: Uint8Array, work: (path: string) => Promise<Result>): Promise<Result> {
  const path = join(folder, 'searched.parquet')
  await writeFile(path, bytes)
  try {
    return await work(path)
  } finally {
    await rm(path, { force: true })
  }
}

/**
 * Rows of a Parquet file that name the subject in any of their cells, by their numbers from 0. The engine looks for what may match, and the
 * matcher decides: memory holds a chunk and the numbers.
 */
export async function rowsOfSubject({ connection, path, matcher }: OpenedPart): Promise<readonly number[]> {
  const { names, types } = await columnsOf(connection, path)
  const may = names.flatMap((name, at) => conditionsOf(quoteName(name), types[at]!, matcher.terms))
  if (may.length === 0) return []
  const result = await connection.stream(`select file_row_number, ${names.map((name) => `${quoteName(name)}::VARCHAR`).join(', ')} from read_parquet(${quoteText(path)}, file_row_number = true) where ${may.join(' or ')}`)
  const rows: number[] = []
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const numbers = chunk.getColumnValues(0)
    const cells = names.map((_, at) => chunk.getColumnValues(at + 1) as readonly (string | null)[])
    numbers.forEach((number, row) => {
      if (cells.some((column) => column[row] !== null && matcher.matches(String(column[row])))) rows.push(Number(number))
    })
  }
  return rows
}

/** The bytes of the file without some rows, the others in their order; the same every time. */
export async function withoutRows({ connection, path }: Omit<OpenedPart, 'matcher'>, rows: readonly number[]): Promise<Uint8Array> {
  await connection.run('create or replace table erased_row (number bigint)')
  const { DuckDBDataChunk, BIGINT } = await import('@duckdb/node-api')
  const appender = await connection.createAppender('erased_row')
  for (let at = 0; at < rows.length; at += 2_048) {
    const some = rows.slice(at, at + 2_048)
    const chunk = DuckDBDataChunk.create([BIGINT], some.length)
    chunk.setColumnValues(0, some.map(BigInt))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  const target = `${path}.kept`
  await connection.run(`copy (select * exclude (file_row_number) from read_parquet(${quoteText(path)}, file_row_number = true)
    where file_row_number not in (select number from erased_row) order by file_row_number) to ${quoteText(target)} (format parquet, compression zstd)`)
  await connection.run('drop table erased_row')
  try {
    return await readFile(target)
  } finally {
    await rm(target, { force: true })
  }
}

async function columnsOf(connection: DuckDBConnection, path: string): Promise<{ readonly names: readonly string[]; readonly types: readonly string[] }> {
  const described = await connection.runAndReadAll(`describe select * from read_parquet(${quoteText(path)})`)
  const [names = [], types = []] = described.getColumns()
  return { names: names.map(String), types: types.map(String) }
}

/** What a cell that names the subject fulfils; others may too. */
function conditionsOf(column: string, type: string, terms: readonly string[]): string[] {
  if (type === 'VARCHAR') return terms.map((term) => `contains(lower(nfc_normalize(${column})), ${quoteText(fragmentOf(term))})`)
  if (type !== 'DOUBLE') return []
  const numbers = terms.map(Number).filter(Number.isFinite)
  return numbers.map((number) => `${column} = ${number}`)
}

/** The longest run of letters, digits and signs that every library turns into lower case alike. */
function fragmentOf(term: string): string {
  const runs = term.match(/[ -~]+/g) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  return longest.length >= 3 ? longest : term
}
