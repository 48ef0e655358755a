import { MLError } from '@motadata/core'
import type { FeatureColumn } from '../feature-matrix.js'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionRow, type FeatureWidths } from '../input-check.js'

/** What a linear model is made of; every linear classifier and regressor of this package has it. */
export interface LinearTerms {
  readonly widths: FeatureWidths
  /** shape (features, outputs), row-major: dense features first, then sparse ones */
  readonly weights: Float32Array | Float64Array
  /** shape (outputs,): 1 for two classes or a number, else one a class */
  readonly intercepts: Float64Array
}

/** What one feature adds to a score. */
export interface FeatureContribution {
  /** Number of the feature: dense columns first, then sparse ones. */
  readonly feature: number
  readonly value: number
  /** Above 0 speaks for the class, below against it. */
  readonly contribution: number
}

export interface LinearExplanation {
  /** The margin: before the logistic function or softmax. Intercept and contributions sum to it. */
  readonly score: number
  readonly intercept: number
  /** Features that are not 0, the weightiest first. */
  readonly contributions: readonly FeatureContribution[]
}

export interface LinearExplanationOptions {
  /** Which class to explain; of two classes the second when absent, of several it must be given. Regressors have none. */
  readonly code?: number
  /** Explains why the class and not this one: the difference of their scores. */
  readonly against?: number
}

/**
 * What each feature of a row adds to a linear model's score, exactly: nothing is sampled or approximated.
 *
 * @param model - A fitted linear model.
 * @param row - The row to explain, as for `predictRow`.
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for a class that the model does not have
 * @example
 * explainLinear(model, row, { code: 2 }).contributions[0].contribution // => what the weightiest feature adds
 */
export function explainLinear(model: LinearTerms, row: FeatureRow, options: LinearExplanationOptions = {}): LinearExplanation {
  checkPredictionRow(row, model.widths)
  const signs = outputSigns(model.intercepts.length, options)
  const weightOf = (feature: number): number =>
    signs.reduce((sum, [output, sign]) => sum + sign * model.weights[feature * model.intercepts.length + output], 0)
  const intercept = signs.reduce((sum, [output, sign]) => sum + sign * model.intercepts[output], 0)
  const contributions: FeatureContribution[] = []
  const add = (feature: number, value: number): void => {
    if (value !== 0) contributions.push({ feature, value, contribution: value * weightOf(feature) })
  }
  row.dense.forEach((value, feature) => add(feature, value))
  for (let i = 0; i < row.sparseCount; i++) add(model.widths.denseCount + row.sparseIndices[i], row.sparseValues[i])
  const score = contributions.reduce((sum, { contribution }) => sum + contribution, intercept)
  contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.feature - b.feature)
  return { score, intercept, contributions }
}

/** What a word, a category or a whole field adds to a score. */
export interface GroupedContribution {
  /** The dataset column. */
  readonly source: string
  /** The word, category or part; the source itself when grouped by field. */
  readonly name: string
  readonly contribution: number
}

/**
 * Contributions under the names people know: every matrix column by itself, or all columns of a field together. The sum stays.
 *
 * @param contributions - By feature, from {@link explainLinear} or a tree's explanation.
 * @param columns - What each column of the matrix means, shape (features,).
 * @returns The weightiest first.
 * @throws MLError `SHAPE_MISMATCH` for a feature without a column
 */
export function groupContributions(
  contributions: readonly Pick<FeatureContribution, 'feature' | 'contribution'>[], columns: readonly FeatureColumn[], by: 'column' | 'field',
): GroupedContribution[] {
  const groups = new Map<string, GroupedContribution>()
  for (const { feature, contribution } of contributions) {
    const column = columns[feature] as FeatureColumn | undefined
    if (!column) throw new MLError('SHAPE_MISMATCH', `Expected a column for feature ${feature}, got ${columns.length} columns.`)
    const name = by === 'field' ? column.source : column.name
    const key = JSON.stringify([column.source, name])
    const known = groups.get(key)
    groups.set(key, { source: column.source, name, contribution: (known?.contribution ?? 0) + contribution })
  }
  return [...groups.values()].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.name < b.name ? -1 : 1))
}

/** Which outputs make up the score, and with which sign. */
function outputSigns(outputs: number, { code, against }: LinearExplanationOptions): [output: number, sign: number][] {
  const classCount = outputs === 1 ? 2 : outputs
  for (const asked of [code, against]) {
    if (asked === undefined || (Number.isInteger(asked) && asked >= 0 && asked < classCount)) continue
    throw new MLError('INPUT_INVALID', `Expected a class code from 0 to ${classCount - 1}, got ${asked}.`)
  }
  // Of two classes there is one margin, that of the second against the first: what is explained is that, whether against is given or not.
  const explained = code ?? 1
  if (outputs === 1) return explained === against ? [] : [[0, explained === 1 ? 1 : -1]]
  if (code === undefined) throw new MLError('INPUT_INVALID', `Expected the class to explain, a code from 0 to ${classCount - 1}, got none.`)
  return against === undefined ? [[code, 1]] : [[code, 1], [against, -1]]
}
