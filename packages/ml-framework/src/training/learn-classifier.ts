import type { CardCalibration, CardConformal, CardPromise } from '@motadata/core'
import {
  calibrationCurve, type ClassificationTarget, type FittedClassifier, FittedTransferHead, loadClassifier, logLoss, measureAbstention, mostProbable, proportionInterval,
  topLabelCalibrationError,
} from '@motadata/learn'
import { learnTrust, type Trust, trustedProbabilities } from './calibrate-classifier.js'
import { checkMatrixFits } from './check-budget.js'
import { chooseClassifier } from './choose-estimator.js'
import { innerSplit } from './inner-split.js'
import type { LearnedModel, PreparedFeatures } from './learned-model.js'
import { measureClassifier } from './measure-classifier.js'
import { sliceQuality } from './measure-slices.js'
import { findImportances } from './model-importances.js'
import type { ClassRows } from './prepare-rows.js'
import type { TrainingWork } from './training-work.js'

/** Chooses and fits a classifier, learns how far to trust it, and measures what came of both on the held-out rows. */
export function learnClassifier(rows: ClassRows, features: PreparedFeatures, work: TrainingWork): LearnedModel {
  const { target, testLabels } = rows
  const { processor, base } = features
  const { textColumns } = processor
  const matrix = base ? base.withScores(features.train) : features.train
  checkMatrixFits(matrix, target.classes.length === 2 ? 1 : target.classes.length, work.spec)
  work.progress.report('selecting', 0)
  const chosen = chooseClassifier({ matrix, target, textColumns, inner: () => innerSplit(rows, work.spec) }, work)
  work.progress.report('fitting', 0)
  const fitted = work.checkpoints.step('fit', () => chosen.estimator.fit(matrix, target, {
    seed: work.seed, threads: work.threads, onProgress: (share) => work.progress.report('fitting', share),
    ...(chosen.startFrom && { startFrom: chosen.startFrom }),
  }), { toState: (fitted) => fitted.toState(), load: loadClassifier })
  const classifier = base ? FittedTransferHead.onto(base, fitted) : fitted
  work.progress.report('calibrating', 0)
  const trust = learnTrust(chosen.estimator, { matrix, target, textColumns }, work)

  work.progress.report('evaluating', 0)
  const test = features.test()
  const plain = classifier.predictProbabilities(test)
  const probabilities = trustedProbabilities(plain, trust)
  const measured = measureClassifier({ probabilities, testLabels, test, train: features.train, target, seed: work.seed })
  for (const note of measured.notes) work.note(note)
  const known = knownRows(measured.actual, target.classes.length)
  const { slices } = work.spec
  return {
    parts: {
      processor, classifier,
      ...(trust?.calibrator && { calibrator: trust.calibrator }),
      ...(trust?.thresholds && { thresholds: trust.thresholds }),
      ...(trust?.predictionSets && { predictionSets: trust.predictionSets }),
    },
    output: { kind: 'class', classes: classifier.classes },
    estimator: {
      kind: chosen.estimator.kind, hyperparameters: chosen.estimator.hyperparameters, choice: chosen.choice, candidates: chosen.candidates,
      candidateMetric: chosen.metric,
    },
    metrics: measured.metrics,
    baseline: measured.baseline,
    quality: measured.quality,
    calibration: trust && known.length > 0 ? measureCalibration(trust, { plain, probabilities, actual: measured.actual, known, target }) : null,
    calibrationRows: trust?.rowCount ?? 0,
    promise: promiseOf(trust, probabilities, measured.actual, target, known),
    conformal: conformalOf(trust, probabilities, measured.actual, target.classes.length),
    slices: slices === undefined ? null : sliceQuality(features.testRows, slices, measured.hits, { name: 'accuracy', isHigherBetter: true }),
    importances: importancesOf(classifier, trust, measured.actual, features, work.seed),
    losses: measured.losses,
    hits: measured.hits,
  }
}

/** Rows whose class the model knows: what calibration can be measured on. */
function knownRows(actual: Int32Array, classCount: number): Uint32Array {
  return Uint32Array.from(actual.keys()).filter((row) => actual[row]! < classCount)
}

