import { columnKinds, type Dataset, type ModelType, modelTypes, parseModelName, parseModelReference, TrainingError, type TrainingSpec } from '@motadata/core'
import { type EstimatorEntry, getEstimator } from '@motadata/learn'
import { checkDeclaredOptions } from '../processing/check-column-options.js'
import { isRecord } from '../processing/nested-state.js'
import { parseRowRule } from '../processing/row-rule.js'

/** What classification learns with when nothing is said. */
export const defaultClassifier = 'logistic-regression'
/** In place of an estimator's kind: several are tried. */
export const autoEstimator = 'auto'

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
  if (spec.modelType !== 'auto' && !modelTypes.includes(spec.modelType)) {
    const expected = [...modelTypes, 'auto'].join(', ')
    throw new TrainingError(
      'MODEL_TYPE_UNKNOWN',
      `Expected one of ${expected} as model type, got ${JSON.stringify(spec.modelType) ?? 'nothing'}.`,
      { details: { field: 'modelType', expected } },
    )
  }
  if (typeof spec.target !== 'string' || spec.target === '') throw fieldInvalid('target', 'the name of a column', spec.target)
  const { features, columnKinds: kinds, columnOptions, seed, promote, description } = spec
  if (features !== undefined && !isNames(features)) throw fieldInvalid('features', 'a list of column names', features)
  if (kinds !== undefined && !isKinds(kinds)) {
    throw fieldInvalid('columnKinds', `column names, each with one of ${columnKinds.join(', ')}`, kinds)
  }
  if (columnOptions !== undefined && !isRecord(columnOptions)) throw fieldInvalid('columnOptions', 'column names, each with its options', columnOptions)
  if (columnOptions !== undefined) checkDeclaredOptions(columnOptions, kinds)
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw fieldInvalid('seed', 'a whole number', seed)
  if (promote !== undefined && !promotions.includes(promote)) throw fieldInvalid('promote', `one of ${promotions.join(', ')}`, promote)
  if (description !== undefined) checkDescription(description)
  checkTest(spec.test)
  checkTrust(spec)
  checkBudget(spec.budget)
  checkEstimator(spec)
  checkBase(spec)
}

/** @throws TrainingError `INPUT_INVALID` */
export function checkDescription(description: unknown): void {
  if (!isDescription(description)) throw fieldInvalid('description', `well-formed text of at most ${descriptionLimit} characters`, description)
}

/** Finds what is wrong with the rows before any time is spent on them. @throws TrainingError `DATA_EMPTY` */
export function checkRows(dataset: Dataset): void {
  if (dataset.rowCount > 0) return
  throw new TrainingError('DATA_EMPTY', 'Expected rows to learn from, got none. Hand in records with the target and at least one more column.')
}

/** The entry of the catalogue that a spec means. @throws MLError `ESTIMATOR_UNKNOWN`, `INPUT_INVALID` */
export function findEntry(spec: TrainingSpec, task: ModelType): EstimatorEntry {
  const kind = spec.estimator?.kind ?? defaultClassifier
  if (typeof kind !== 'string') throw fieldInvalid('estimator.kind', 'a name out of the catalogue', kind)
  const entry = getEstimator(kind)
  if (entry.task === task) return entry
  const [wanted, learned] = task === 'classification' ? [`classes, such as ${defaultClassifier}`, 'numbers'] : ['numbers', 'classes']
  throw new TrainingError(
    'ESTIMATOR_UNKNOWN',
    `Expected an estimator of ${wanted}, got '${kind}', which learns ${learned}.`,
    { details: { field: 'estimator.kind', received: kind } },
  )
}

function checkEstimator(spec: TrainingSpec): void {
  const { estimator, modelType } = spec
  if (estimator === undefined) return
  if (typeof estimator !== 'object' || estimator === null) throw fieldInvalid('estimator', '{ kind, hyperparameters }', estimator)
  if (estimator.kind === autoEstimator) {
    if (Object.keys(estimator.hyperparameters ?? {}).length === 0) return
    throw fieldInvalid('estimator.hyperparameters', 'none beside the kind auto, which chooses them', estimator.hyperparameters)
  }
  const entry = modelType === 'auto' && typeof estimator.kind === 'string' ? getEstimator(estimator.kind) : findEntry(spec, modelType as ModelType)
  entry.create({ ...estimator.hyperparameters })
}

