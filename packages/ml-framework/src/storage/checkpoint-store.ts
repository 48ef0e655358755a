import { type ArtifactStore, type Clock, type Database, isMLError, type RequestContext } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { RegistryTables } from './registry-tables.js'

const maxAgeMs = 7 * 24 * 3_600_000

/** Which training: the key that its job has, and a hash of all that decides what its steps give. */
export interface TrainingIdentity {
  readonly key: string
  readonly fingerprint: string
}

/**
 * The finished steps of trainings that have not ended, so that one whose process died goes on where it was. Rows name artifacts; both go
 * when the training ends.
 */
export class CheckpointStore {
  readonly #options: { readonly database: Database; readonly artifacts: ArtifactStore; readonly clock: Clock }

  constructor(options: { readonly database: Database; readonly artifacts: ArtifactStore; readonly clock: Clock }) {
    this.#options = options
  }

  /** Durable when it resolves. */
  async save(context: RequestContext, { key, fingerprint }: TrainingIdentity, step: string, bytes: Uint8Array): Promise<void> {
    const { database, artifacts, clock } = this.#options
    const { sha256 } = await artifacts.put(context.tenantId, bytes)
    const before = await database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const earlier = await transaction.selectFrom('ml_framework.training_checkpoint').select('artifact_sha256')
        .where('training_key', '=', key).where('step', '=', step).executeTakeFirst()
      const values = { fingerprint, artifact_sha256: sha256, updated_at: new Date(clock.nowMs()) }
      await transaction.insertInto('ml_framework.training_checkpoint').values({ tenant_id: context.tenantId, training_key: key, step, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'training_key', 'step']).doUpdateSet(values)).execute()
      return earlier?.artifact_sha256
    })
    if (before !== undefined && before !== sha256) await this.#drop(context, [before])
  }

  /** The steps that were kept, by name. Those of another spec, other rows or another release are not given; nor what is damaged. */
  async load(context: RequestContext, { key, fingerprint }: TrainingIdentity): Promise<ReadonlyMap<string, Uint8Array>> {
    const { database, artifacts } = this.#options
    const rows = await database.withTenant(context.tenantId, (transaction: Transaction<RegistryTables>) =>
      transaction.selectFrom('ml_framework.training_checkpoint').selectAll().where('training_key', '=', key).where('fingerprint', '=', fingerprint).execute())
    const steps = new Map<string, Uint8Array>()
    for (const { step, artifact_sha256 } of rows) {
      try {
        steps.set(step, await artifacts.get(context.tenantId, artifact_sha256))
      } catch (error) {
        if (!isMLError(error, 'ARTIFACT_NOT_FOUND') && !isMLError(error, 'ARTIFACT_CORRUPT')) throw error
      }
    }
    return steps
  }

  /** Forgets a training that ended, and those that nobody went on with for a week. */
  async clear(context: RequestContext, key: string): Promise<void> {
    const { database, clock } = this.#options
    const oldest = new Date(clock.nowMs() - maxAgeMs)
    const rows = await database.withTenant(context.tenantId, (transaction: Transaction<RegistryTables>) =>
      transaction.deleteFrom('ml_framework.training_checkpoint')
        .where((row) => row.or([row('training_key', '=', key), row('updated_at', '<', oldest)])).returning('artifact_sha256').execute())
    await this.#drop(context, rows.map((row) => row.artifact_sha256))
  }

  /** Deletes bytes, unless another training has the same. */
  async #drop(context: RequestContext, hashes: readonly string[]): Promise<void> {
    const { database, artifacts } = this.#options
    for (const sha256 of new Set(hashes)) {
      const other = await database.withTenant(context.tenantId, (transaction: Transaction<RegistryTables>) =>
        transaction.selectFrom('ml_framework.training_checkpoint').select('step').where('artifact_sha256', '=', sha256).executeTakeFirst())
      if (!other) await artifacts.delete(context.tenantId, sha256)
    }
  }
}
