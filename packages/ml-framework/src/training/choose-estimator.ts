import type { TrainingSpec } from '@motadata/core'
import {
  chooseRegularization, type ClassificationTarget, type ClassifierEstimator, type ColumnRange, type FeatureMatrix, type
  FittedClassifier,
} from '@motadata/learn'
import { defaultClassifier, findClassifier } from './check-spec.js'

/** With fewer training rows, an inner held-out part says too little to choose by. */
const fewestRowsToChoose = 40

/** What to fit, and from where on. */
export interface ChosenEstimator {
  readonly estimator: ClassifierEstimator
  /** What the choice fitted already. */
  readonly startFrom?: FittedClassifier
  readonly notes: readonly string[]
}

/**
 * The estimator that a spec means. Where it leaves the regularization of logistic regression open, that is chosen by log-loss on a
 * held-out part of the training rows.
 */
export function chooseEstimator(
  spec: TrainingSpec,
  rows: { readonly matrix: FeatureMatrix; readonly target: ClassificationTarget; readonly textColumns: readonly ColumnRange[] },
  onProgress: (share: number) => void,
): ChosenEstimator {
  const { matrix, target, textColumns } = rows
  const entry = findClassifier(spec)
  const given = { ...spec.estimator?.hyperparameters }
  if (entry.kind !== defaultClassifier || given['C'] !== undefined) return { estimator: entry.create(given), notes: [] }
  if (matrix.rowCount < fewestRowsToChoose) {
    const note = `The regularization is the default: ${matrix.rowCount} training rows are too few to choose it by.`
    return { estimator: entry.create(given), notes: [note] }
  }
  const { C, scores, startFrom } = chooseRegularization(matrix, target, {
    seed: spec.seed ?? 0, hyperparameters: given, textColumns, onProgress,
  })
  const tried = scores.map(({ C, logLoss }) => `${C}: ${logLoss.toFixed(4)}`).join(', ')
  return {
    estimator: entry.create({ ...given, C }),
    startFrom,
    notes: [`C = ${C} was chosen by log-loss on a held-out part of the training rows (${tried}).`],
  }
}
