import type { Database, TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { DatasetOrigin } from '../catalogue/dataset-version.js'
import type { PrivacyTables } from './privacy-tables.js'

export interface StoredVersion {
  readonly name: string
  readonly version: number
  readonly fingerprint: string
  readonly rowCount: number
}

/** A version that is to lose rows. */
export interface VersionReplacement {
  readonly version: StoredVersion
  /** Hash of the manifest of what is left, which is kept already. */
  readonly successor: string
  readonly rowCount: number
  readonly sizeBytes: number
  /** Hashes of what holds its rows. */
  readonly parts: readonly string[]
  readonly erasureId: string
  readonly at: Date
}

type Rows = Transaction<PrivacyTables>

/** What an erasure reads and changes of the catalogue of datasets. */
export class ErasedDatasets {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  versions(tenantId: TenantId): Promise<readonly StoredVersion[]> {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const rows = await transaction.selectFrom('data_management.dataset_version').select(['name', 'version', 'fingerprint', 'row_count']).orderBy('name').orderBy('version').execute()
      return rows.map(({ row_count, ...row }) => ({ ...row, rowCount: Number(row_count) }))
    })
  }

  texts(tenantId: TenantId) {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const versions = await transaction.selectFrom('data_management.dataset_version').select(['name', 'version', 'source', 'idempotency_key']).execute()
      return {
        datasets: await transaction.selectFrom('data_management.dataset').select(['name', 'description']).execute(),
        versions: versions.map(({ name, version, source, idempotency_key }) => ({ name, version, label: source.label ?? '', idempotencyKey: idempotency_key ?? '' })),
      }
    })
  }

  async clearDescription(tenantId: TenantId, name: string): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Rows) => transaction.updateTable('data_management.dataset').set({ description: '' }).where('name', '=', name).execute())
  }

  /** Takes out what the source was called, and the idempotency key. */
  async clearOrigin(tenantId: TenantId, name: string, version: number): Promise<void> {
    await this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const row = await transaction.selectFrom('data_management.dataset_version').select('source').where('name', '=', name).where('version', '=', version).forUpdate().executeTakeFirst()
      if (!row) return
      const { label: _, ...source } = row.source
      await transaction.updateTable('data_management.dataset_version').set({ source: JSON.stringify(source), idempotency_key: null })
        .where('name', '=', name).where('version', '=', version).execute()
    })
  }

  /** Once: a version that has another hash meanwhile stays as it is. */
  async replace(tenantId: TenantId, { version, successor, rowCount, sizeBytes, parts, erasureId, at }: VersionReplacement): Promise<void> {
    const { name, version: number, fingerprint } = version
    await this.#database.withTenant(tenantId, async (transaction: Rows) => {
      // the dataset's row is what appending waits for
      await transaction.selectFrom('data_management.dataset').select('name').where('name', '=', name).forUpdate().execute()
      const row = await transaction.selectFrom('data_management.dataset_version').select('source').where('name', '=', name).where('version', '=', number).where('fingerprint', '=', fingerprint).executeTakeFirst()
      if (!row) return
      const erasedRowCount = version.rowCount - rowCount
      const source: DatasetOrigin = { ...row.source, erasedRowCount: (row.source.erasedRowCount ?? 0) + erasedRowCount }
      await transaction.updateTable('data_management.dataset_version').set({ fingerprint: successor, row_count: rowCount, size_bytes: sizeBytes, source: JSON.stringify(source) })
        .where('name', '=', name).where('version', '=', number).execute()
      await transaction.insertInto('data_management.erased_version')
        .values({ tenant_id: tenantId, name, version: number, fingerprint, successor, erased_row_count: erasedRowCount, erasure_id: erasureId, erased_at: at })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'version', 'fingerprint']).doUpdateSet({ successor, erased_row_count: erasedRowCount, erasure_id: erasureId, erased_at: at }))
        .execute()
      if (parts.length > 0) {
        await transaction.insertInto('data_management.dataset_part').values([...new Set(parts)].map((sha256) => ({ tenant_id: tenantId, name, sha256 })))
          .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'sha256']).doNothing()).execute()
      }
    })
  }

  /**
   * Forgets the parts of a dataset that none of its versions is made of.
   *
   * @param hashes - Of the versions that `parts` are the parts of: where they are not all there are, nothing is forgotten.
   * @returns whether they were all
   */
  async keepParts(tenantId: TenantId, name: string, { hashes, parts }: { readonly hashes: ReadonlySet<string>; readonly parts: ReadonlySet<string> }): Promise<boolean> {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      await transaction.selectFrom('data_management.dataset').select('name').where('name', '=', name).forUpdate().execute()
      const versions = await transaction.selectFrom('data_management.dataset_version').select('fingerprint').where('name', '=', name).execute()
      if (versions.some(({ fingerprint }) => !hashes.has(fingerprint))) return false
      const rows = await transaction.selectFrom('data_management.dataset_part').select('sha256').where('name', '=', name).execute()
      const left = rows.map(({ sha256 }) => sha256).filter((sha256) => !parts.has(sha256))
      for (let at = 0; at < left.length; at += 1_000) await transaction.deleteFrom('data_management.dataset_part').where('name', '=', name).where('sha256', 'in', left.slice(at, at + 1_000)).execute()
      return true
    })
  }

  erasedBy(tenantId: TenantId, erasureId: string): Promise<readonly (StoredVersion & { readonly successor: string })[]> {
    return this.#database.withTenant(tenantId, async (transaction: Rows) => {
      const rows = await transaction.selectFrom('data_management.erased_version').selectAll().where('erasure_id', '=', erasureId).orderBy('name').orderBy('version').execute()
      return rows.map(({ name, version, fingerprint, successor, erased_row_count }) => ({ name, version, fingerprint, successor, rowCount: Number(erased_row_count) }))
    })
  }

  async deleteAll(tenantId: TenantId): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Rows) => transaction.deleteFrom('data_management.dataset').where('tenant_id', '=', tenantId).execute())
  }
}
