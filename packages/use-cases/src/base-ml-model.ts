import {
  cellAt, type ColumnKind, columnLength, type Dataset, type DatasetInput, getColumn, type Instance, isDataset, isTableLike, MLError, type ModelReference,
  type ModelVersion, type PredictionBatch, PredictionError, type RequestContext, toDataset, TrainingError, type TrainingOptions, type TrainingSpec,
} from '@motadata/core'
import { modelArtifactFormat } from '@motadata/ml-framework'
import { checkDefinition } from './definition/check-definition.js'
import { trainingSpecOf } from './definition/training-spec-of.js'
import { requiredInputs, type UseCaseDefinition } from './definition/use-case-definition.js'
import { measureNumbers, measurePredictions, type UseCaseEvaluation } from './evaluation/evaluation.js'
import { labelledRows } from './evaluation/labelled-rows.js'
import { readSavedModel, type SavedModel } from './saving/saved-model.js'
import type { UseCaseCollaborators } from './use-case.js'

/** Which of a use case's models and versions; default the champion of the model that has the use case's name. */
export interface ModelChoice {
  readonly modelId?: string
  readonly version?: number
  readonly alias?: string
}

export interface UseCaseTrainingOptions extends TrainingOptions {
  /** Win over what the use case declares. */
  readonly spec?: Partial<TrainingSpec>
}

/** Instances predicted in one go while measuring. */
const rowsAtOnce = 500

/**
 * A use case: what its definition says, done with the platform's model life. A subclass gives the definition and adds what only it
 * knows; training, predicting, measuring, saving and loading are the same for all.
 *
 * @example
 * class TicketClassification extends BaseMLModel {
 *   constructor(collaborators: UseCaseCollaborators) { super(definition, collaborators) }
 * }
 */
export abstract class BaseMLModel {
  readonly definition: UseCaseDefinition
  protected readonly collaborators: UseCaseCollaborators

  /** @throws MLError `USE_CASE_INVALID` naming everything that is wrong with the definition */
  constructor(definition: UseCaseDefinition, collaborators: UseCaseCollaborators) {
    checkDefinition(definition)
    this.definition = definition
    this.collaborators = collaborators
  }

  /** What training asks for when only the required columns are known to be there; `train` adds the optional ones that are. */
  trainingSpec(overrides: Partial<TrainingSpec> = {}): TrainingSpec {
    return trainingSpecOf(this.definition, overrides)
  }

  /**
   * Trains the next version on labelled rows, measures it on those held out and registers it. Only declared columns are learned from.
   *
   * @throws MLError `COLUMN_MISSING` for a required column or the target, `INPUT_INVALID` for fewer labelled rows than the use case
   *   asks for, and as the system's `train`
   * @example
   * const version = await model.train(context, rows, { spec: { seed: 7 } })
   * version.report.metrics.accuracy // on the held-out rows
   */
  async train(context: RequestContext, rows: DatasetInput, options: UseCaseTrainingOptions = {}): Promise<ModelVersion> {
    const { spec: overrides, ...training } = options
    const dataset = this.#datasetOf(rows)
    const spec = trainingSpecOf(this.definition, overrides, new Set(dataset.columns.keys()))
    for (const { name } of requiredInputs(this.definition)) getColumn(dataset, name)
    const labelled = presentCount(dataset, spec.target)
    const { minimumRows } = this.definition
    if (labelled < minimumRows) {
      throw new TrainingError('INPUT_INVALID', `Expected at least ${minimumRows} rows with a '${spec.target}' to learn from, got ${labelled}. Add labelled rows.`, {
        details: { field: spec.target, minimum: minimumRows, received: labelled },
      })
    }
    return this.collaborators.system.train(context, spec, dataset, training)
  }

