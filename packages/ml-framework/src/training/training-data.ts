import {
  type ColumnKind, createDataset, type Dataset, type DatasetInput, buildColumn, isDataset, isTableLike, MLError, toDataset,
  TrainingError,
} from '@motadata/core'

/** Features and labels handed in apart: `X` as rows or as texts, `y` one label a row. */
export interface FeaturesAndLabels {
  readonly X: DatasetInput | readonly string[]
  readonly y: ArrayLike<string | number | boolean | null>
}

/** What a model can be trained on: a table of arquero, records, a dataset, or features and labels. */
export type TrainingData = DatasetInput | FeaturesAndLabels

/** Rows with the name of the column to learn. */
export interface TargetedDataset {
  readonly dataset: Dataset
  readonly target: string
}

/** The target when none is named: the first of these that there is. */
const targetNames = ['target', 'label', 'category']

type Kinds = Readonly<Record<string, ColumnKind>>

/**
 * Training data as a dataset, and which column is the target.
 *
 * @throws MLError `INPUT_INVALID` for something that is none of the forms, `COLUMN_INVALID`, `COLUMN_LENGTH_MISMATCH`, and
 * `TARGET_INVALID` when no target is named and none is there by its usual names
 * @example
 * readTrainingData({ X: ['VPN is down', 'no paper'], y: ['network', 'printer'] }).target // => 'target'
 */
export function readTrainingData(data: TrainingData, target: string | undefined, kinds: Kinds = {}): TargetedDataset {
  if (isFeaturesAndLabels(data)) return joinLabels(data, target ?? targetNames[0]!, kinds)
  const dataset = toRows('trainingData', data, kinds)
  return { dataset, target: target ?? usualTarget(dataset) }
}

function isFeaturesAndLabels(data: TrainingData): data is FeaturesAndLabels {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || isDataset(data) || isTableLike(data)) return false
  return Object.hasOwn(data, 'X') && Object.hasOwn(data, 'y')
}

function joinLabels({ X, y }: FeaturesAndLabels, target: string, kinds: Kinds): TargetedDataset {
  const features = isTexts(X) ? createDataset([['text', buildColumn('text', 'text', X)]]) : toRows('trainingData.X', X, kinds)
  if (features.columns.has(target)) {
    throw new TrainingError(
      'TARGET_INVALID',
      `Expected X to have no column '${target}', which the labels y are to be, got one. Name another target.`,
      { details: { column: target, columns: [...features.columns.keys()].slice(0, 100) } },
    )
  }
  if (typeof y !== 'object' || y === null || typeof y.length !== 'number') {
    throw new MLError(
      'INPUT_INVALID',
      'Expected y to be an array with one label for each row of X, got something else.',
      { details: { field: 'trainingData.y' } },
    )
  }
  return { dataset: createDataset([...features.columns, [target, buildColumn(target, 'category', Array.from(y))]]), target }
}

const isTexts = (X: FeaturesAndLabels['X']): X is readonly string[] =>
  Array.isArray(X) && X.length > 0 && X.every((item) => typeof item === 'string' || item === null)

function toRows(field: string, data: DatasetInput, kinds: Kinds): Dataset {
  // A dataset has its kinds; training converts them where the spec declares others.
  if (Array.isArray(data) || isDataset(data) || isTableLike(data)) return toDataset(data, isDataset(data) ? {} : kinds)
  throw new MLError(
    'INPUT_INVALID',
    `Expected ${field} to be a table, a list of records, a dataset, or { X, y }, got ${data === null ? 'null' : typeof data}.`,
    { details: { field, expected: 'a table, records, a dataset, or { X, y }' } },
  )
}

function usualTarget(dataset: Dataset): string {
  const found = targetNames.find((name) => dataset.columns.has(name))
  if (found !== undefined) return found
  const columns = [...dataset.columns.keys()]
  throw new TrainingError(
    'TARGET_INVALID',
    `Expected a target to be named, or a column ${targetNames.join(', ')}, got the columns ${columns.slice(0, 20).join(', ')}. ` +
      "Say which holds the labels: { target: '…' }.",
    { details: { columns: columns.slice(0, 100) } },
  )
}

