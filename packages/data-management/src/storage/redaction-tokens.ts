import type { Database, TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { PrivacyTables } from './privacy-tables.js'

export interface StoredToken {
  readonly token: string
  readonly sealed: Uint8Array
  readonly keyId: string
}

type Rows = Transaction<PrivacyTables>
const rowsAtOnce = 1_000

/** What tokens stand for, sealed. Row-level security is what filters by tenant. */
export class RedactionTokens {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Those of the tokens that are known. */
  async known(tenantId: TenantId, tokens: readonly string[]): Promise<readonly StoredToken[]> {
    const found: StoredToken[] = []
    for (let at = 0; at < tokens.length; at += rowsAtOnce) {
      const some = tokens.slice(at, at + rowsAtOnce)
      const rows = await this.#database.withTenant(tenantId, (transaction: Rows) =>
        transaction.selectFrom('data_management.redaction_token').select(['token', 'sealed', 'key_id']).where('token', 'in', some).execute())
      found.push(...rows.map(toStored))
    }
    return found
  }

  /** Tokens that are there stay as they are. */
  async add(tenantId: TenantId, tokens: readonly StoredToken[], at: Date): Promise<void> {
    // in one order everywhere, so that two writers of the same tokens do not wait for each other
    const rows = tokens.toSorted((a, b) => (a.token < b.token ? -1 : 1)).map(({ token, sealed, keyId }) => ({ tenant_id: tenantId, token, sealed: Buffer.from(sealed), key_id: keyId, created_at: at }))
    for (let begin = 0; begin < rows.length; begin += rowsAtOnce) {
      await this.#database.withTenant(tenantId, (transaction: Rows) =>
        transaction.insertInto('data_management.redaction_token').values(rows.slice(begin, begin + rowsAtOnce)).onConflict((conflict) => conflict.columns(['tenant_id', 'token']).doNothing()).execute())
    }
  }

  /** All of a tenant, some at a time, by token. */
  async *all(tenantId: TenantId): AsyncGenerator<readonly StoredToken[]> {
    for (let after = ''; ;) {
      const rows = await this.#database.withTenant(tenantId, (transaction: Rows) =>
        transaction.selectFrom('data_management.redaction_token').select(['token', 'sealed', 'key_id']).where('token', '>', after).orderBy('token').limit(rowsAtOnce).execute())
      if (rows.length > 0) yield rows.map(toStored)
      if (rows.length < rowsAtOnce) return
      after = rows.at(-1)!.token
    }
  }

  async delete(tenantId: TenantId, tokens: readonly string[]): Promise<void> {
    if (tokens.length === 0) return
    await this.#database.withTenant(tenantId, (transaction: Rows) => transaction.deleteFrom('data_management.redaction_token').where('token', 'in', tokens).execute())
  }
}

function toStored({ token, sealed, key_id }: { readonly token: string; readonly sealed: Uint8Array; readonly key_id: string }): StoredToken {
  return { token, sealed, keyId: key_id }
}
