import {
  type ArtifactStore, type Clock, type Dataset, fingerprintDataset, formatModelReference, isMLError, MLError, type ModelVersion, parseModelReference, type RequestContext, sha256, throwIfEnded, TrainingError, type
  TrainingOptions, type TrainingProgress, type TrainingService, type TrainingSpec,
} from '@motadata/core'
import { packageVersions } from './artifact/package-versions.js'
import type { ModelInMemory } from './model-manager.js'
import type { ModelRegistry } from './model-registry.js'
import type { CheckpointStore, TrainingIdentity } from './storage/checkpoint-store.js'
import { modelArchived } from './storage/registry-errors.js'
import type { FrameworkTelemetry } from './telemetry/framework-telemetry.js'
import { checkRows, checkSpec } from './training/check-spec.js'
import { FairTurns } from './scheduling/fair-turns.js'
import { deadlineInMs, runInThread } from './training/run-in-thread.js'
import type { KeepCheckpoint } from './training/training-checkpoints.js'
import { type ModelValidation, validateModel } from './training/validate-model.js'

export interface TrainerOptions {
  readonly registry: ModelRegistry
  /** Where steps of trainings with a key are kept, so that a run again goes on. */
  readonly checkpoints: CheckpointStore
  readonly clock: Clock
  readonly telemetry: FrameworkTelemetry
  /** Where the artifacts of bases are; a spec with a base is refused without it. */
  readonly artifacts?: ArtifactStore
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
   * `COLUMN_INVALID`, `INPUT_INVALID`, `TRAINING_FAILED`, `CANCELLED`, `DEADLINE_EXCEEDED`; of a base `MODEL_NOT_FOUND`,
   * `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND`, `ARTIFACT_NOT_FOUND`, `MODEL_LOAD_FAILED`
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
        const { plain, base } = await this.#withBase(context, plainSpec(spec))
        const resumable = await this.#resumable(context, plain, dataset, options.idempotencyKey)
        const outcome = await runInThread({ dataset, spec: plain, ...(base && { base }), ...(resumable && { checkpoints: resumable.known }) }, {
          signal, onProgress: report, ...(remainingMs === undefined ? {} : { deadlineInMs: remainingMs }), ...(resumable && { onCheckpoint: resumable.keep }),
        }).catch(async (error: unknown) => {
          if (isMLError(error) && isFinal(error)) await resumable?.end()
          throw error
        })
        report({ stage: 'registering', share: 0.97 })
        const version = await registry.registerVersion(context, {
          name: spec.modelId, ...outcome, spec: plain, promote: spec.promote ?? 'when-first',
          ...(spec.description === undefined ? {} : { description: spec.description }),
          ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
        })
        await resumable?.end()
        report({ stage: 'registering', share: 1 })
        return version
      })
    } finally {
      endTurn()
      telemetry.trainingSeconds.record((performance.now() - startedMs) / 1000)
    }
  }

  /**
   * Measures a version on labelled rows that it has not learned from.
   *
   * @param target - The column with the answers; default the one it learned.
   * @throws MLError `TARGET_INVALID`, `DATA_EMPTY`, `COLUMN_INVALID`
   * @example
   * const { metrics } = await trainer.validate(await models.load(context, { name: 'ticket_classifier' }), rows, 'category')
   */
  validate({ model }: ModelInMemory, dataset: Dataset, target: string): ModelValidation {
    return validateModel(model, dataset, target)
  }

  /** Keeps a finished step of a training, from which a later run goes on. Durable when it resolves. */
  saveCheckpoint(context: RequestContext, training: TrainingIdentity, step: string, bytes: Uint8Array): Promise<void> {
    return this.#options.checkpoints.save(context, training, step, bytes)
  }

  /** The finished steps of a training that did not end, by name. */
  loadCheckpoint(context: RequestContext, training: TrainingIdentity): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.#options.checkpoints.load(context, training)
  }

  /** What a base is now: the version that an alias means is written down, since the alias may mean another later. */
  async #withBase(context: RequestContext, spec: TrainingSpec): Promise<{ readonly plain: TrainingSpec; readonly base?: Uint8Array }> {
    if (spec.base === undefined) return { plain: spec }
    const { registry, artifacts } = this.#options
    if (!artifacts) throw new TrainingError('INPUT_INVALID', "Expected no base: this trainer was not given artifacts to read it from. Give it 'artifacts'.", { details: { field: 'base' } })
    const { name, version, artifact } = await registry.getVersion(context, parseModelReference(spec.base))
    return { plain: { ...spec, base: formatModelReference({ name, version }) }, base: await artifacts.get(context.tenantId, artifact.sha256) }
  }

  /** Only a training with a key can be gone on with: a run again comes with the same one. */
  async #resumable(context: RequestContext, spec: TrainingSpec, dataset: Dataset, key: string | undefined): Promise<Resumable | undefined> {
    if (key === undefined) return undefined
    const { checkpoints } = this.#options
    const training = { key, fingerprint: trainingFingerprint(spec, dataset) }
    // One after the other; a checkpoint that can't be kept costs time after a crash, and fails no training.
    let saving = Promise.resolve()
    const keep: KeepCheckpoint = (step, bytes) => {
      saving = saving.then(() => this.saveCheckpoint(context, training, step, bytes)).catch(() => undefined)
    }
    const end = async (): Promise<void> => {
      await saving
      await checkpoints.clear(context, key).catch(() => undefined)
    }
    return { known: await this.loadCheckpoint(context, training), keep, end }
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

interface Resumable {
  readonly known: ReadonlyMap<string, Uint8Array>
  readonly keep: KeepCheckpoint
  readonly end: () => Promise<void>
}

/** Ends that a run again would come to as well; all others may be gone on from. */
function isFinal({ code }: MLError): boolean {
  return code !== 'CANCELLED' && code !== 'DEADLINE_EXCEEDED' && code !== 'TRAINING_FAILED'
}

/** Equal for trainings whose steps give the same: spec, rows and packages. */
function trainingFingerprint(spec: TrainingSpec, dataset: Dataset): string {
  const text = JSON.stringify([spec, fingerprintDataset(dataset), packageVersions()])
  return sha256(Buffer.from(text))
}