  /**
   * One prediction an instance, in their order, all from one version.
   *
   * @throws MLError `COLUMN_INVALID` naming instance and column when a required one is missing, and as the system's `predict`
   */
  async predict(context: RequestContext, instances: readonly Instance[], choice: ModelChoice = {}): Promise<PredictionBatch> {
    if (Array.isArray(instances)) instances.forEach((instance, position) => this.#checkInstance(instance, position))
    return this.collaborators.system.predict(context, this.#reference(choice), instances)
  }

  /**
   * Measures a version on labelled rows that it has not seen.
   *
   * @returns Quality over all rows that have a target and the required columns; how many have not is said too.
   * @throws MLError `COLUMN_MISSING` when the target is not there, `DATA_EMPTY` when no row can be measured on, and as `predict`
   */
  async evaluate(context: RequestContext, rows: DatasetInput, choice: ModelChoice & { readonly target?: string } = {}): Promise<UseCaseEvaluation> {
    const { system } = this.collaborators
    const { name, version, signature } = await system.getVersion(context, this.#reference(choice))
    const { instances, labels, rowsWithoutTarget, rowsWithoutInputs } = labelledRows(this.#datasetOf(rows), {
      target: choice.target ?? this.definition.target,
      inputs: signature.inputs.map((input) => input.name),
      required: requiredInputs(this.definition).map((column) => column.name),
    })
    const predictions: PredictionBatch['predictions'][number][] = []
    for (let start = 0; start < instances.length; start += rowsAtOnce) {
      predictions.push(...(await system.predict(context, { name, version }, instances.slice(start, start + rowsAtOnce))).predictions)
    }
    const { output } = signature
    const measured = output.kind === 'class' ? measurePredictions(predictions, labels, output.classes) : measureNumbers(predictions, labels)
    return { model: { name, version }, ...measured, rowCount: labels.length, rowsWithoutTarget, rowsWithoutInputs }
  }

  /** The version that answers, with its signature and report. @throws MLError `MODEL_NOT_FOUND`, `MODEL_VERSION_NOT_FOUND`, `MODEL_ALIAS_NOT_FOUND` */
  async getModelInfo(context: RequestContext, choice: ModelChoice = {}): Promise<ModelVersion> {
    return this.collaborators.system.getVersion(context, this.#reference(choice))
  }

  /**
   * A version as bytes with its report, to be kept elsewhere or loaded for another tenant.
   *
   * @throws MLError `CONFIGURATION_INVALID` without an artifact store, `ARTIFACT_NOT_FOUND`, `ARTIFACT_CORRUPT`, and as `getModelInfo`
   */
  async save(context: RequestContext, choice: ModelChoice = {}): Promise<SavedModel> {
    const { artifacts } = this.collaborators
    if (artifacts === undefined) throw new MLError('CONFIGURATION_INVALID', `Expected an artifact store to save from, got none. Pass artifacts when creating ${this.definition.name}.`)
    const { artifact, report } = await this.getModelInfo(context, choice)
    return { artifact: await artifacts.get(context.tenantId, artifact.sha256), report }
  }

  /**
   * Registers what was saved as the next version. Nothing in it is run, and what it says of itself is checked.
   *
   * @param options.promote - Whether it becomes champion; default when there is none yet.
   * @throws MLError `MODEL_LOAD_FAILED`, `INPUT_INVALID`, `NAME_INVALID`, `MODEL_ARCHIVED`
   */
  async load(
    context: RequestContext,
    saved: SavedModel,
    options: { readonly modelId?: string; readonly promote?: TrainingSpec['promote']; readonly idempotencyKey?: string } = {},
  ): Promise<ModelVersion> {
    const { modelType, signature, datasetFingerprint } = readSavedModel(saved, this.definition)
    const { modelId, ...registration } = options
    return this.collaborators.system.registry.registerVersion(context, {
      name: modelId ?? this.definition.name,
      modelType,
      signature,
      datasetFingerprint,
      artifact: saved.artifact,
      artifactFormat: modelArtifactFormat,
      report: saved.report,
      description: this.definition.title,
      ...registration,
    })
  }

  #datasetOf(rows: DatasetInput): Dataset {
    if (!Array.isArray(rows) && !isDataset(rows) && !isTableLike(rows)) {
      throw new MLError('INPUT_INVALID', `Expected rows as a table, a list of records or a dataset, got ${rows === null ? 'null' : typeof rows}.`, { details: { field: 'rows' } })
    }
    const kinds: Record<string, ColumnKind> = Object.fromEntries(this.definition.columns.map(({ name, kind }) => [name, kind]))
    return toDataset(rows, kinds)
  }

  #reference({ modelId, version, alias }: ModelChoice): ModelReference {
    return { name: modelId ?? this.definition.name, ...(version === undefined ? {} : { version }), ...(alias === undefined ? {} : { alias }) }
  }

  #checkInstance(instance: Instance, position: number): void {
    if (typeof instance !== 'object' || instance === null) return
    for (const { name, kind } of requiredInputs(this.definition)) {
      const value = Object.hasOwn(instance, name) ? instance[name] : undefined
      if (value !== undefined && value !== null && value !== '') continue
      throw new PredictionError('COLUMN_INVALID', `Expected a ${kind} in '${name}' of instance ${position}, got nothing: ${this.definition.name} needs it.`, {
        details: { instance: position, field: name, expected: kind, received: 'nothing' },
      })
    }
  }
}

function presentCount(dataset: Dataset, name: string): number {
  const column = getColumn(dataset, name)
  let count = 0
  for (let row = 0; row < columnLength(column); row++) if (cellAt(column, row) !== null) count++
  return count
}
