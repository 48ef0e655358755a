import type { Database, TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { AuditEntry } from '../audit/audit-event.js'
import type { AccessTables, TokenRevocationRow } from './access-tables.js'
import { appendAuditEntry } from './audit-repository.js'

/** What is known here of a token's tenant, subject and id. */
export interface TokenStanding {
  readonly tenantSuspended: boolean
  /** Tokens issued to the subject up to then are refused; undefined when it was never revoked. */
  readonly subjectRevokedAtMs: number | undefined
  readonly tokenRevoked: boolean
}

/** Revocations of tokens; tokens themselves are stored nowhere. */
export class TokenRepository {
  readonly #database: Database

  constructor(options: { readonly database: Database }) {
    this.#database = options.database
  }

  /** @returns undefined when there is no such tenant */
  async findStanding(tenantId: TenantId, subject: string, tokenId: string | undefined): Promise<TokenStanding | undefined> {
    return this.#database.withTenant(tenantId, async (transaction: Transaction<AccessTables>) => {
      const tenant = await transaction.selectFrom('access.tenant').select('suspended_at').where('tenant_id', '=', tenantId).executeTakeFirst()
      if (!tenant) return undefined
      const rows = await transaction
        .selectFrom('access.token_revocation')
        .select(['kind', 'value', 'revoked_at'])
        .where('tenant_id', '=', tenantId)
        .where('value', 'in', tokenId === undefined ? [subject] : [subject, tokenId])
        .execute()
      return {
        tenantSuspended: tenant.suspended_at !== null,
        subjectRevokedAtMs: rows.find(({ kind, value }) => kind === 'subject' && value === subject)?.revoked_at.getTime(),
        tokenRevoked: rows.some(({ kind, value }) => kind === 'token' && value === tokenId),
      }
    })
  }

  /** Adds a revocation, or renews it; those from before `forgetBefore` concern no token that could still be in force. */
  async revoke(row: TokenRevocationRow, forgetBefore: Date, entry: AuditEntry): Promise<void> {
    await this.#database.withTenant(row.tenant_id, async (transaction: Transaction<AccessTables>) => {
      await transaction.deleteFrom('access.token_revocation').where('tenant_id', '=', row.tenant_id).where('revoked_at', '<', forgetBefore).execute()
      await transaction
        .insertInto('access.token_revocation')
        .values(row)
        .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'value']).doUpdateSet({ revoked_at: row.revoked_at }))
        .execute()
      await appendAuditEntry(transaction, entry)
    })
  }
}
