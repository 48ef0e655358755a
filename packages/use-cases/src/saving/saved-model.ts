import { type ClassificationMetrics, MLError, ModelLoadError, type ModelType, type RegressionMetrics, type TrainingReport } from '@motadata/core'
import { decodeModelArtifact, type ModelManifest } from '@motadata/ml-framework'
import { requiredInputs, type UseCaseDefinition } from '../definition/use-case-definition.js'

/** A version outside of the platform: what to keep in order to register it again. */
export interface SavedModel {
  /** The safetensors file that the version is. */
  readonly artifact: Uint8Array
  /** How it was measured; plain JSON. */
  readonly report: TrainingReport
}

/**
 * What a saved model's artifact says of itself, once it is known to be whole, of this use case, and the one that the report is of.
 *
 * @throws MLError `MODEL_LOAD_FAILED` for an artifact that is damaged, hostile or another use case's, `INPUT_INVALID` for a report
 *   that is malformed or another model's
 */
export function readSavedModel(saved: SavedModel, definition: UseCaseDefinition): ModelManifest {
  if (!(saved?.artifact instanceof Uint8Array)) throw new MLError('INPUT_INVALID', "Expected a saved model's artifact as bytes, got none.", { details: { field: 'artifact' } })
  const { manifest } = decodeModelArtifact(saved.artifact)
  const inputs = new Set(manifest.signature.inputs.map(({ name }) => name))
  const lacking = requiredInputs(definition).filter(({ name }) => !inputs.has(name))
  if (manifest.modelType !== definition.modelType || lacking.length > 0) {
    const names = requiredInputs(definition).map(({ name }) => name).join(', ')
    throw new ModelLoadError('MODEL_LOAD_FAILED', `Expected a model of ${definition.name}, which learns from ${names}, got one of another use case.`, {
      details: { expected: names, received: [...inputs].slice(0, 20).join(', ') },
    })
  }
  checkReport(saved.report, manifest)
  return manifest
}

const measuredOf = {
  classification: ['accuracy', 'macroF1', 'logLoss'] satisfies readonly (keyof ClassificationMetrics)[],
  regression: ['rootMeanSquaredError', 'meanAbsoluteError', 'r2'] satisfies readonly (keyof RegressionMetrics)[],
} as const satisfies Record<ModelType, readonly string[]>

function checkReport(report: unknown, manifest: ModelManifest): void {
  if (!isRecord(report)) throw reportInvalid('an object', 'report')
  const measured: readonly string[] = measuredOf[manifest.modelType]
  const { metrics, baseline, classes, estimator, columns, notes } = report
  if (!isRecord(metrics) || !measured.every((name) => metrics[name] === manifest.metrics[name])) throw reportInvalid("the metrics that the artifact carries", 'metrics')
  if (!isRecord(baseline) || !measured.every((name) => Number.isFinite(baseline[name]))) throw reportInvalid(`numbers ${measured.join(', ')}`, 'baseline')
  if (!isListOf(classes, (item) => typeof item['label'] === 'string' && ['precision', 'recall', 'f1', 'support'].every((name) => Number.isFinite(item[name])))) {
    throw reportInvalid('a list of classes with their numbers', 'classes')
  }
  for (const name of ['trainRows', 'testRows', 'rowsWithoutTarget', 'trainSeconds']) if (!Number.isFinite(report[name])) throw reportInvalid('a number', name)
  if (!isRecord(estimator) || typeof estimator['kind'] !== 'string' || !isRecord(estimator['hyperparameters'])) throw reportInvalid('a kind and its hyperparameters', 'estimator')
  if (!isListOf(columns, (item) => typeof item['name'] === 'string' && typeof item['use'] === 'string')) throw reportInvalid('a list of columns and their use', 'columns')
  if (!Array.isArray(notes) || !notes.every((note) => typeof note === 'string')) throw reportInvalid('a list of texts', 'notes')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf(value: unknown, test: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && test(item))
}

function reportInvalid(expected: string, field: string): MLError {
  return new MLError('INPUT_INVALID', `Expected ${expected} as '${field}' of a saved model's report, got something else. Pass the report that save gave.`, {
    details: { field: `report.${field}`, expected },
  })
}
