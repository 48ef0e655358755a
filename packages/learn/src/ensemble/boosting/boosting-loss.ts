import { lossCodes } from '../../kernels/loss-codes.js'

/** What boosting makes small. Scores and targets are those that it computes with, centred and scaled. */
export interface BoostingLoss {
  /** Of the kernel that computes its derivatives; `softmax` has its own. */
  readonly code: number | 'softmax'
  readonly quantile: number
  /** A leaf's value is this quantile of what its rows lack, instead of a Newton step. */
  readonly leafQuantile?: number
  /** A Newton step is cut to this size, where longer ones run away. */
  readonly longestStep: number
  /**
   * The loss of one row.
   *
   * @param scoreAt - The score of an output.
   */
  lossOf(target: number, scoreAt: (output: number) => number): number
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const common = { quantile: 0.5, longestStep: Infinity }

/** Log-loss of the second of two classes: the target is 0 or 1. */
export const logisticLoss: BoostingLoss = {
  ...common, code: lossCodes.logistic,
  lossOf: (target, scoreAt) => softplus(target === 1 ? -scoreAt(0) : scoreAt(0)),
}

/** Log-loss of several classes: the target is the number of one. */
export const softmaxLoss = (classCount: number): BoostingLoss => ({
  ...common, code: 'softmax',
  lossOf: (target, scoreAt) => {
    let largest = -Infinity
    for (let code = 0; code < classCount; code++) largest = Math.max(largest, scoreAt(code))
    let sum = 0
    for (let code = 0; code < classCount; code++) sum += Math.exp(scoreAt(code) - largest)
    return largest + Math.log(sum) - scoreAt(target)
  },
})

export const squaredLoss: BoostingLoss = { ...common, code: lossCodes.squared, lossOf: (target, scoreAt) => (scoreAt(0) - target) ** 2 }

export const absoluteLoss: BoostingLoss = {
  ...common, code: lossCodes.absolute, leafQuantile: 0.5, lossOf: (target, scoreAt) => Math.abs(scoreAt(0) - target),
}

export const quantileLoss = (quantile: number): BoostingLoss => ({
  ...common, code: lossCodes.quantile, quantile, leafQuantile: quantile,
  lossOf: (target, scoreAt) => (target - scoreAt(0)) * (target > scoreAt(0) ? quantile : quantile - 1),
})

/** The score is the logarithm of the mean. Steps are cut as in XGBoost, lest a large count far from its mean overflows. */
export const poissonLoss: BoostingLoss = {
  ...common, code: lossCodes.poisson, longestStep: 0.7, lossOf: (target, scoreAt) => Math.exp(scoreAt(0)) - target * scoreAt(0),
}
