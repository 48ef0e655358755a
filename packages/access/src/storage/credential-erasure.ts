import type { Database, TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import { platformTenantId } from '../keys/platform-tenant.js'
import type { AccessTables } from './access-tables.js'

/** What credentials hold of people, and how it is taken out of them. */
export class CredentialErasure {
  readonly #database: Database

  constructor(options: { readonly database: Database }) {
    this.#database = options.database
  }

  /** Ids and names of all keys of a tenant. */
  keyNames(tenantId: TenantId): Promise<readonly { readonly id: string; readonly name: string }[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) =>
      transaction.selectFrom('access.api_key').select(['id', 'name']).where('tenant_id', '=', tenantId).orderBy('id').execute())
  }

  /** What tokens are refused by: subjects and ids of tokens. */
  refusedTokens(tenantId: TenantId): Promise<readonly { readonly kind: string; readonly value: string }[]> {
    return this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) =>
      transaction.selectFrom('access.token_revocation').select(['kind', 'value']).where('tenant_id', '=', tenantId).orderBy('value').execute())
  }

  /** Texts of the trail that may name a person. */
  auditTexts(tenantId: TenantId, page: { readonly after: number; readonly limit: number }): Promise<readonly { readonly number: number; readonly texts: readonly string[] }[]> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<AccessTables>) => {
      const rows = await transaction.selectFrom('access.audit_event').select(['number', 'actor_id', 'subject', 'details'])
        .where('tenant_id', '=', tenantId).where('number', '>', page.after).orderBy('number').limit(page.limit).execute()
      return rows.map(({ number, actor_id, subject, details }) => ({ number, texts: [actor_id, subject, details] }))
    })
  }

  async rename(tenantId: TenantId, keyId: string, name: string): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Transaction<AccessTables>) =>
      transaction.updateTable('access.api_key').set({ name }).where('tenant_id', '=', tenantId).where('id', '=', keyId).execute())
  }

  /** Deletes a tenant's keys and refusals; of the tenant itself its id stays, so that nobody gets it again. */
  async deleteAll(tenantId: TenantId): Promise<void> {
    await this.#database.withTenant(tenantId, async (transaction: Transaction<AccessTables>) => {
      await transaction.deleteFrom('access.api_key').where('tenant_id', '=', tenantId).execute()
      await transaction.deleteFrom('access.token_revocation').where('tenant_id', '=', tenantId).execute()
    })
    await this.#database.asSystem((transaction: Transaction<AccessTables>) =>
      transaction.updateTable('access.tenant').set({ name: tenantId }).where('tenant_id', '=', tenantId).where('tenant_id', '<>', platformTenantId).execute())
  }
}
