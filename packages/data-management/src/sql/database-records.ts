import { type CellValue, DataLoadError, type DataRecord, isMLError, MLError } from '@motadata/core'
import { oneStatement } from './one-statement.js'

/** A connection to PostgreSQL: what we use of a client of `pg`, or of anything that answers alike. */
export interface SqlConnection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>
}

/** A pool of connections: what we use of one of `pg`. */
export interface SqlPool {
  readonly totalCount: number
  connect(): Promise<SqlConnection & { release(error?: Error | boolean): void }>
}

/** What to read out of a database. */
export interface SqlQuery {
  /** One SELECT. Its columns are the columns of the rows. */
  readonly sql: string
  /** For `$1`, `$2`, … */
  readonly parameters?: readonly unknown[]
  /** How many rows are fetched at once: what is in memory; default 1,000. */
  readonly rowsAtOnce?: number
  readonly signal?: AbortSignal
}

const cursor = 'motadata_rows'

/**
 * Rows of a query on PostgreSQL, as they are asked for: through a cursor, in a transaction that can only read and sees one moment. The connection
 * is the caller's, and no transaction may be open on it; of a pool, one is taken and given back.
 *
 * Values come as the client gives them: numbers, texts, booleans, dates; documents (JSON) and lists become text.
 *
 * @throws MLError `INPUT_INVALID` for SQL that is not one SELECT, `CANCELLED`; DataLoadError `SOURCE_UNAVAILABLE` when the database refuses or goes away
 * @example
 * const records = databaseRecords(new pg.Client(readOnlyUrl), { sql: 'select number, opened_at, short_description from incident where opened_at > $1', parameters: [since] })
 * await datasets.ingestData(context, { name: 'incidents', source: { records } })
 */
export async function* databaseRecords(source: SqlConnection | SqlPool, query: SqlQuery): AsyncGenerator<DataRecord> {
  const { rowsAtOnce = 1_000, parameters = [], signal } = query
  const sql = oneStatement(query.sql)
  if (!Number.isSafeInteger(rowsAtOnce) || rowsAtOnce < 1) {
    throw new MLError('INPUT_INVALID', `Expected rowsAtOnce to be a whole number from 1 up, got ${String(rowsAtOnce)}.`, { details: { field: 'rowsAtOnce' } })
  }
  const taken = 'totalCount' in source ? await ask(() => source.connect()) : undefined
  const connection = taken ?? (source as SqlConnection)
  let isWhole = false
  try {
    await ask(() => connection.query('begin transaction isolation level repeatable read read only'))
    await ask(() => connection.query(`declare ${cursor} no scroll cursor for ${sql}`, [...parameters]))
    for (;;) {
      if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
      const { rows } = await ask(() => connection.query(`fetch forward ${rowsAtOnce} from ${cursor}`))
      if (rows.length === 0) break
      for (const row of rows) yield toRecord(row)
    }
    isWhole = true
  } finally {
    // whatever was read: nothing was written
    const ended = await connection.query('rollback').then(() => true, () => false)
    taken?.release(!ended || (!isWhole && signal?.aborted === true))
  }
}

function toRecord(row: Readonly<Record<string, unknown>>): DataRecord {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toCell(value)]))
}

function toCell(value: unknown): CellValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value instanceof Date) return value as CellValue
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value)
}

async function ask<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (isMLError(cause)) throw cause
    const { code } = cause as { code?: unknown }
    // its message may quote values
    throw new DataLoadError('SOURCE_UNAVAILABLE', `Expected the database to answer the query, got ${typeof code === 'string' ? `its error ${code}` : 'an error'}. Look at the cause.`, {
      details: { received: typeof code === 'string' ? code : 'an error' }, cause,
    })
  }
}