interface MeasuredTrust {
  readonly plain: Float64Array
  readonly probabilities: Float64Array
  readonly actual: Int32Array
  readonly known: Uint32Array
  readonly target: ClassificationTarget
}

function measureCalibration(trust: Trust, { plain, probabilities, actual, known, target }: MeasuredTrust): CardCalibration {
  const classCount = target.classes.length
  const codes = Int32Array.from(known, (row) => actual[row]!)
  const some = rowsOf(probabilities, known, classCount)
  const predicted = mostProbable(some, classCount)
  const hits = Uint8Array.from(predicted, (code, at) => Number(code === codes[at]))
  const promised = Float64Array.from(predicted, (code, at) => some[at * classCount + code]!)
  const error = topLabelCalibrationError(codes, some, classCount)
  return {
    method: trust.method,
    logLosses: trust.logLosses,
    expectedError: error.expected,
    maximumError: error.maximum,
    uncalibratedExpectedError: topLabelCalibrationError(codes, rowsOf(plain, known, classCount), classCount).expected,
    curve: calibrationCurve(hits, promised),
  }
}

function promiseOf(
  trust: Trust | undefined, probabilities: Float64Array, actual: Int32Array, { classes }: ClassificationTarget, known: Uint32Array,
): CardPromise | null {
  if (!trust?.thresholds || known.length === 0) return null
  const { thresholds } = trust
  const codes = Int32Array.from(known, (row) => actual[row]!)
  const report = measureAbstention({ probabilities: rowsOf(probabilities, known, classes.length), codes, classCount: classes.length }, thresholds)
  const orNull = (share: number): number | null => (Number.isNaN(share) ? null : share)
  return {
    promisedPrecision: thresholds.promisedPrecision,
    confidence: thresholds.confidence,
    scope: thresholds.scope,
    classes: thresholds.classes.map(({ label, threshold }, code) => {
      const { acceptedRows, precision } = report.classes[code]!
      return { label, threshold, acceptedRows, precision: orNull(precision) }
    }),
    expectedCoverage: thresholds.coverage,
    coverage: report.coverage,
    precision: orNull(report.precision),
    precisionInterval: report.precisionInterval,
  }
}

/** A class that the model does not know is in no set: it counts as not covered. */
function conformalOf(trust: Trust | undefined, probabilities: Float64Array, actual: Int32Array, classCount: number): CardConformal | null {
  const sets = trust?.predictionSets
  if (!sets) return null
  let [covered, size] = [0, 0]
  actual.forEach((code, row) => {
    const set = sets.setOf(probabilities, row * classCount)
    if (set.includes(code)) covered++
    size += set.length
  })
  return {
    kind: 'sets', method: sets.method, promisedCoverage: sets.coverage, coverage: covered / actual.length,
    coverageInterval: proportionInterval(covered, actual.length), meanSize: size / actual.length,
  }
}

function importancesOf(classifier: FittedClassifier, trust: Trust | undefined, actual: Int32Array, features: PreparedFeatures, seed: number) {
  const classCount = classifier.classes.length
  return findImportances({
    estimator: classifier, classes: classifier.classes, processor: features.processor, testRows: features.testRows, seed,
    lossOf: (matrix, rows) => {
      const probabilities = trustedProbabilities(classifier.predictProbabilities(matrix), trust)
      const known = Uint32Array.from(rows.keys()).filter((at) => actual[rows[at]!]! < classCount)
      return known.length === 0 ? 0 : logLoss(Int32Array.from(known, (at) => actual[rows[at]!]!), rowsOf(probabilities, known, classCount), classCount)
    },
  })
}

function rowsOf(probabilities: Float64Array, rows: Uint32Array, classCount: number): Float64Array {
  if (rows.length * classCount === probabilities.length) return probabilities
  const some = new Float64Array(rows.length * classCount)
  rows.forEach((row, at) => some.set(probabilities.subarray(row * classCount, (row + 1) * classCount), at * classCount))
  return some
}
