import { type Database, MLError, type RequestContext, decodePageToken, encodePageToken, pageLimit, type PageRequest } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { RejectedRow } from '../sources/row-sink.js'
import type { DatasetTables } from '../storage/dataset-tables.js'
import { type QuarantineForm, type QuarantinePage, type QuarantinedRow } from './quarantined-row.js'

/** Rows of a source that are to be put into quarantine, once there is a version. */
export interface Quarantine extends QuarantineForm {
  readonly rows: readonly RejectedRow[]
}

/** Rows in quarantine that a version takes in. */
export interface Replay {
  readonly version: number
  readonly rows: readonly number[]
}

export interface VersionKey {
  readonly name: string
  readonly version: number
}

const rowsAtOnce = 500

/** Puts rows into quarantine, in the transaction that enters their version. */
export async function putIntoQuarantine(transaction: Transaction<DatasetTables>, tenantId: string, { name, version }: VersionKey, quarantine: Quarantine): Promise<void> {
  if (quarantine.rows.length === 0) return
  const { format, header, rows } = quarantine
  const key = { tenant_id: tenantId, name, version }
  await transaction.insertInto('data_management.quarantine')
    .values({ ...key, format, delimiter: header?.delimiter ?? null, header: header === undefined ? null : JSON.stringify(header.names), row_count: rows.length })
    .execute()
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await transaction.insertInto('data_management.quarantined_row').values(rows.slice(at, at + rowsAtOnce).map(({ line, column, reason, text }, index) => ({
      ...key, row: at + index + 1, line, column_name: column ?? null, reason, text: text?.replaceAll('\0', '␀') ?? null, replayed_as: null,
    }))).execute()
  }
}

/** Notes which version rows are in now, in the transaction that enters it. @throws MLError `INPUT_INVALID` when some of them are in one already */
export async function markReplayed(transaction: Transaction<DatasetTables>, name: string, replay: Replay, replayedAs: number): Promise<void> {
  let marked = 0n
  for (let at = 0; at < replay.rows.length; at += rowsAtOnce) {
    const { numUpdatedRows } = await transaction.updateTable('data_management.quarantined_row').set({ replayed_as: replayedAs })
      .where('name', '=', name).where('version', '=', replay.version).where('row', 'in', replay.rows.slice(at, at + rowsAtOnce)).where('replayed_as', 'is', null)
      .executeTakeFirstOrThrow()
    marked += numUpdatedRows
  }
  if (Number(marked) === replay.rows.length) return
  throw new MLError('INPUT_INVALID', `Expected rows in quarantine of version ${replay.version} of '${name}', got ${replay.rows.length - Number(marked)} that are not there, or taken in already. List it again.`, {
    details: { field: 'rows', dataset: name, version: replay.version },
  })
}

/** Reads what is in quarantine, of the context's tenant. */
export class QuarantineStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** How rows of a version are written; undefined when none are in quarantine. */
  async findForm(context: RequestContext, { name, version }: VersionKey): Promise<QuarantineForm | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const row = await transaction.selectFrom('data_management.quarantine').selectAll().where('name', '=', name).where('version', '=', version).executeTakeFirst()
      if (!row) return undefined
      return { format: row.format, ...(row.header === null ? {} : { header: { names: row.header, delimiter: row.delimiter ?? ',' } }) }
    })
  }

  /** In the order of the source. @throws MLError `INPUT_INVALID` */
  async list(context: RequestContext, { name, version }: VersionKey, page: PageRequest): Promise<QuarantinePage> {
    const limit = pageLimit(page.limit)
    const after = page.pageToken === undefined ? 0 : Number(decodePageToken(page.pageToken, /^[1-9]\d{0,8}$/))
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const rows = await transaction.selectFrom('data_management.quarantined_row').selectAll()
        .where('name', '=', name).where('version', '=', version).where('row', '>', after).orderBy('row').limit(limit + 1).execute()
      const shown = rows.slice(0, limit).map((row): QuarantinedRow => ({
        row: row.row, line: Number(row.line), ...(row.column_name === null ? {} : { column: row.column_name }), reason: row.reason,
        ...(row.text === null ? {} : { text: row.text }), ...(row.replayed_as === null ? {} : { replayedAs: row.replayed_as }),
      }))
      return { rows: shown, ...(rows.length > limit ? { nextPageToken: encodePageToken(String(shown.at(-1)!.row)) } : {}) }
    })
  }
}