/** What is built on a base has the base's features, and classes. */
function checkBase({ base, modelType, estimator, features, columnOptions }: TrainingSpec): void {
  if (base === undefined) return
  if (typeof base !== 'string') throw fieldInvalid('base', 'the name of a model, or name@alias or name/versions/3', base)
  parseModelReference(base)
  if (modelType !== 'classification') throw fieldInvalid('modelType', 'classification where there is a base', modelType)
  if (estimator !== undefined && estimator.kind !== defaultClassifier) throw fieldInvalid('estimator.kind', `${defaultClassifier} or none beside a base`, estimator.kind)
  if (features !== undefined) throw fieldInvalid('features', 'none beside a base, whose features are used', features)
  if (columnOptions !== undefined) throw fieldInvalid('columnOptions', 'none beside a base, whose features are used', columnOptions)
}

const isShare = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < 1
const isName = (value: unknown): boolean => typeof value === 'string' && value !== ''

function checkTest(test: TrainingSpec['test']): void {
  if (test === undefined) return
  const given = typeof test === 'object' && test !== null ? test : { kind: 'none' as const }
  const optional = (value: unknown, holds: (value: unknown) => boolean): boolean => value === undefined || holds(value)
  switch (given.kind) {
    case 'rule':
      if (typeof given.rule === 'string') return void parseRowRule(given.rule)
      break
    case 'share':
    case 'random':
      if (isShare(given.share)) return
      break
    case 'group':
      if (isName(given.column) && optional(given.share, isShare)) return
      break
    case 'time':
      if (optional(given.column, isName) && optional(given.share, isShare) && optional(given.from, isName) && optional(given.labelKnownAt, isName)) {
        if (given.share === undefined || given.from === undefined) return
        throw fieldInvalid('test', 'either a share or from', 'both')
      }
  }
  const expected = "{ kind: 'share' or 'random', share } with a share between 0 and 1, { kind: 'group', column, share? }, { kind: 'time', column?, share? or from? }, "
    + "or { kind: 'rule', rule }"
  throw fieldInvalid('test', expected, test)
}

function checkTrust({ promisedPrecision, coverage, slices, eventTime, labelKnownAt, modelType }: TrainingSpec): void {
  if (promisedPrecision !== undefined && !isShare(promisedPrecision)) throw fieldInvalid('promisedPrecision', 'a number above 0 and below 1', promisedPrecision)
  if (promisedPrecision !== undefined && modelType === 'regression') throw fieldInvalid('promisedPrecision', 'none with regression, whose predictions are not right or wrong', promisedPrecision)
  if (coverage !== undefined && !isShare(coverage)) throw fieldInvalid('coverage', 'a number above 0 and below 1', coverage)
  if (slices !== undefined && !isNames(slices)) throw fieldInvalid('slices', 'a list of column names', slices)
  for (const [field, value] of Object.entries({ eventTime, labelKnownAt })) {
    if (value !== undefined && !isName(value)) throw fieldInvalid(field, 'the name of a column of instants', value)
  }
}

const budgetFields = ['iterations', 'seconds', 'memoryBytes', 'threads']
const mostThreads = 64

function checkBudget(budget: TrainingSpec['budget']): void {
  if (budget === undefined) return
  if (typeof budget !== 'object' || budget === null) throw fieldInvalid('budget', `an object of ${budgetFields.join(', ')}`, budget)
  for (const [field, value] of Object.entries(budget)) {
    if (!budgetFields.includes(field)) throw fieldInvalid('budget', `only ${budgetFields.join(', ')}`, field)
    const isCount = Number.isSafeInteger(value) && (value as number) >= 1
    const fits = field === 'seconds' ? typeof value === 'number' && value > 0 : isCount && (field !== 'threads' || (value as number) <= mostThreads)
    if (!fits) throw fieldInvalid(`budget.${field}`, field === 'seconds' ? 'a number above 0' : `a whole number from 1${field === 'threads' ? ` to ${mostThreads}` : ''}`, value)
  }
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
