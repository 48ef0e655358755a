import { columnKinds, type Dataset, modelTypes, parseModelName, TrainingError, type TrainingSpec } from '@motadata/core'
import { type ClassifierEntry, getEstimator } from '@motadata/learn'
import { parseRowRule } from '../processing/row-rule.js'

/** What classification learns with when nothing is said. */
export const defaultClassifier = 'logistic-regression'

const promotions = ['when-first', 'always', 'never']
const descriptionLimit = 2_000

/**
 * Finds what is wrong with a spec before any time is spent on it.
 *
 * @throws MLError `NAME_INVALID`, `MODEL_TYPE_UNKNOWN`, `INPUT_INVALID`, `ESTIMATOR_UNKNOWN`, `HYPERPARAMETER_UNKNOWN`,
 * `HYPERPARAMETER_INVALID`
 */
export function checkSpec(spec: TrainingSpec): void {
  if (typeof spec !== 'object' || spec === null) throw fieldInvalid('spec', 'an object', spec)
  parseModelName(spec.modelId)
  if (!modelTypes.includes(spec.modelType)) {
    throw new TrainingError(
      'MODEL_TYPE_UNKNOWN',
      `Expected one of ${modelTypes.join(', ')} as model type, got ${JSON.stringify(spec.modelType) ?? 'nothing'}.`,
      { details: { field: 'modelType', expected: modelTypes.join(', ') } },
    )
  }
  if (typeof spec.target !== 'string' || spec.target === '') throw fieldInvalid('target', 'the name of a column', spec.target)
  const { features, columnKinds: kinds, seed, promote, description } = spec
  if (features !== undefined && !isNames(features)) throw fieldInvalid('features', 'a list of column names', features)
  if (kinds !== undefined && !isKinds(kinds)) {
    throw fieldInvalid('columnKinds', `column names, each with one of ${columnKinds.join(', ')}`, kinds)
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw fieldInvalid('seed', 'a whole number', seed)
  if (promote !== undefined && !promotions.includes(promote)) throw fieldInvalid('promote', `one of ${promotions.join(', ')}`, promote)
  if (description !== undefined && !isDescription(description)) {
    throw fieldInvalid('description', `well-formed text of at most ${descriptionLimit} characters`, description)
  }
  checkTest(spec.test)
  findClassifier(spec).create({ ...spec.estimator?.hyperparameters })
}

/** Finds what is wrong with the rows before any time is spent on them. @throws TrainingError `DATA_EMPTY` */
export function checkRows(dataset: Dataset): void {
  if (dataset.rowCount > 0) return
  throw new TrainingError('DATA_EMPTY', 'Expected rows to learn from, got none. Hand in records with the target and at least one more column.')
}

/** The entry of the catalogue that a spec means. @throws MLError `ESTIMATOR_UNKNOWN`, `INPUT_INVALID` */
export function findClassifier(spec: TrainingSpec): ClassifierEntry {
  const kind = spec.estimator?.kind ?? defaultClassifier
  if (typeof kind !== 'string') throw fieldInvalid('estimator.kind', 'a name out of the catalogue', kind)
  const entry = getEstimator(kind)
  if (entry.task === 'classification') return entry
  throw new TrainingError(
    'ESTIMATOR_UNKNOWN',
    `Expected an estimator of classes, such as ${defaultClassifier}, got '${kind}', which learns numbers.`,
    { details: { field: 'estimator.kind', received: kind } },
  )
}

function checkTest(test: TrainingSpec['test']): void {
  if (test === undefined) return
  if (typeof test === 'object' && test !== null) {
    if (test.kind === 'rule' && typeof test.rule === 'string') return void parseRowRule(test.rule)
    if (test.kind === 'share' && typeof test.share === 'number' && test.share > 0 && test.share < 1) return
  }
  throw fieldInvalid('test', "{ kind: 'share', share } with a share between 0 and 1, or { kind: 'rule', rule }", test)
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  return Array.isArray(value) ? 'a list' : value !== null && typeof value === 'object' ? 'an object' : String(value)
}

const isNames = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')

const isKinds = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((kind) => columnKinds.includes(kind))

/** PostgreSQL's text holds no NUL, and UTF-8 no lone surrogate. */
const isDescription = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= descriptionLimit && !value.includes('\0') && value.isWellFormed()

function fieldInvalid(field: string, expected: string, value: unknown): TrainingError {
  const received = describe(value)
  return new TrainingError(
    'INPUT_INVALID',
    `Expected ${expected} as '${field}' of the training spec, got ${received}.`,
    { details: { field, expected, received } },
  )
}
