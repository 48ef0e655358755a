import { type ArtifactStore, type Clock, type Database, type RequestContext, sha256 } from '@motadata/core'
import type { Transaction } from 'kysely'
import { decodeManifest, encodeManifest } from '../parts/dataset-manifest.js'
import type { PipelineTables } from '../storage/pipeline-tables.js'
import type { PlannedStep } from '../steps/step-plan.js'
import type { PipelineFunctions } from './pipeline-function.js'
import { outputOf, type StepOutput } from './step-output.js'

/** Raised when a kind of step gives other rows for the same settings. */
const cacheFormat = 'pipeline-step/1'

/** Settings that change nothing of the rows. */
const uncounted = new Set(['name', 'inputs', 'retry', 'timeLimitMs'])
/** How long what no run used is kept. */
const keptMs = 7 * 86_400_000
const hashesAtOnce = 1_000

/** What a step's rows are known by. */
export interface StepIdentity {
  readonly planned: PlannedStep
  /** Hashes of its inputs' rows, in their order. */
  readonly inputs: readonly { readonly name: string; readonly fingerprint: string }[]
  readonly functions: PipelineFunctions
  /** Where its rows hold for one run only. */
  readonly runId?: string
}

/**
 * The key of a step's rows: the hash of what it does and of the rows it does it to. Names of steps count only where SQL calls them by it; how
 * long it may take and how often it is tried does not count.
 */
export function stepKey({ planned, inputs, functions, runId }: StepIdentity): string {
  const settings = Object.fromEntries(Object.entries(planned.step).filter(([name]) => !uncounted.has(name)))
  const called = planned.step.kind === 'transform' || planned.step.kind === 'validate'
  return sha256(new TextEncoder().encode(JSON.stringify({
    format: cacheFormat, settings: sorted(settings), columns: planned.columns,
    inputs: inputs.map((input) => (called ? [input.name, input.fingerprint] : input.fingerprint)),
    function: planned.step.kind === 'function' ? functions[planned.step.function]?.version : undefined,
    runId,
  })))
}

/** The same JSON whatever order the keys were written in, but for those whose order means something. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, item]) => [key, sorted(item)] as const).sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * What finished steps made, by content: the same step over the same rows is not done again, in this run or another. It is also how a run that
 * was cut off goes on: a step is finished once it is in here.
 */
export class StepCache {
  readonly #database: Database
  readonly #artifacts: ArtifactStore
  readonly #clock: Clock

  constructor({ database, artifacts, clock }: { readonly database: Database; readonly artifacts: ArtifactStore; readonly clock: Clock }) {
    this.#database = database
    this.#artifacts = artifacts
    this.#clock = clock
  }

  /** What a step made, if all of it is there still. */
  async find(context: RequestContext, key: string): Promise<StepOutput | undefined> {
    const { tenantId } = context
    const row = await this.#database.withTenant(tenantId, (transaction: Transaction<PipelineTables>) =>
      transaction.updateTable('data_management.pipeline_cache').set({ used_at: this.#now() }).where('key', '=', key).returning(['fingerprint', 'report']).executeTakeFirst())
    if (!row || !(await this.#artifacts.has(tenantId, row.fingerprint))) return undefined
    const manifest = decodeManifest(await this.#artifacts.get(tenantId, row.fingerprint))
    for (const { sha256: part } of manifest.parts) if (!(await this.#artifacts.has(tenantId, part))) return undefined
    return outputOf(manifest, row.report ?? undefined)
  }

  /** Keeps what a step made: its manifest as an artifact, then the row that says so. */
  async keep(context: RequestContext, key: string, { manifest, fingerprint, report }: StepOutput): Promise<void> {
    const { tenantId } = context
    await this.#artifacts.put(tenantId, encodeManifest(manifest))
    const now = this.#now()
    const values = {
      fingerprint, size_bytes: manifest.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), report: report ? JSON.stringify(report) : null, created_at: now, used_at: now,
    }
    const hashes = [...new Set([fingerprint, ...manifest.parts.map((part) => part.sha256)])]
    await this.#database.withTenant(tenantId, async (transaction: Transaction<PipelineTables>) => {
      await transaction.insertInto('data_management.pipeline_cache').values({ tenant_id: tenantId, key, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doUpdateSet(values)).execute()
      await transaction.deleteFrom('data_management.pipeline_cache_artifact').where('key', '=', key).execute()
      for (let at = 0; at < hashes.length; at += hashesAtOnce) {
        await transaction.insertInto('data_management.pipeline_cache_artifact').values(hashes.slice(at, at + hashesAtOnce).map((hash) => ({ tenant_id: tenantId, key, sha256: hash }))).execute()
      }
    })
  }

  /** Forgets what no run used for a week; a sweep then takes its artifacts. @returns how much that was */
  async forgetUnused(context: RequestContext): Promise<number> {
    const { numDeletedRows } = await this.#database.withTenant(context.tenantId, (transaction: Transaction<PipelineTables>) =>
      transaction.deleteFrom('data_management.pipeline_cache').where('used_at', '<', new Date(this.#clock.nowMs() - keptMs)).executeTakeFirstOrThrow())
    return Number(numDeletedRows)
  }

  /** Those of the hashes that something cached needs. */
  async needed(context: RequestContext, hashes: readonly string[]): Promise<ReadonlySet<string>> {
    if (hashes.length === 0) return new Set()
    const rows = await this.#database.withTenant(context.tenantId, (transaction: Transaction<PipelineTables>) =>
      transaction.selectFrom('data_management.pipeline_cache_artifact').select('sha256').distinct().where('sha256', 'in', hashes).execute())
    return new Set(rows.map(({ sha256: hash }) => hash))
  }

  #now(): Date {
    return new Date(this.#clock.nowMs())
  }
}
