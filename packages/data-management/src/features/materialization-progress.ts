import type { Clock, Database, RequestContext } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import type { FeatureTables } from '../storage/feature-tables.js'
import { featureViewGone } from './feature-errors.js'
import type { MaterializationPlan } from './materialization-plan.js'

/** A run, and how far it is. */
export interface RunProgress {
  readonly plan: MaterializationPlan
  readonly done: number
  readonly kept: number
  readonly isFinished: boolean
}

/** How far a view is online. */
export interface ViewState {
  /** Of the newest event that came, whichever way. */
  readonly newestEventMs?: number
  readonly materializedUntilMs?: number
  readonly fingerprint?: string
}

const keptForMs = 30 * 24 * 3_600_000

/** Runs and what came of them, in the database: what is written there is not done again. */
export class MaterializationProgress {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** The run of that id, begun with the plan unless it was begun before; runs that ended long ago are forgotten. */
  async begin(context: RequestContext, runId: string, plan: MaterializationPlan): Promise<RunProgress> {
    return this.#withTenant(context, async (transaction) => {
      const now = this.#clock.nowMs()
      await this.#holdView(transaction, plan.view)
      await transaction.deleteFrom('data_management.feature_materialization').where('name', '=', plan.view).where('created_at', '<', new Date(now - keptForMs)).execute()
      await transaction.insertInto('data_management.feature_materialization')
        .values({ tenant_id: context.tenantId, run_id: runId, name: plan.view, plan: JSON.stringify(plan), done: 0, kept: 0, finished_at: null, created_at: new Date(now) })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'run_id', 'name']).doNothing()).execute()
      const row = await transaction.selectFrom('data_management.feature_materialization').selectAll().where('run_id', '=', runId).where('name', '=', plan.view).executeTakeFirstOrThrow()
      return { plan: row.plan, done: Number(row.done), kept: Number(row.kept), isFinished: row.finished_at !== null }
    })
  }

  /** Notes that rows up to a place are online. @throws FeatureStoreError `FEATURE_VIEW_NOT_FOUND` when the view was deleted meanwhile */
  async advance(context: RequestContext, runId: string, { plan, done, kept }: Omit<RunProgress, 'isFinished'>): Promise<void> {
    await this.#withTenant(context, async (transaction) => {
      await this.#holdView(transaction, plan.view)
      await transaction.updateTable('data_management.feature_materialization').set({ done, kept }).where('run_id', '=', runId).where('name', '=', plan.view).execute()
    })
  }

  /** Notes that a run has ended, and how far the view is by it, in one. @throws FeatureStoreError `FEATURE_VIEW_NOT_FOUND` when the view was deleted meanwhile */
  async finish(context: RequestContext, runId: string, { plan, done, kept, newestEventMs }: Omit<RunProgress, 'isFinished'> & { readonly newestEventMs?: number }): Promise<void> {
    await this.#withTenant(context, async (transaction) => {
      await this.#holdView(transaction, plan.view)
      await transaction.updateTable('data_management.feature_materialization').set({ done, kept, finished_at: new Date(this.#clock.nowMs()) })
        .where('run_id', '=', runId).where('name', '=', plan.view).execute()
      const isFromTheBeginning = plan.startMs === undefined || plan.before !== undefined
      await this.#raise(transaction, context, { ...plan, newestEventMs: newestEventMs ?? null, ...(isFromTheBeginning ? { untilMs: plan.endMs, fingerprint: plan.fingerprint } : {}) })
    })
  }

  /** Notes the newest event of rows that were pushed. @throws FeatureStoreError `FEATURE_VIEW_NOT_FOUND` when the view was deleted meanwhile */
  async notePushed(context: RequestContext, { view, generation, newestEventMs }: { readonly view: string; readonly generation: number; readonly newestEventMs: number }): Promise<void> {
    await this.#withTenant(context, async (transaction) => {
      await this.#holdView(transaction, view)
      await this.#raise(transaction, context, { view, generation, newestEventMs })
    })
  }

  async getState(context: RequestContext, view: string, generation: number): Promise<ViewState> {
    return this.#withTenant(context, async (transaction) => {
      const row = await transaction.selectFrom('data_management.feature_view_state').selectAll().where('name', '=', view).where('generation', '=', generation).executeTakeFirst()
      return {
        ...(row?.newest_event_ms == null ? {} : { newestEventMs: row.newest_event_ms }),
        ...(row?.materialized_until_ms == null ? {} : { materializedUntilMs: row.materialized_until_ms }),
        ...(row?.source_fingerprint == null ? {} : { fingerprint: row.source_fingerprint }),
      }
    })
  }

  /** Neither the newest event nor how far a view is ever falls. */
  async #raise(
    transaction: Transaction<FeatureTables>, context: RequestContext,
    { view, generation, newestEventMs, untilMs = null, fingerprint = null }: {
      readonly view: string; readonly generation: number; readonly newestEventMs: number | null; readonly untilMs?: number | null; readonly fingerprint?: string | null
    },
  ): Promise<void> {
    await transaction.insertInto('data_management.feature_view_state')
      .values({
        tenant_id: context.tenantId, name: view, generation, newest_event_ms: newestEventMs, materialized_until_ms: untilMs, source_fingerprint: fingerprint,
        updated_at: new Date(this.#clock.nowMs()),
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'generation']).doUpdateSet({
        newest_event_ms: sql`greatest(feature_view_state.newest_event_ms, excluded.newest_event_ms)`,
        source_fingerprint: sql`case when excluded.materialized_until_ms >= coalesce(feature_view_state.materialized_until_ms, 0) then excluded.source_fingerprint else feature_view_state.source_fingerprint end`,
        materialized_until_ms: sql`greatest(feature_view_state.materialized_until_ms, excluded.materialized_until_ms)`,
        updated_at: sql`excluded.updated_at`,
      }))
      .execute()
  }

  /** The view stays until the transaction ends. */
  async #holdView(transaction: Transaction<FeatureTables>, name: string): Promise<void> {
    const view = await transaction.selectFrom('data_management.feature_view').select('name').where('name', '=', name).where('deleted_at', 'is', null).forShare().executeTakeFirst()
    if (!view) throw featureViewGone(name)
  }

  #withTenant<Result>(context: RequestContext, work: (transaction: Transaction<FeatureTables>) => Promise<Result>): Promise<Result> {
    return this.#database.withTenant(context.tenantId, work)
  }
}
