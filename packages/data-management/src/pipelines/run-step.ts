import { type ArtifactStore, isMLError, MLError, type RequestContext } from '@motadata/core'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import type { DatasetManifest } from '../parts/dataset-manifest.js'
import type { PlannedStep } from '../steps/step-plan.js'
import { runFunction } from './run-function.js'
import { runSql } from './run-sql.js'
import { runValidation } from './run-validation.js'
import { folderBytes } from './keep-rows.js'
import type { PipelineFunctions } from './pipeline-function.js'
import type { PipelineLimits } from './pipeline-limits.js'
import { stepCancelled, stepFailed } from './pipeline-errors.js'
import { outputOf, type StepOutput } from './step-output.js'
import type { StepFiles } from './step-files.js'
import type { DuckDBConnection } from '@duckdb/node-api'

/** What running a step stands on. */
export interface StepRunner {
  readonly artifacts: ArtifactStore
  readonly functions: PipelineFunctions
  readonly limits: PipelineLimits
  readonly nowMs: () => number
}

/** A step at work: its engine, over files of its own folder only. */
export interface StepWork extends StepRunner {
  readonly planned: PlannedStep
  /** By the names of its inputs. */
  readonly inputs: ReadonlyMap<string, DatasetManifest>
  readonly connection: DuckDBConnection
  readonly files: StepFiles
  readonly signal: AbortSignal
}

const watchEveryMs = 250

/**
 * Runs a step that makes rows: in an engine and a folder of its own, within its limits.
 *
 * @throws MLError `PIPELINE_STEP_FAILED` naming step, column and row as far as they are known, `PIPELINE_VALIDATION_FAILED`, `DATA_TOO_LARGE`, `CANCELLED`
 */
export async function runStep(context: RequestContext, planned: PlannedStep, inputs: ReadonlyMap<string, DatasetManifest>, runner: StepRunner): Promise<StepOutput> {
  const { limits, artifacts } = runner
  const { step } = planned
  if (step.kind === 'extract' || step.kind === 'load') throw stepFailed({ step: step.name }, 'Expected a step that makes rows.')
  return withWorkFolder(async (folder) => {
    const guard = new StepGuard({ folder, timeMs: Math.min(step.timeLimitMs ?? limits.stepTimeMs, limits.stepTimeMs), diskBytes: limits.diskBytes, ...(context.signal ? { signal: context.signal } : {}) })
    const throwIfEnded = (): void => guard.throwIfEnded(step.name)
    const files: StepFiles = { artifacts, tenantId: context.tenantId, folder, throwIfEnded }
    try {
      return await withDuckDB({ folder, memoryLimitBytes: limits.memoryLimitBytes, threads: limits.threads, signal: guard.signal }, async (connection) => {
        const work: StepWork = { ...runner, planned, inputs, connection, files, signal: guard.signal }
        if (step.kind === 'function') return outputOf(await runFunction(work))
        if (step.kind === 'validate') return runValidation(work)
        return outputOf(await runSql(work))
      })
    } catch (error) {
      throwIfEnded() // what stopped it is the reason, not what it stopped at
      if (isMLError(error, 'ARTIFACT_NOT_FOUND')) throw rowsGone(step.name, error)
      throw error
    } finally {
      guard.close()
    }
  })
}

/** Another attempt at the run finds that they are not in the cache any more, and makes them again. */
function rowsGone(step: string, cause: unknown): MLError {
  return new MLError('STORAGE_UNAVAILABLE', `Step '${step}': Expected the rows of its inputs to be there still, but an erasure or a sweep took some. Run the pipeline again.`, { cause })
}

/** Ends a step that takes too long or fills the disk, and one whose caller has gone. */
class StepGuard {
  readonly #ended = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #watch: NodeJS.Timeout
  readonly #outer: AbortSignal | undefined
  #reason: string | undefined
  readonly signal: AbortSignal

  constructor({ folder, timeMs, diskBytes, signal }: { readonly folder: string; readonly timeMs: number; readonly diskBytes: number; readonly signal?: AbortSignal }) {
    this.#outer = signal
    this.signal = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal
    this.#timer = setTimeout(() => this.#end(`It took more than its ${timeMs} ms. Give it less to do, or more time.`), timeMs)
    this.#watch = setInterval(() => {
      void folderBytes(folder).then((bytes) => {
        if (bytes > diskBytes) this.#end(`It filled more than its ${diskBytes} bytes of disk. Filter or aggregate first, or raise the limit.`)
      })
    }, watchEveryMs)
  }

  throwIfEnded(step: string): void {
    if (this.#outer?.aborted) throw stepCancelled()
    if (this.#reason !== undefined) throw stepFailed({ step }, this.#reason)
  }

  close(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#watch)
  }

  #end(reason: string): void {
    this.#reason ??= reason
    this.#ended.abort()
  }
}
