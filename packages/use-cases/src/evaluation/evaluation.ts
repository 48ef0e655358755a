import { type ClassMetrics, type Prediction, type QualityMetrics, MLError } from '@motadata/core'
import { classificationReport, logLoss, meanAbsoluteError, r2Score, rootMeanSquaredError } from '@motadata/learn'

/** How good a version is on rows whose answer is known. */
export interface UseCaseEvaluation {
  readonly model: { readonly name: string; readonly version: number }
  readonly metrics: QualityMetrics
  /** Empty for numbers. */
  readonly classes: readonly ClassMetrics[]
  /** Rows measured on. */
  readonly rowCount: number
  /** Left out: the target is missing. */
  readonly rowsWithoutTarget: number
  /** Left out: a required column is missing. */
  readonly rowsWithoutInputs: number
}

/**
 * Quality of predictions. A row of a class that the model does not know counts as wrong, with probability 0.
 *
 * @param actual - The label of each prediction's row.
 * @param knownClasses - Those of the model.
 * @throws MLError `DATA_EMPTY`
 */
export function measurePredictions(
  predictions: readonly Prediction[],
  actual: readonly string[],
  knownClasses: readonly string[],
): Pick<UseCaseEvaluation, 'metrics' | 'classes'> {
  checkRowsLeft(actual)
  const classes = [...knownClasses, ...[...new Set(actual)].filter((label) => !knownClasses.includes(label)).sort()]
  const codeOf = new Map(classes.map((label, code) => [label, code]))
  const actualCodes = Int32Array.from(actual, (label) => codeOf.get(label)!)
  const predictedCodes = Int32Array.from(predictions, ({ label }) => codeOf.get(label!)!)
  const probabilities = predictions.flatMap((prediction) => classes.map((label) => ownProbability(prediction, label)))
  const report = classificationReport(actualCodes, predictedCodes, classes)
  // A class that neither occurs nor is predicted says nothing: it is left out of the mean.
  const occurring = new Set([...actualCodes, ...predictedCodes])
  const macroF1 = [...occurring].reduce((sum, code) => sum + report.perClass[code]!.f1, 0) / occurring.size
  return {
    metrics: { accuracy: report.accuracy, macroF1, logLoss: logLoss(actualCodes, probabilities, classes.length) },
    classes: report.perClass.map(({ label, precision, recall, f1, support }) => ({ label, precision, recall, f1, support })),
  }
}

/**
 * Quality of predicted numbers.
 *
 * @param actual - The number of each prediction's row, as text.
 * @throws MLError `DATA_EMPTY`, `TARGET_INVALID` for an answer that is no number
 */
export function measureNumbers(predictions: readonly Prediction[], actual: readonly string[]): Pick<UseCaseEvaluation, 'metrics' | 'classes'> {
  checkRowsLeft(actual)
  const numbers = Float64Array.from(actual, Number)
  if (!numbers.every(Number.isFinite)) throw new MLError('TARGET_INVALID', 'Expected numbers in the target to measure on, got other values.')
  const predicted = Float64Array.from(predictions, ({ value }) => value!)
  return {
    metrics: {
      rootMeanSquaredError: rootMeanSquaredError(numbers, predicted),
      meanAbsoluteError: meanAbsoluteError(numbers, predicted),
      r2: r2Score(numbers, predicted),
    },
    classes: [],
  }
}

function checkRowsLeft(actual: readonly string[]): void {
  if (actual.length === 0) throw new MLError('DATA_EMPTY', 'Expected rows with their target and the required columns to measure on, got none.')
}

function ownProbability({ probabilities = {} }: Prediction, label: string): number {
  return Object.hasOwn(probabilities, label) ? probabilities[label]! : 0
}
