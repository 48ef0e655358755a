import type { ClassificationMetrics, ClassMetrics } from '@motadata/core'
import { classificationReport, logLoss, mostProbable } from '@motadata/learn'

/** Quality of probabilities, and of each row. */
export interface ClassQuality {
  readonly metrics: ClassificationMetrics
  readonly perClass: readonly ClassMetrics[]
  readonly predicted: Int32Array
  /** Nats, of each row. */
  readonly losses: Float64Array
  /** 1 where the most probable class is right, else 0; shape (rows,) */
  readonly hits: Uint8Array
}

/**
 * Measures probabilities of rows whose class is known.
 *
 * @param probabilities - shape (rows, known classes), row-major
 * @param actual - Codes of `classes`; those from `known` on the model does not know, and they count as wrong, with probability 0.
 */
export function measureClasses(probabilities: Float64Array, known: number, actual: Int32Array, classes: readonly string[]): ClassQuality {
  const widened = known === classes.length ? probabilities : widen(probabilities, known, classes.length)
  const predicted = mostProbable(widened, classes.length)
  const report = classificationReport(actual, predicted, classes)
  // A class that is neither there nor predicted says nothing: it is left out of the mean.
  const occurring = [...new Set([...actual, ...predicted])]
  const macroF1 = occurring.reduce((sum, code) => sum + report.perClass[code]!.f1, 0) / occurring.length
  return {
    metrics: { accuracy: report.accuracy, macroF1, logLoss: logLoss(actual, widened, classes.length) },
    perClass: report.perClass.map(({ label, precision, recall, f1, support }) => ({ label, precision, recall, f1, support })),
    predicted,
    losses: Float64Array.from(actual, (code, row) => -Math.log(Math.max(widened[row * classes.length + code]!, Number.EPSILON))),
    hits: Uint8Array.from(actual, (code, row) => Number(predicted[row] === code)),
  }
}

/** The same probabilities beside columns of zeros for classes that the model does not know. */
function widen(probabilities: Float64Array, known: number, width: number): Float64Array {
  const rows = probabilities.length / known
  const widened = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) widened.set(probabilities.subarray(row * known, (row + 1) * known), row * width)
  return widened
}
