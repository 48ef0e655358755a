import type { ColumnKind } from '../dataset/column.js'
import type { ClassMetrics, ModelType } from './training-spec.js'

/** What a card is and which version of that; readers of old numbers stay. */
export const modelCardFormat = 'model-card/1'

/** From `low` to `high`, both included. */
export interface CardInterval {
  readonly low: number
  readonly high: number
}

/** The version that the card is of. */
export interface CardModel {
  readonly name: string
  readonly version: number
  readonly modelType: ModelType
  readonly description: string
  /** ISO 8601 */
  readonly createdAt: string
  readonly artifactSha256: string
  readonly artifactSizeBytes: number
}

/** What it was learned from. */
export interface CardData {
  readonly fingerprint: string
  readonly rowCount: number
  readonly target: string
  /** Left out of learning and measuring. */
  readonly rowsWithoutTarget: number
  /** What became of each column, and why one was left out. */
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind; readonly use: string }[]
}

/** Which rows were learned from, and which were held out to measure on. */
export interface CardSplit {
  readonly method: 'stratified' | 'random' | 'group' | 'time' | 'rule'
  /** In words: `the last fifth by opened_at`. */
  readonly description: string
  /** The column that groups or orders the rows. */
  readonly column: string | null
  /** ISO 8601: rows from then on are held out; null unless split by time. */
  readonly cutAt: string | null
  readonly trainRows: number
  readonly testRows: number
  /** Training rows whose cross-fitted predictions calibration, thresholds and conformal prediction were learned from; 0 without. */
  readonly calibrationRows: number
  /** Neither learned from nor measured on: the label was not known at the cut, or there is no time. */
  readonly rowsLeftOut: number
  /** Share of the held-out rows that nearly repeat a training row, 0..1: so much of a measurement may be memory. Null when not looked for. */
  readonly nearDuplicateShare: number | null
}

/** One thing that was tried when the estimator was chosen. */
export interface CardCandidate {
  readonly kind: string
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>
  /** On rows of the training part that it did not learn from; null where it could not be fitted. */
  readonly score: number | null
  /** Of the training rows, that it was last tried on, 0..1. */
  readonly rowShare: number
  readonly isChosen: boolean
  /** Why it left, or why it was chosen. */
  readonly reason: string
}

export interface CardEstimator {
  readonly kind: string
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>
  /** How kind and hyperparameters were chosen, in words. */
  readonly choice: string
  /** Best first; empty where nothing was to choose. */
  readonly candidates: readonly CardCandidate[]
  /** What `score` of the candidates is: `logLoss`, `rootMeanSquaredError`; smaller is better. */
  readonly candidateMetric: string | null
}

/** One number on the held-out rows, beside the baseline's. */
export interface CardMetric {
  readonly name: string
  readonly value: number
  /** At 95 %; null where none is known. */
  readonly interval: CardInterval | null
  /** The baseline on the same rows. */
  readonly baseline: number
  readonly isHigherBetter: boolean
}

/** Quality on held-out rows. */
export interface CardQuality {
  /** The baseline's kind: `majority-classifier`, `mean-regressor`. */
  readonly baselineKind: string
  readonly metrics: readonly CardMetric[]
  /** The metric that decides whether the model beats its baseline. */
  readonly primaryMetric: string
  /** Whether it is better than its baseline by more than chance: the interval of the gain lies above 0. */
  readonly beatsBaseline: boolean
  /** How much better than the baseline on the primary metric, with its interval at 95 %. */
  readonly gain: { readonly value: number; readonly interval: CardInterval }
  /** Empty for regression. */
  readonly classes: readonly ClassMetrics[]
  /** Rows by actual (row) and predicted class (column); null for regression and beyond 50 classes. */
  readonly confusion: { readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] } | null
}

