import type { ArtifactReference, Database, TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { RegistryTables } from './registry-tables.js'

type Rows = Transaction<RegistryTables>
const tables = ['model_card', 'model_alias', 'model_alias_event', 'model_version', 'registered_model', 'training_checkpoint'] as const

/** What an erasure reads and changes of the registry. */
export class ErasedModels {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  models(tenantId: TenantId): Promise<readonly { readonly name: string; readonly description: string }[]> {
    return this.#database.withTenant(tenantId, (transaction: Rows) => transaction.selectFrom('ml_framework.registered_model').select(['name', 'description']).orderBy('name').execute())
  }

  /** Versions with all that is written of them. */
  versions(tenantId: TenantId, name: string) {
    return this.#database.withTenant(tenantId, (transaction: Rows) =>
      transaction.selectFrom('ml_framework.model_version as version')
        .leftJoin('ml_framework.model_card as card', (join) => join.onRef('card.name', '=', 'version.name').onRef('card.version', '=', 'version.version'))
        .select(['version.version', 'version.artifact_sha256', 'version.signature', 'version.report', 'version.idempotency_key', 'card.card', 'card.spec'])
        .where('version.name', '=', name).orderBy('version.version').execute())
  }

  async clearDescription(tenantId: TenantId, name: string): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Rows) => transaction.updateTable('ml_framework.registered_model').set({ description: '' }).where('name', '=', name).execute())
  }

  async replaceArtifact(tenantId: TenantId, name: string, version: number, artifact: ArtifactReference): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Rows) =>
      transaction.updateTable('ml_framework.model_version').set({ artifact_sha256: artifact.sha256, artifact_size_bytes: artifact.sizeBytes }).where('name', '=', name).where('version', '=', version).execute())
  }

  /** Steps of trainings that have not ended: they begin anew. */
  async clearCheckpoints(tenantId: TenantId): Promise<void> {
    await this.#database.withTenant(tenantId, (transaction: Rows) => transaction.deleteFrom('ml_framework.training_checkpoint').where('tenant_id', '=', tenantId).execute())
  }

  async deleteAll(tenantId: TenantId): Promise<void> {
    await this.#database.withTenant(tenantId, async (transaction: Rows) => {
      for (const table of tables) await transaction.deleteFrom(`ml_framework.${table}`).where('tenant_id', '=', tenantId).execute()
    })
  }
}
