import type { Database, TenantId } from '@motadata/core'
import { sql, type Transaction } from 'kysely'
import { type AuditEntry, chainEntry } from '../audit/audit-event.js'
import type { AccessTables, AuditEventRow } from './access-tables.js'

/** The trails of tenants; rows are added by {@link appendAuditEntry} alone. */
export class AuditRepository {
  readonly #database: Database

  constructor(options: { readonly database: Database }) {
    this.#database = options.database
  }

  /** Newest first; at most `count` rows with numbers below `before`. */
  async list(tenantId: TenantId, count: number, before?: number): Promise<readonly AuditEventRow[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) => {
      const query = transaction.selectFrom('access.audit_event').selectAll().where('tenant_id', '=', tenantId)
      return (before === undefined ? query : query.where('number', '<', before)).orderBy('number', 'desc').limit(count).execute()
    })
  }

  /** In their order; at most `count` rows with numbers above `after`. */
  async listFrom(tenantId: TenantId, count: number, after: number): Promise<readonly AuditEventRow[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) =>
      transaction.selectFrom('access.audit_event').selectAll().where('tenant_id', '=', tenantId).where('number', '>', after).orderBy('number').limit(count).execute(),
    )
  }
}

/**
 * Writes down what a unit of work does, in that same unit: both or neither. It is the last that the unit does, since units of one tenant
 * wait for each other from here on; a unit with entries of several tenants gives the platform's last.
 */
export async function appendAuditEntry(transaction: Transaction<AccessTables>, entry: AuditEntry): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`access.audit_event/${entry.tenantId}`}, 0))`.execute(transaction)
  const last = await transaction
    .selectFrom('access.audit_event')
    .select(['number', 'hash'])
    .where('tenant_id', '=', entry.tenantId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  await transaction.insertInto('access.audit_event').values(chainEntry(entry, last)).execute()
}
