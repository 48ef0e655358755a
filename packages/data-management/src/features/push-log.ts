import { type Clock, type Database, FeatureStoreError, type RequestContext } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { FeatureTables } from '../storage/feature-tables.js'
import type { PushResult } from './push-result.js'

/** A push as its sender names it, and what is in it. */
export interface PushIdentity {
  readonly view: string
  readonly key: string
  readonly contentSha256: string
}

const keptForMs = 7 * 24 * 3_600_000

/** Which pushes were done, by their idempotency keys; each is remembered for a week. */
export class PushLog {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** What came of a push of that key. @throws FeatureStoreError `IDEMPOTENCY_KEY_REUSED` when it was of other rows */
  async find(context: RequestContext, push: PushIdentity): Promise<PushResult | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<FeatureTables>) => {
      const row = await transaction.selectFrom('data_management.feature_push').selectAll().where('name', '=', push.view).where('idempotency_key', '=', push.key).executeTakeFirst()
      if (row && row.content_sha256 !== push.contentSha256) {
        throw new FeatureStoreError('IDEMPOTENCY_KEY_REUSED', `Expected the key of a push to '${push.view}' to come again with the same rows only, got others. Give each push a key of its own.`, { details: { view: push.view } })
      }
      return row?.result
    })
  }

  /** Notes what came of it; of two at once the first stays. */
  async note(context: RequestContext, push: PushIdentity, result: PushResult): Promise<void> {
    await this.#database.withTenant(context.tenantId, async (transaction: Transaction<FeatureTables>) => {
      const now = this.#clock.nowMs()
      await transaction.insertInto('data_management.feature_push')
        .values({ tenant_id: context.tenantId, name: push.view, idempotency_key: push.key, content_sha256: push.contentSha256, result: JSON.stringify(result), created_at: new Date(now) })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'idempotency_key']).doNothing()).execute()
      await transaction.deleteFrom('data_management.feature_push').where('name', '=', push.view).where('created_at', '<', new Date(now - keptForMs)).execute()
    })
  }
}
