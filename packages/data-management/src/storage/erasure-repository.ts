import type { Database, ErasureFinding, TenantId } from '@motadata/core'
import type { Selectable, Transaction } from 'kysely'
import type { ErasureTable, PrivacyTables } from './privacy-tables.js'

export type ErasureRow = Selectable<ErasureTable>
export type OwnedFinding = ErasureFinding & { readonly owner: string }
type Rows = Transaction<PrivacyTables>

/** Erasures that were asked for, and what they found. Row-level security is what filters by tenant. */
export class ErasureRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @returns the row, or the one that has its idempotency key already */
  insert(tenantId: TenantId, row: ErasureRow): Promise<ErasureRow> {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const inserted = await transaction.insertInto('data_management.erasure').values({ ...row, sealed_subject: row.sealed_subject && Buffer.from(row.sealed_subject) })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'idempotency_key']).doNothing()).returningAll().executeTakeFirst()
      return inserted ?? transaction.selectFrom('data_management.erasure').selectAll().where('idempotency_key', '=', row.idempotency_key).executeTakeFirstOrThrow()
    })
  }

  find(tenantId: TenantId, id: string): Promise<ErasureRow | undefined> {
    return this.#database.withTenant(tenantId, (transaction: Rows) => transaction.selectFrom('data_management.erasure').selectAll().where('id', '=', id).executeTakeFirst())
  }

  /** Newest first, those with ids below one. */
  list(tenantId: TenantId, page: { readonly limit: number; readonly before?: string }): Promise<readonly ErasureRow[]> {
    return this.#database.withTenant(tenantId, (transaction: Rows) => {
      const query = transaction.selectFrom('data_management.erasure').selectAll()
      return (page.before === undefined ? query : query.where('id', '<', page.before)).orderBy('id', 'desc').limit(page.limit).execute()
    })
  }

  /** Writes down what was found, once each: what is known already keeps its count, unless it is to be replaced. */
  async note(tenantId: TenantId, erasureId: string, findings: readonly OwnedFinding[], options: { readonly replace: boolean }): Promise<void> {
    if (findings.length === 0) return
    await this.#database.withTenant(tenantId, async (transaction: Rows) => {
      for (let at = 0; at < findings.length; at += 1_000) {
        const rows = findings.slice(at, at + 1_000).map(({ owner, kind, name, count, effect, reason, successor }) => ({
          tenant_id: tenantId, erasure_id: erasureId, owner, kind, name, count, effect, reason: reason ?? null, successor: successor ?? null,
        }))
        await transaction.insertInto('data_management.erasure_finding').values(rows).onConflict((conflict) => {
          const known = conflict.columns(['tenant_id', 'erasure_id', 'owner', 'kind', 'name'])
          return options.replace
            ? known.doUpdateSet((row) => ({ count: row.ref('excluded.count'), effect: row.ref('excluded.effect'), reason: row.ref('excluded.reason'), successor: row.ref('excluded.successor') }))
            : known.doNothing()
        }).execute()
      }
    })
  }

  findings(tenantId: TenantId, erasureId: string): Promise<readonly OwnedFinding[]> {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const rows = await transaction.selectFrom('data_management.erasure_finding').selectAll().where('erasure_id', '=', erasureId).orderBy('owner').orderBy('kind').orderBy('name').execute()
      return rows.map(({ owner, kind, name, count, effect, reason, successor }) => ({
        owner, kind, name, count: Number(count), effect, ...(reason === null ? {} : { reason }), ...(successor === null ? {} : { successor }),
      }))
    })
  }

  /** Keeps the certificate and forgets the subject, in one. The first certificate stays. */
  complete(tenantId: TenantId, id: string, { certificate, at }: { readonly certificate: string; readonly at: Date }): Promise<ErasureRow> {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const completed = await transaction.updateTable('data_management.erasure').set({ certificate, completed_at: at, sealed_subject: null })
        .where('id', '=', id).where('completed_at', 'is', null).returningAll().executeTakeFirst()
      return completed ?? transaction.selectFrom('data_management.erasure').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    })
  }

  /** Forgets what a tenant asked for itself. */
  async deleteAll(tenantId: TenantId): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Rows) => transaction.deleteFrom('data_management.erasure').where('tenant_id', '=', tenantId).execute())
  }
}
