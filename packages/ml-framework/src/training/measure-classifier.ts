import type { ClassificationMetrics, ClassMetrics } from '@motadata/core'
import {
  type ClassificationTarget, classificationReport, type FeatureMatrix, type FittedClassifier, logLoss,
  MajorityClassifier, mostProbable,
} from '@motadata/learn'

/** Quality on held-out rows. */
export interface Measurement {
  readonly metrics: ClassificationMetrics
  /** The majority class of the training rows on the same rows. */
  readonly baseline: ClassificationMetrics
  readonly classes: readonly ClassMetrics[]
  readonly notes: readonly string[]
}

/** What a classifier is measured with, and what it learned from. */
export interface MeasuredRows {
  readonly test: FeatureMatrix
  /** shape (test rows,) */
  readonly testLabels: readonly string[]
  readonly train: FeatureMatrix
  readonly target: ClassificationTarget
}

/**
 * Measures a classifier, and the majority class beside it. A held-out row of a class that no training row has counts as wrong, with
 * probability 0.
 */
export function measureClassifier(classifier: FittedClassifier, rows: MeasuredRows): Measurement {
  const unseen = [...new Set(rows.testLabels)].filter((label) => !classifier.classes.includes(label)).sort()
  const classes = [...classifier.classes, ...unseen]
  const codeOf = new Map(classes.map((label, code) => [label, code]))
  const actual = Int32Array.from(rows.testLabels, (label) => codeOf.get(label)!)
  const majority = new MajorityClassifier().fit(rows.train, rows.target)
  const { report, metrics } = measure(classifier.predictProbabilities(rows.test), classifier.classes.length, actual, classes)
  const unseenRows = actual.filter((code) => code >= classifier.classes.length).length
  return {
    metrics,
    baseline: measure(majority.predictProbabilities(rows.test), majority.classes.length, actual, classes).metrics,
    classes: report.perClass.map(({ label, precision, recall, f1, support }) => ({ label, precision, recall, f1, support })),
    notes: unseenRows === 0 ? [] : [`${unseenRows} held-out rows have a class that no training row has; they count as wrong.`],
  }
}

function measure(probabilities: Float64Array, known: number, actual: Int32Array, classes: readonly string[]) {
  const widened = known === classes.length ? probabilities : widen(probabilities, known, classes.length)
  const predicted = mostProbable(widened, classes.length)
  const report = classificationReport(actual, predicted, classes)
  // A class that is neither there nor predicted says nothing: it is left out of the mean.
  const occurring = [...new Set([...actual, ...predicted])]
  const macroF1 = occurring.reduce((sum, code) => sum + report.perClass[code]!.f1, 0) / occurring.length
  return { report, metrics: { accuracy: report.accuracy, macroF1, logLoss: logLoss(actual, widened, classes.length) } }
}

/** The same probabilities beside columns of zeros for classes that the model does not know. */
function widen(probabilities: Float64Array, known: number, width: number): Float64Array {
  const rows = probabilities.length / known
  const widened = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) widened.set(probabilities.subarray(row * known, (row + 1) * known), row * width)
  return widened
}
