import type { Database, TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import { platformTenantId } from '../keys/platform-tenant.js'
import type { AuditEntry } from '../audit/audit-event.js'
import type { AccessTables, ApiKeyRow, TenantRow } from './access-tables.js'
import { appendAuditEntry } from './audit-repository.js'

/** The rows of tenants. All but a tenant's look at itself is work above tenants. */
export class TenantRepository {
  readonly #database: Database

  constructor(options: { readonly database: Database }) {
    this.#database = options.database
  }

  /** The tenant, its first key and what is written down of it, all or nothing. @returns undefined when there is such a tenant already */
  async insert(tenant: TenantRow, firstKey: ApiKeyRow, entries: readonly AuditEntry[]): Promise<TenantRow | undefined> {
    return this.#database.asSystem((transaction: Transaction<AccessTables>) => insertTenant(transaction, tenant, [firstKey], entries))
  }

  /**
   * The very first tenant, when there is none, with keys of its own and of the platform. Processes that start at once take turns on the
   * platform's row, so one of them inserts.
   *
   * @returns undefined when there is a tenant already
   */
  async insertFirst(tenant: TenantRow, keys: readonly ApiKeyRow[], entries: readonly AuditEntry[]): Promise<TenantRow | undefined> {
    return this.#database.asSystem(async (transaction: Transaction<AccessTables>) => {
      await transaction.selectFrom('access.tenant').select('tenant_id').where('tenant_id', '=', platformTenantId).forUpdate().execute()
      const present = await transaction
        .selectFrom('access.tenant')
        .select('tenant_id')
        .where('tenant_id', '<>', platformTenantId)
        .limit(1)
        .executeTakeFirst()
      return present ? undefined : insertTenant(transaction, tenant, keys, entries)
    })
  }

  async find(tenantId: TenantId): Promise<TenantRow | undefined> {
    return this.#database.asSystem((transaction: Transaction<AccessTables>) => findTenant(transaction, tenantId))
  }

  /** A tenant's own row, seen as that tenant. */
  async findOwn(tenantId: TenantId): Promise<TenantRow | undefined> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) => findTenant(transaction, tenantId))
  }

  /** By id; at most `count` rows with ids above `after`. */
  async list(count: number, after?: string): Promise<readonly TenantRow[]> {
    return this.#database.asSystem((transaction: Transaction<AccessTables>) => {
      const query = transaction.selectFrom('access.tenant').selectAll().where('tenant_id', '<>', platformTenantId)
      return (after === undefined ? query : query.where('tenant_id', '>', after as TenantId)).orderBy('tenant_id').limit(count).execute()
    })
  }

  /** @param suspendedAt - Null lifts the suspension. A tenant suspended before keeps the time of then. */
  async setSuspended(tenantId: TenantId, suspendedAt: Date | null, entries: readonly AuditEntry[]): Promise<TenantRow | undefined> {
    return this.#database.asSystem(async (transaction: Transaction<AccessTables>) => {
      const changed = await transaction
        .updateTable('access.tenant')
        .set((expression) => ({
          suspended_at: suspendedAt === null ? null : expression.fn.coalesce('suspended_at', expression.val(suspendedAt)),
        }))
        .where('tenant_id', '=', tenantId)
        .where('tenant_id', '<>', platformTenantId)
        .returningAll()
        .executeTakeFirst()
      if (changed) for (const entry of entries) await appendAuditEntry(transaction, entry)
      return changed
    })
  }
}

async function insertTenant(
  transaction: Transaction<AccessTables>,
  tenant: TenantRow,
  keys: readonly ApiKeyRow[],
  entries: readonly AuditEntry[],
): Promise<TenantRow | undefined> {
  const inserted = await transaction
    .insertInto('access.tenant')
    .values(tenant)
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!inserted) return undefined
  await transaction.insertInto('access.api_key').values([...keys]).execute()
  for (const entry of entries) await appendAuditEntry(transaction, entry)
  return inserted
}

function findTenant(transaction: Transaction<AccessTables>, tenantId: TenantId): Promise<TenantRow | undefined> {
  return transaction
    .selectFrom('access.tenant')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('tenant_id', '<>', platformTenantId)
    .executeTakeFirst()
}
