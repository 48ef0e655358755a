import {
  type Clock, type Dataset, MLError, type ModelVersion, type RequestContext, throwIfEnded, type TrainingOptions, type
  TrainingProgress, type TrainingService, type TrainingSpec,
} from '@motadata/core'
import type { ModelRegistry } from './model-registry.js'
import { modelArchived } from './storage/registry-errors.js'
import type { FrameworkTelemetry } from './telemetry/framework-telemetry.js'
import { checkRows, checkSpec } from './training/check-spec.js'
import { FairTurns } from './scheduling/fair-turns.js'
import { deadlineInMs, runInThread } from './training/run-in-thread.js'

export interface TrainerOptions {
  readonly registry: ModelRegistry
  readonly clock: Clock
  readonly telemetry: FrameworkTelemetry
  /** Trainings at once; the others wait, tenants in turn. Default 1. */
  readonly concurrentFits?: number
}

/**
 * What model comes out of these rows, and how good is it? Fits and measures in a worker thread, then registers.
 *
 * A key that registered a version already gives that version again, without any fitting.
 */
export class Trainer implements TrainingService {
  readonly #options: TrainerOptions
  readonly #turns: FairTurns
  readonly #closing = new AbortController()

  constructor(options: TrainerOptions) {
    this.#options = options
    this.#turns = new FairTurns(options.concurrentFits ?? 1)
  }

  /**
   * @throws MLError `NAME_INVALID`, `MODEL_TYPE_UNKNOWN`, `MODEL_ARCHIVED`, `ESTIMATOR_UNKNOWN`, `HYPERPARAMETER_UNKNOWN`,
   * `HYPERPARAMETER_INVALID`, `DATA_EMPTY`, `TARGET_INVALID`, `TARGET_ONE_CLASS`, `FEATURES_EMPTY`, `COLUMN_MISSING`,
   * `COLUMN_INVALID`, `INPUT_INVALID`, `TRAINING_FAILED`, `CANCELLED`, `DEADLINE_EXCEEDED`
   * @example
   * await trainer.train(context, { modelId: 'ticket_classifier', modelType: 'classification', target: 'category' }, dataset)
   */
  async train(context: RequestContext, spec: TrainingSpec, dataset: Dataset, options: TrainingOptions = {}): Promise<ModelVersion> {
    const { registry, clock, telemetry } = this.#options
    checkSpec(spec)
    checkRows(dataset)
    throwIfEnded(context, clock.nowMs())
    if (options.idempotencyKey !== undefined) {
      const earlier = await registry.findByIdempotencyKey(context, options.idempotencyKey)
      if (earlier?.name === spec.modelId) return earlier
    }
    const model = await registry.findModel(context, spec.modelId)
    if (model?.archivedAt) throw modelArchived(spec.modelId)

    const signal = context.signal ? AbortSignal.any([context.signal, this.#closing.signal]) : this.#closing.signal
    const report = (progress: TrainingProgress): void => options.onProgress?.(progress)
    const endTurn = await this.#turns.take(context.tenantId, signal)
    const startedMs = performance.now()
    try {
      return await telemetry.span('ml.train', async () => {
        const remainingMs = deadlineInMs(context, clock.nowMs())
        const outcome = await runInThread({ dataset, spec: plainSpec(spec) }, {
          signal, onProgress: report, ...(remainingMs === undefined ? {} : { deadlineInMs: remainingMs }),
        })
        report({ stage: 'registering', share: 0.97 })
        const version = await registry.registerVersion(context, {
          name: spec.modelId, modelType: spec.modelType, ...outcome, promote: spec.promote ?? 'when-first',
          ...(spec.description === undefined ? {} : { description: spec.description }),
          ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
        })
        report({ stage: 'registering', share: 1 })
        return version
      })
    } finally {
      endTurn()
      telemetry.trainingSeconds.record((performance.now() - startedMs) / 1000)
    }
  }

  /** Ends the trainings that run or wait, with `CANCELLED`. */
  close(): void {
    this.#closing.abort(new MLError('SERVER_CLOSING', 'The trainer closes.'))
  }
}

/** Only what a spec documents, as plain data that can be handed to a thread. */
function plainSpec(spec: TrainingSpec): TrainingSpec {
  return JSON.parse(JSON.stringify(spec)) as TrainingSpec
}
