import type { Database, TenantId } from '@motadata/core'
import type { Transaction, Updateable } from 'kysely'
import type { AuditEntry } from '../audit/audit-event.js'
import type { AccessTables, ApiKeyRow } from './access-tables.js'
import { appendAuditEntry } from './audit-repository.js'

/** A key's row and whether its tenant may use it. */
export interface KeyWithTenant {
  readonly key: ApiKeyRow
  readonly tenantSuspended: boolean
}

/** The rows of API keys, each under its own tenant's row-level security. */
export class ApiKeyRepository {
  readonly #database: Database

  constructor(options: { readonly database: Database }) {
    this.#database = options.database
  }

  /**
   * Adds a key.
   *
   * @param actingKeyId - The key that asks for it, locked so that it can't be revoked in between.
   * @param allow - Throws where the acting key, as it is now, may not.
   * @param entry - Written down with it.
   * @returns Whether there is such a tenant; nothing is inserted when there is not.
   */
  async insert(row: ApiKeyRow, actingKeyId: string | undefined, allow: (acting: ApiKeyRow | undefined) => void, entry: AuditEntry): Promise<boolean> {
    return this.#database.withTenant(row.tenant_id, async (transaction: Transaction<AccessTables>) => {
      const tenant = await transaction
        .selectFrom('access.tenant')
        .select('tenant_id')
        .where('tenant_id', '=', row.tenant_id)
        .executeTakeFirst()
      if (!tenant) return false
      const [acting] = await selectForUpdate(transaction, row.tenant_id, actingKeyId === undefined ? [] : [actingKeyId])
      allow(acting)
      await transaction.insertInto('access.api_key').values(row).execute()
      await appendAuditEntry(transaction, entry)
      return true
    })
  }

  async find(tenantId: TenantId, keyId: string): Promise<ApiKeyRow | undefined> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) =>
      transaction.selectFrom('access.api_key').selectAll().where('tenant_id', '=', tenantId).where('id', '=', keyId).executeTakeFirst(),
    )
  }

  async findWithTenant(tenantId: TenantId, keyId: string): Promise<KeyWithTenant | undefined> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<AccessTables>) => {
      const row = await transaction
        .selectFrom('access.api_key as key')
        .innerJoin('access.tenant as tenant', 'tenant.tenant_id', 'key.tenant_id')
        .selectAll('key')
        .select('tenant.suspended_at')
        .where('key.tenant_id', '=', tenantId)
        .where('key.id', '=', keyId)
        .executeTakeFirst()
      if (!row) return undefined
      const { suspended_at, ...key } = row
      return { key, tenantSuspended: suspended_at !== null }
    })
  }

  /** Newest first; at most `count` rows with ids below `before`. */
  async list(tenantId: TenantId, count: number, before?: string): Promise<readonly ApiKeyRow[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) => {
      const query = transaction.selectFrom('access.api_key').selectAll().where('tenant_id', '=', tenantId)
      return (before === undefined ? query : query.where('id', '<', before)).orderBy('id', 'desc').limit(count).execute()
    })
  }

  /**
   * Changes one key while nobody else does.
   *
   * @param actingKeyId - The key that asks for the change, locked as well: of two keys that revoke each other at once, the second finds
   *   itself revoked.
   * @param decide - From the rows as they are now to what changes; what it throws changes nothing.
   * @param entry - Written down with it.
   */
  async change(
    tenantId: TenantId,
    keyId: string,
    actingKeyId: string | undefined,
    decide: (key: ApiKeyRow | undefined, acting: ApiKeyRow | undefined) => Updateable<ApiKeyRow>,
    entry: AuditEntry,
  ): Promise<ApiKeyRow> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<AccessTables>) => {
      const rows = await selectForUpdate(transaction, tenantId, actingKeyId === undefined ? [keyId] : [keyId, actingKeyId])
      const changes = decide(rows.find((row) => row.id === keyId), rows.find((row) => row.id === actingKeyId))
      const changed = await transaction
        .updateTable('access.api_key')
        .set(changes)
        .where('tenant_id', '=', tenantId)
        .where('id', '=', keyId)
        .returningAll()
        .executeTakeFirstOrThrow()
      await appendAuditEntry(transaction, entry)
      return changed
    })
  }

  async setLastUsed(tenantId: TenantId, keyId: string, at: Date): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) =>
      transaction
        .updateTable('access.api_key')
        .set({ last_used_at: at })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', keyId)
        .execute(),
    )
  }
}

/** In the order of their ids, so that two units which lock the same keys take turns. */
async function selectForUpdate(transaction: Transaction<AccessTables>, tenantId: TenantId, keyIds: readonly string[]): Promise<ApiKeyRow[]> {
  if (keyIds.length === 0) return []
  return transaction
    .selectFrom('access.api_key')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', keyIds)
    .orderBy('id')
    .forUpdate()
    .execute()
}
