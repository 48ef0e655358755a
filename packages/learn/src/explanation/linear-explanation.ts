import type { FeatureRow } from '../feature-row.js'
import { checkPredictionRow, type FeatureWidths } from '../input-check.js'
import { byWeight, explainedOutputs, type Explanation, type ExplanationOptions, type FeatureContribution } from './explanation.js'

/** What a linear model is made of; every linear classifier and regressor of this package has it. */
export interface LinearTerms {
  readonly widths: FeatureWidths
  /** shape (features, outputs), row-major: dense features first, then sparse ones */
  readonly weights: Float32Array | Float64Array
  /** shape (outputs,): 1 for two classes or a number, else one a class */
  readonly intercepts: Float64Array
}

/**
 * What each feature of a row adds to a linear model's score, exactly: nothing is sampled or approximated. The score is the margin, before
 * the logistic function or softmax; its base is the intercept.
 *
 * @param model - A fitted linear model.
 * @param row - The row to explain, as for `predictRow`.
 * @returns Contributions of features that are not 0.
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for a class that the model does not have
 * @example
 * explainLinear(model, row, { code: 2 }).contributions[0].contribution // => what the weightiest feature adds
 */
export function explainLinear(model: LinearTerms, row: FeatureRow, options: ExplanationOptions = {}): Explanation {
  checkPredictionRow(row, model.widths)
  const signs = explainedOutputs(model.intercepts.length, options)
  const weightOf = (feature: number): number =>
    signs.reduce((sum, [output, sign]) => sum + sign * model.weights[feature * model.intercepts.length + output], 0)
  const base = signs.reduce((sum, [output, sign]) => sum + sign * model.intercepts[output], 0)
  const contributions: FeatureContribution[] = []
  const add = (feature: number, value: number): void => {
    if (value !== 0) contributions.push({ feature, value, contribution: value * weightOf(feature) })
  }
  row.dense.forEach((value, feature) => add(feature, value))
  for (let i = 0; i < row.sparseCount; i++) add(model.widths.denseCount + row.sparseIndices[i], row.sparseValues[i])
  const score = contributions.reduce((sum, { contribution }) => sum + contribution, base)
  return { score, base, contributions: contributions.sort(byWeight) }
}
