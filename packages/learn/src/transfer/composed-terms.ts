import type { LinearTerms } from '../explanation/linear-explanation.js'
import type { FittedLogisticRegression } from '../linear/fitted-logistic-regression.js'
import type { TransferBase } from './transfer-base.js'

/**
 * A linear head on the scores of a linear base, as one linear model of the features alone: scores are margins less their mean, so what a feature
 * does to them is known. Exact but for classes of the base that are less probable than one in a billion, whose scores are cut off.
 *
 * Cost: features × outputs × classes of the base.
 */
export function composeTerms(base: TransferBase, classifier: FittedLogisticRegression, head: FittedLogisticRegression): LinearTerms {
  const { widths, scoreCount, spread } = base
  const outputs = head.intercepts.length
  const features = widths.denseCount + widths.sparseCount
  /** What a score adds to each output, shape (scores, outputs). */
  const ofScore = head.weights.subarray(widths.denseCount * outputs, (widths.denseCount + scoreCount) * outputs)
  const centred = new Float64Array(scoreCount)
  const weights = new Float64Array(features * outputs)
  for (let feature = 0; feature < features; feature++) {
    centre(classifier.weights, feature * classifier.intercepts.length, classifier.intercepts.length, centred)
    const own = (feature < widths.denseCount ? feature : feature + scoreCount) * outputs
    for (let o = 0; o < outputs; o++) weights[feature * outputs + o] = head.weights[own + o] + through(centred, ofScore, o, outputs) / spread
  }
  centre(classifier.intercepts, 0, classifier.intercepts.length, centred)
  return { widths, weights, intercepts: head.intercepts.map((intercept, o) => intercept + through(centred, ofScore, o, outputs) / spread) }
}

/** Margins of all classes less their mean; one margin of two classes lies half on each side. */
function centre(values: ArrayLike<number>, start: number, outputs: number, out: Float64Array): void {
  if (outputs === 1) {
    out[0] = -values[start] / 2
    out[1] = values[start] / 2
    return
  }
  let mean = 0
  for (let k = 0; k < outputs; k++) mean += values[start + k] / outputs
  for (let k = 0; k < outputs; k++) out[k] = values[start + k] - mean
}

function through(scores: Float64Array, ofScore: Float32Array, output: number, outputs: number): number {
  let sum = 0
  for (let k = 0; k < scores.length; k++) sum += scores[k] * ofScore[k * outputs + output]
  return sum
}
