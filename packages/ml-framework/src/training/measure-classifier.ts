import type { CardMetric, CardQuality, ClassificationMetrics } from '@motadata/core'
import {
  type ClassificationTarget, confusionMatrix, type FeatureMatrix, MajorityClassifier, pairedBootstrap, proportionInterval,
} from '@motadata/learn'
import { type ClassQuality, measureClasses } from './class-quality.js'
import { meanInterval } from './mean-interval.js'

const mostConfusionClasses = 50

/** Quality on held-out rows. */
export interface ClassifierMeasurement {
  readonly metrics: ClassificationMetrics
  /** The majority class of the training rows on the same rows. */
  readonly baseline: ClassificationMetrics
  readonly quality: CardQuality
  readonly notes: readonly string[]
  /** Codes of the held-out rows, in the model's classes and then those that it does not know; shape (test rows,) */
  readonly actual: Int32Array
  /** Nats, of each held-out row. */
  readonly losses: Float64Array
  /** 1 where the predicted class is right, else 0; shape (test rows,) */
  readonly hits: Uint8Array
}

/** What a classifier is measured with, and what it learned from. */
export interface MeasuredRows {
  /** Of the held-out rows, shape (test rows, known classes). */
  readonly probabilities: Float64Array
  /** shape (test rows,) */
  readonly testLabels: readonly string[]
  readonly test: FeatureMatrix
  readonly train: FeatureMatrix
  readonly target: ClassificationTarget
  readonly seed: number
}

/**
 * Measures probabilities, and the majority class beside them. A held-out row of a class that no training row has counts as wrong, with
 * probability 0.
 */
export function measureClassifier(rows: MeasuredRows): ClassifierMeasurement {
  const { testLabels, target, seed } = rows
  const known = target.classes
  const unseen = [...new Set(testLabels)].filter((label) => !known.includes(label)).sort()
  const classes = [...known, ...unseen]
  const codeOf = new Map(classes.map((label, code) => [label, code]))
  const actual = Int32Array.from(testLabels, (label) => codeOf.get(label)!)
  const majority = new MajorityClassifier().fit(rows.train, target)
  const own = measureClasses(rows.probabilities, known.length, actual, classes)
  const baseline = measureClasses(majority.predictProbabilities(rows.test), known.length, actual, classes)
  const gain = pairedBootstrap(own.losses, baseline.losses, { seed, repeats: 1_000 })
  const unseenRows = actual.filter((code) => code >= known.length).length
  return {
    metrics: own.metrics,
    baseline: baseline.metrics,
    quality: {
      baselineKind: 'majority-classifier',
      metrics: cardMetrics(own, baseline, actual.length),
      primaryMetric: 'logLoss',
      beatsBaseline: gain.interval.low > 0,
      gain: { value: gain.difference, interval: gain.interval },
      classes: own.perClass,
      confusion: classes.length > mostConfusionClasses ? null : { labels: classes, counts: countsOf(actual, own.predicted, classes.length) },
    },
    notes: unseenRows === 0 ? [] : [`${unseenRows} held-out rows have a class that no training row has; they count as wrong.`],
    actual,
    losses: own.losses,
    hits: own.hits,
  }
}

function cardMetrics(own: ClassQuality, baseline: ClassQuality, rowCount: number): CardMetric[] {
  const right = own.hits.reduce((sum, hit) => sum + hit, 0)
  return [
    { name: 'accuracy', value: own.metrics.accuracy, interval: proportionInterval(right, rowCount), baseline: baseline.metrics.accuracy, isHigherBetter: true },
    { name: 'macroF1', value: own.metrics.macroF1, interval: null, baseline: baseline.metrics.macroF1, isHigherBetter: true },
    { name: 'logLoss', value: own.metrics.logLoss, interval: meanInterval(own.losses), baseline: baseline.metrics.logLoss, isHigherBetter: false },
  ]
}

function countsOf(actual: Int32Array, predicted: Int32Array, classCount: number): number[][] {
  const { counts } = confusionMatrix(actual, predicted, classCount)
  return Array.from({ length: classCount }, (_, row) => Array.from(counts.subarray(row * classCount, (row + 1) * classCount)))
}
