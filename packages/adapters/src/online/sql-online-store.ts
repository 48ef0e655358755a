import type { Clock, Database, OnlineStore, OnlineValue, OnlineWrite, OnlineWriteOptions, TenantId } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { checkOnlineKeys, checkOnlineWrites } from './checked-writes.js'
import { type OnlineTables, onlineMigrations } from './online-table.js'

/** Of expired values, as many are cleared away with each write. */
const mostClearedAtOnce = 100
const entriesAtOnce = 500

/** The newest values in a table, for a platform without Redis; each read asks the database. */
export class SqlOnlineStore implements OnlineStore {
  readonly #database: Database
  readonly #clock: Clock

  constructor(options: { readonly database: Database; readonly clock: Clock }) {
    this.#database = options.database
    this.#clock = options.clock
  }

  /** Makes the table; once, before use. */
  open(): Promise<void> {
    return this.#database.migrate(onlineMigrations)
  }

  async getMany(tenantId: TenantId, keys: readonly string[]): Promise<readonly (OnlineValue | undefined)[]> {
    checkOnlineKeys(keys)
    if (keys.length === 0) return []
    const rows = await this.#database.withTenant(tenantId, (transaction: Transaction<OnlineTables>) =>
      transaction
        .selectFrom('online.value')
        .select(['key', 'bytes', 'event_time_ms'])
        .where('tenant_id', '=', tenantId)
        .where((where) => where('key', '=', where.fn.any(sql<string[]>`${keys}::text[]`)))
        .where('expires_at_ms', '>', this.#clock.nowMs())
        .execute(),
    )
    const found = new Map(rows.map(({ key, bytes, event_time_ms }) => [key, { bytes, eventTimeMs: event_time_ms }]))
    return keys.map((key) => {
      const value = found.get(key)
      return value && { bytes: Uint8Array.from(value.bytes), eventTimeMs: value.eventTimeMs }
    })
  }

  async setMany(tenantId: TenantId, writes: readonly OnlineWrite[], options: OnlineWriteOptions): Promise<number> {
    const latest = checkOnlineWrites(writes, options)
    if (latest.length === 0) return 0
    const nowMs = this.#clock.nowMs()
    // In one order everywhere, so that two writers of the same keys do not wait for each other.
    const rows = latest
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, bytes, eventTimeMs }) => ({ tenant_id: tenantId, key, bytes: Buffer.from(bytes), event_time_ms: eventTimeMs, expires_at_ms: nowMs + options.ttlMs }))
    return this.#database.withTenant(tenantId, async (transaction: Transaction<OnlineTables>) => {
      let kept = 0
      for (let begin = 0; begin < rows.length; begin += 1_000) {
        const written = await transaction
          .insertInto('online.value')
          .values(rows.slice(begin, begin + 1_000))
          .onConflict((conflict) =>
            conflict
              .columns(['tenant_id', 'key'])
              .doUpdateSet((row) => ({ bytes: row.ref('excluded.bytes'), event_time_ms: row.ref('excluded.event_time_ms'), expires_at_ms: row.ref('excluded.expires_at_ms') }))
              .where((where) => where.or([where('online.value.event_time_ms', options.onTie === 'replace' ? '<=' : '<', where.ref('excluded.event_time_ms')), where('online.value.expires_at_ms', '<=', nowMs)])),
          )
          .executeTakeFirst()
        kept += Number(written.numInsertedOrUpdatedRows ?? 0)
      }
      await sql`delete from online.value where tenant_id = ${tenantId} and key in (
        select key from online.value where tenant_id = ${tenantId} and expires_at_ms <= ${nowMs} limit ${mostClearedAtOnce} for update skip locked
      )`.execute(transaction)
      return kept
    })
  }

  async deleteMany(tenantId: TenantId, keys: readonly string[]): Promise<void> {
    checkOnlineKeys(keys)
    await this.#database.withTenant(tenantId, (transaction: Transaction<OnlineTables>) =>
      transaction
        .deleteFrom('online.value')
        .where('tenant_id', '=', tenantId)
        .where((where) => where('key', '=', where.fn.any(sql<string[]>`${keys}::text[]`)))
        .execute(),
    )
  }

  async *entries(tenantId: TenantId): AsyncIterable<OnlineWrite> {
    let after = ''
    for (;;) {
      const page = await this.#database.withTenant(tenantId, (transaction: Transaction<OnlineTables>) =>
        transaction
          .selectFrom('online.value')
          .select(['key', 'bytes', 'event_time_ms'])
          .where('tenant_id', '=', tenantId)
          .where(sql<boolean>`key collate "C" > ${after}`)
          .orderBy(sql`key collate "C"`)
          .limit(entriesAtOnce)
          .execute(),
      )
      for (const { key, bytes, event_time_ms } of page) yield { key, bytes: Uint8Array.from(bytes), eventTimeMs: event_time_ms }
      if (page.length < entriesAtOnce) return
      after = page.at(-1)!.key
    }
  }
}