/** How far probabilities can be taken at their word, on held-out rows. */
export interface CardCalibration {
  readonly method: 'none' | 'temperature' | 'platt' | 'isotonic'
  /** Cross-fitted log-loss of each method that was tried, nats. */
  readonly logLosses: Readonly<Record<string, number>>
  /** Expected calibration error of the predicted class, 0..1. */
  readonly expectedError: number
  /** Of the worst bin. */
  readonly maximumError: number
  /** The expected error without calibration. */
  readonly uncalibratedExpectedError: number
  /** Reliability curve of the predicted class; empty bins are left out. */
  readonly curve: readonly { readonly meanProbability: number; readonly observedShare: number; readonly rowCount: number }[]
}

/** A precision that was promised by abstaining, and what became of it on held-out rows. */
export interface CardPromise {
  readonly promisedPrecision: number
  /** Chance that the promise holds. */
  readonly confidence: number
  readonly scope: 'all-classes' | 'each-class'
  readonly classes: readonly {
    readonly label: string
    /** Probability from which on a prediction of the class is accepted; null: all are left to a person. */
    readonly threshold: number | null
    /** On held-out rows; precision is null where none was accepted. */
    readonly acceptedRows: number
    readonly precision: number | null
  }[]
  /** Share of the cross-fitted rows accepted, when choosing. */
  readonly expectedCoverage: number
  /** Share of the held-out rows accepted. */
  readonly coverage: number
  /** On the accepted held-out rows; null where none was accepted. */
  readonly precision: number | null
  readonly precisionInterval: CardInterval
}

/** Sets of classes or intervals of numbers with a promised coverage, and what they cover on held-out rows. */
export interface CardConformal {
  readonly kind: 'sets' | 'intervals'
  readonly method: string
  readonly promisedCoverage: number
  readonly coverage: number
  readonly coverageInterval: CardInterval
  /** Classes in a set, or the width of an interval in the target's unit; the mean over held-out rows. */
  readonly meanSize: number
}

/** Quality of the rows that have one value. */
export interface CardSlice {
  readonly column: string
  readonly value: string
  readonly rowCount: number
  readonly mean: number
  readonly interval: CardInterval
  /** The interval lies on the worse side of the mean of all rows. */
  readonly isClearlyWorse: boolean
}

export interface CardSlices {
  /** What is compared: `accuracy`, `absoluteError`. */
  readonly metric: string
  readonly isHigherBetter: boolean
  readonly overall: number
  /** The worst first. */
  readonly slices: readonly CardSlice[]
  readonly worst: CardSlice | null
  /** Slices too small to say something about. */
  readonly tooSmall: number
}

/** What weighs most in the model. */
export interface CardImportance {
  readonly method: 'linear-weights' | 'permutation'
  /** The class that it speaks for; null for a whole model. */
  readonly label: string | null
  /** The weightiest first. */
  readonly terms: readonly { readonly source: string; readonly name: string; readonly weight: number }[]
}

/** A column that may know too much. */
export interface CardLeakage {
  readonly column: string
  readonly kind: 'predicts-alone' | 'missing-predicts-alone' | 'known-later'
  /** Of the target's log-loss explained, or of the values that lie after the event, 0..1. */
  readonly share: number
  readonly message: string
}

/**
 * What a version is, how it came about and how good it is, as plain JSON (no dates, no NaN): what reports are made of.
 *
 * @see Mitchell et al. (2019), "Model cards for model reporting".
 */
export interface ModelCard {
  readonly format: typeof modelCardFormat
  readonly model: CardModel
  readonly intendedUse: string
  readonly limits: readonly string[]
  readonly data: CardData
  readonly split: CardSplit
  readonly estimator: CardEstimator
  readonly quality: CardQuality
  /** Null for regression, and where rows were too few. */
  readonly calibration: CardCalibration | null
  /** Null unless a precision was promised. */
  readonly promise: CardPromise | null
  /** Null unless a coverage was asked for. */
  readonly conformal: CardConformal | null
  /** Null unless slices were asked for. */
  readonly slices: CardSlices | null
  readonly importances: readonly CardImportance[]
  readonly leakage: readonly CardLeakage[]
  readonly seed: number
  /** Of the packages that made it. */
  readonly versions: Readonly<Record<string, string>>
  readonly trainSeconds: number
  readonly notes: readonly string[]
}
