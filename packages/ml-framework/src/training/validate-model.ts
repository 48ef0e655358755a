import { type ClassMetrics, type Dataset, type QualityMetrics, selectRows, TrainingError } from '@motadata/core'
import { calibrate, meanAbsoluteError, r2Score, rootMeanSquaredError } from '@motadata/learn'
import type { LoadedClassifier, LoadedModel, LoadedRegressor } from '../artifact/loaded-model.js'
import { readNumberTarget } from '../processing/number-target.js'
import { labelsOf } from '../processing/class-target.js'
import { measureClasses } from './class-quality.js'
import { type RowScores, rowKeys } from './row-scores.js'

/** Quality of a version on rows that were handed in. */
export interface ModelValidation {
  readonly metrics: QualityMetrics
  /** Empty for numbers. */
  readonly classes: readonly ClassMetrics[]
  readonly rowCount: number
  /** Left out. */
  readonly rowsWithoutTarget: number
  /** Of each row. */
  readonly scores: RowScores
}

/**
 * Measures a model on labelled rows. A row of a class that it does not know counts as wrong, with probability 0.
 *
 * @throws MLError `TARGET_INVALID`, `DATA_EMPTY`, `COLUMN_INVALID`
 */
export function validateModel(model: LoadedModel, dataset: Dataset, target: string): ModelValidation {
  return model.kind === 'classifier' ? validateClasses(model, dataset, target) : validateNumbers(model, dataset, target)
}

function validateClasses(model: LoadedClassifier, dataset: Dataset, target: string): ModelValidation {
  const labels = labelsOf(dataset, target)
  const { rows, kept } = rowsWith(dataset, target, (row) => labels[row] !== null)
  const known = model.classifier.classes
  const actualLabels = kept.map((row) => labels[row]!)
  const classes = [...known, ...[...new Set(actualLabels)].filter((label) => !known.includes(label)).sort()]
  const codeOf = new Map(classes.map((label, code) => [label, code]))
  const actual = Int32Array.from(actualLabels, (label) => codeOf.get(label)!)
  const plain = model.classifier.predictProbabilities(model.processor.transform(rows))
  const { metrics, perClass, losses, hits } = measureClasses(model.calibrator ? calibrate(model.calibrator, plain) : plain, known.length, actual, classes)
  return {
    metrics, classes: perClass, rowCount: kept.length, rowsWithoutTarget: dataset.rowCount - kept.length, scores: { keys: rowKeys(rows), losses, hits },
  }
}

function validateNumbers(model: LoadedRegressor, dataset: Dataset, target: string): ModelValidation {
  const values = readNumberTarget(dataset, target)
  const { rows, kept } = rowsWith(dataset, target, (row) => !Number.isNaN(values[row]))
  const actual = Float64Array.from(kept, (row) => values[row]!)
  const predicted = model.regressor.predict(model.processor.transform(rows))
  return {
    metrics: {
      rootMeanSquaredError: rootMeanSquaredError(actual, predicted),
      meanAbsoluteError: meanAbsoluteError(actual, predicted),
      r2: r2Score(actual, predicted),
    },
    classes: [],
    rowCount: kept.length,
    rowsWithoutTarget: dataset.rowCount - kept.length,
    scores: { keys: rowKeys(rows), losses: actual.map((value, row) => (value - predicted[row]!) ** 2) },
  }
}

function rowsWith(dataset: Dataset, target: string, hasTarget: (row: number) => boolean): { readonly rows: Dataset; readonly kept: readonly number[] } {
  const kept = Array.from({ length: dataset.rowCount }, (_, row) => row).filter(hasTarget)
  if (kept.length > 0) return { rows: selectRows(dataset, kept), kept }
  throw new TrainingError('DATA_EMPTY', `Expected rows with a '${target}' to measure on, got none of ${dataset.rowCount}.`, { details: { column: target } })
}
