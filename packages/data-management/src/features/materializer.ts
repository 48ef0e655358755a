import { type Clock, type IdSource, MLError, type OnlineStore, type OnlineWrite, type RequestContext, throwIfEnded } from '@motadata/core'
import type { FeatureEngine } from './feature-engine.js'
import type { KnownView, KnownViews } from './known-views.js'
import type { MaterializationProgress, RunProgress } from './materialization-progress.js'
import type { MaterializationPlan, Materialized } from './materialization-plan.js'
import { findNewestRows, readNewestRows } from './newest-rows.js'
import { onlineRowOf, onlineWrite, writeOnline } from './online-rows.js'

export interface MaterializeRequest {
  /** Rows that came to be seen after this; all up to the end when absent. Epoch milliseconds. */
  readonly startMs?: number
  /** Rows that could be seen by then; now when absent or later. Epoch milliseconds. */
  readonly endMs?: number
  /** Only what came since the last time: newer rows, and older ones that were appended since. */
  readonly incremental?: boolean
  /** A run of the same id goes on where the earlier one was cut off, and does nothing once that has ended. */
  readonly runId?: string
  /** How much of the run is done, 0..1. */
  readonly onProgress?: (share: number) => void
}

export interface MaterializerOptions {
  readonly engine: FeatureEngine
  readonly progress: MaterializationProgress
  readonly views: KnownViews
  readonly store: OnlineStore
  readonly clock: Clock
  readonly ids: IdSource
}

/** Brings the newest rows of a view's dataset online, piece by piece, each noted once it is there. */
export class Materializer {
  readonly #options: MaterializerOptions

  constructor(options: MaterializerOptions) {
    this.#options = options
  }

  async run(context: RequestContext, known: KnownView, request: MaterializeRequest): Promise<Materialized> {
    const { progress, ids } = this.#options
    const runId = request.runId ?? ids.next()
    const run = await progress.begin(context, runId, await this.#plan(context, known, request))
    if (run.isFinished) return resultOf(run)
    // a run that goes on reads the view as it was when it began
    const asBegun = run.plan.version === known.view.version ? known : await this.#options.views.getView(context, run.plan.view, run.plan.version)
    return resultOf(await this.#goOn(context, runId, run, asBegun, request.onProgress))
  }

  async #plan(context: RequestContext, known: KnownView, request: MaterializeRequest): Promise<MaterializationPlan> {
    const { engine, progress, clock } = this.#options
    const { definition, version, generation } = known.view
    const endMs = Math.min(instantMs('end', request.endMs) ?? Number.MAX_SAFE_INTEGER, clock.nowMs())
    let startMs = instantMs('start', request.startMs)
    if (startMs !== undefined && startMs > endMs) {
      throw new MLError('INPUT_INVALID', `Expected a start before the end, which is now at the latest, got ${new Date(startMs).toISOString()} after ${new Date(endMs).toISOString()}.`, { details: { field: 'start' } })
    }
    const dataset = await engine.version(known, context)
    let before: string | undefined
    if (request.incremental) {
      const state = await progress.getState(context, definition.name, generation)
      // what was there before can only be told apart while it is known
      const isKnown = state.fingerprint !== undefined && (await engine.findManifest(context, state.fingerprint)) !== undefined
      startMs = isKnown ? state.materializedUntilMs : undefined
      before = isKnown ? state.fingerprint : undefined
    }
    return {
      view: definition.name, version, generation, dataset: dataset.name, datasetVersion: dataset.version, fingerprint: dataset.fingerprint, endMs,
      ...(startMs === undefined ? {} : { startMs }), ...(before === undefined ? {} : { before }),
    }
  }

  async #goOn(context: RequestContext, runId: string, run: RunProgress, known: KnownView, onProgress: MaterializeRequest['onProgress']): Promise<RunProgress> {
    const { engine, progress, store, clock } = this.#options
    const { plan } = run
    const { definition: { ttlMs } } = known.view
    const version = await engine.version(known, context, { version: plan.datasetVersion })
    const thereBefore = plan.before === undefined ? undefined : new Set((await engine.findManifest(context, plan.before))?.parts.map(({ sha256 }) => sha256))
    const state = await progress.getState(context, plan.view, plan.generation)
    // of two rows of one time the one that was written later is the newest there is, unless later ones were looked at before
    const onTie = (state.materializedUntilMs ?? 0) <= plan.endMs ? 'replace' : 'keep'
    return engine.run(context, async ({ connection, source }) => {
      const rows = { known, source: await source(known, version) }
      const total = await findNewestRows(connection, rows, {
        endMs: plan.endMs,
        ...(plan.startMs === undefined ? {} : { startMs: plan.startMs }),
        ...(thereBefore ? { wasThere: (sha256: string) => thereBefore.has(sha256) } : {}),
        ...(ttlMs === undefined ? {} : { oldestMs: plan.endMs - ttlMs }),
      })
      let { done, kept } = run
      let newestEventMs: number | undefined
      for await (const piece of readNewestRows(connection, rows, done)) {
        throwIfEnded(context, clock.nowMs())
        const writes: OnlineWrite[] = []
        for (const row of piece) {
          const write = onlineWrite(known, onlineRowOf(known, row))
          if (write) writes.push(write)
          newestEventMs = Math.max(newestEventMs ?? 0, row.eventTimeMs)
        }
        kept += await writeOnline(store, context, writes, { ttlMs, onTie })
        done = piece.at(-1)!.place + 1
        await progress.advance(context, runId, { plan, done, kept })
        onProgress?.(done / total)
      }
      await progress.finish(context, runId, { plan, done, kept, ...(newestEventMs === undefined ? {} : { newestEventMs }) })
      return { plan, done, kept, isFinished: true }
    })
  }
}

function resultOf({ plan, done, kept }: RunProgress): Materialized {
  const { view, version, datasetVersion, startMs, endMs } = plan
  return { view, version, datasetVersion, ...(startMs === undefined ? {} : { startMs }), endMs, entityCount: done, keptCount: kept }
}

function instantMs(field: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value
  throw new MLError('INPUT_INVALID', `Expected '${field}' as whole epoch milliseconds, got ${String(value)}.`, { details: { field, received: String(value) } })
}
