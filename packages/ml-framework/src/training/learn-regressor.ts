import type { CardConformal } from '@motadata/core'
import { crossFitPredictions, fitSplitConformal, loadRegressor, type PredictionIntervals, proportionInterval, type RegressorEstimator, rootMeanSquaredError } from '@motadata/learn'
import { checkMatrixFits } from './check-budget.js'
import { chooseRegressor } from './choose-estimator.js'
import { innerSplit } from './inner-split.js'
import type { LearnedModel, PreparedFeatures } from './learned-model.js'
import { measureRegressor } from './measure-regressor.js'
import { sliceQuality } from './measure-slices.js'
import { findImportances } from './model-importances.js'
import type { NumberRows } from './prepare-rows.js'
import { numbersForm } from './training-checkpoints.js'
import type { TrainingWork } from './training-work.js'

const foldCount = 5

/** Chooses and fits a regressor, learns intervals where a coverage is asked for, and measures both on the held-out rows. */
export function learnRegressor(rows: NumberRows, features: PreparedFeatures, work: TrainingWork): LearnedModel {
  const { target, testTarget } = rows
  const { processor, train: matrix, testRows } = features
  checkMatrixFits(matrix, 1, work.spec)
  work.progress.report('selecting', 0)
  const chosen = chooseRegressor({ matrix, target, textColumns: processor.textColumns, inner: () => innerSplit(rows, work.spec) }, work)
  work.progress.report('fitting', 0)
  const regressor = work.checkpoints.step('fit', () => chosen.estimator.fit(matrix, target, {
    seed: work.seed, threads: work.threads, onProgress: (share) => work.progress.report('fitting', share),
  }), { toState: (fitted) => fitted.toState(), load: loadRegressor })
  work.progress.report('calibrating', 0)
  const intervals = learnIntervals(chosen.estimator, rows, features, work)

  work.progress.report('evaluating', 0)
  const test = features.test()
  const predicted = regressor.predict(test)
  const measured = measureRegressor({ predicted, actual: testTarget, test, train: matrix, target, seed: work.seed })
  const { slices } = work.spec
  const errors = testTarget.map((value, row) => Math.abs(value - predicted[row]!))
  return {
    parts: { processor, regressor, ...(intervals && { intervals }) },
    output: { kind: 'number' },
    estimator: {
      kind: chosen.estimator.kind, hyperparameters: chosen.estimator.hyperparameters, choice: chosen.choice, candidates: chosen.candidates,
      candidateMetric: chosen.metric,
    },
    metrics: measured.metrics,
    baseline: measured.baseline,
    quality: measured.quality,
    calibration: null,
    calibrationRows: intervals ? matrix.rowCount : 0,
    promise: null,
    conformal: intervals ? measureIntervals(intervals, predicted, testTarget) : null,
    slices: slices === undefined ? null : sliceQuality(testRows, slices, errors, { name: 'absoluteError', isHigherBetter: false }),
    importances: findImportances({
      estimator: regressor, processor, testRows, seed: work.seed,
      lossOf: (some, numbers) => rootMeanSquaredError(Float64Array.from(numbers, (row) => testTarget[row]!), regressor.predict(some)),
    }),
    losses: measured.losses,
  }
}

function learnIntervals(
  estimator: RegressorEstimator, { target }: NumberRows, { train, processor }: PreparedFeatures, work: TrainingWork,
): PredictionIntervals | undefined {
  const { coverage } = work.spec
  if (coverage === undefined) return undefined
  const needed = Math.max(foldCount * 2, Math.ceil(coverage / (1 - coverage)))
  if (train.rowCount < needed) {
    work.note(`No interval is promised: a coverage of ${coverage} takes ${needed} training rows, and there are ${train.rowCount}.`)
    return undefined
  }
  if (work.isTimeSpent('intervals were learned')) return undefined
  const predicted = work.checkpoints.step('folds', () => crossFitPredictions(estimator, train, target, {
    foldCount, textColumns: processor.textColumns, seed: work.seed, threads: work.threads, onProgress: (share) => work.progress.report('calibrating', share),
  }), numbersForm)
  return fitSplitConformal(target, predicted, { coverage })
}

function measureIntervals(intervals: PredictionIntervals, predicted: Float64Array, actual: Float64Array): CardConformal {
  let [covered, width] = [0, 0]
  actual.forEach((value, row) => {
    const { low, high } = intervals.around(predicted[row]!)
    if (value >= low && value <= high) covered++
    width += high - low
  })
  return {
    kind: 'intervals', method: 'split', promisedCoverage: intervals.coverage, coverage: covered / actual.length,
    coverageInterval: proportionInterval(covered, actual.length), meanSize: width / actual.length,
  }
}
