import type { CellValue } from '../dataset/column.js'

/** The column name under which an instance carries the id of what it is about (a ticket's number); never a feature. */
export const entityKeyField = 'entityKey'

/**
 * One thing to predict about: values by column name, and optionally the `entityKey` it belongs to.
 *
 * @example
 * const instance: Instance = { entityKey: 'INC0012', text: 'VPN is down', impact: 2 }
 */
export type Instance = Readonly<Record<string, CellValue | undefined>>

/** What the model had to do without, or made of a value it had never seen. The prediction stands; the caller may want to know. */
export interface PredictionWarning {
  readonly code: 'COLUMN_ABSENT' | 'CATEGORY_UNKNOWN' | 'COLUMN_IGNORED'
  readonly column: string
  readonly message: string
}

interface PredictionIdentity {
  /** Describes itself (tenant, model, version, entity key, time) and can't be forged; see {@link encodePredictionId}. */
  readonly predictionId: string
  readonly entityKey?: string
  readonly warnings?: readonly PredictionWarning[]
}

/** A class with the probabilities of all classes, which sum to 1. */
export interface ClassPrediction extends PredictionIdentity {
  readonly kind: 'class'
  readonly label: string
  /** 0..1, of `label`. */
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
  /** Only of models that promise a precision: whether this prediction is not sure enough for it, and should be routed to a person. */
  readonly abstained?: boolean
  /** Only of models with a coverage: the classes that hold the true one with that chance, the most probable first. */
  readonly predictionSet?: readonly string[]
  readonly explanation?: Explanation
  readonly value?: undefined
}

/** A number. What only classes have is declared absent, so that code which reads a label need not ask for the kind first. */
export interface NumberPrediction extends PredictionIdentity {
  readonly kind: 'number'
  /** In the unit of the target. */
  readonly value: number
  /** Only of models with a coverage: holds the true number with that chance. */
  readonly interval?: { readonly low: number; readonly high: number }
  readonly explanation?: Explanation
  readonly label?: undefined
  readonly probability?: undefined
  readonly probabilities?: undefined
  readonly abstained?: undefined
}

/** What a model says about one instance. */
export type Prediction = ClassPrediction | NumberPrediction

/** What a word, a category or a field adds to a score: above 0 speaks for it. */
export interface Contribution {
  /** The column of the instance. */
  readonly source: string
  /** The word, category or part of the column; the column itself where it is one number. */
  readonly name: string
  readonly contribution: number
}

/** Why a model says what it says: contributions that sum, with the intercept, to its score. */
export interface Explanation {
  /** `linear` and `tree-shap` are exact. */
  readonly method: 'linear' | 'tree-shap'
  /** The class that is explained: the one predicted unless another was asked for; absent for numbers. */
  readonly label?: string
  /** Of a class before probabilities and calibration are made of it: a margin, or a share of votes; of a number the prediction, or its logarithm where that was learned. */
  readonly score: number
  /** What the score would be without the instance's values. */
  readonly intercept: number
  /** Whole columns, the weightiest first; with the intercept they sum to the score. */
  readonly fields: readonly { readonly source: string; readonly contribution: number }[]
  /** Words and values, the weightiest first, at most as many as asked for. */
  readonly terms: readonly Contribution[]
  /** What the terms that are not listed add together. */
  readonly otherTerms: number
}

/** How a prediction is explained. */
export interface ExplanationOptions {
  /** The class to explain; default the one predicted. */
  readonly label?: string
  /** Words and values to list, 1 to 1000; default 20. */
  readonly termCount?: number
}

/** Predictions in the order of the instances, and the version that made all of them. */
export interface PredictionBatch {
  readonly model: { readonly name: string; readonly version: number }
  readonly predictions: readonly Prediction[]
}
