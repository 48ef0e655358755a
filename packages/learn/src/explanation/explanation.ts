import { MLError } from '@motadata/core'
import type { FeatureColumn } from '../feature-matrix.js'

/** What one feature adds to a score. */
export interface FeatureContribution {
  /** Number of the feature: dense columns first, then sparse ones. */
  readonly feature: number
  /** What the row has there; NaN where it is missing. */
  readonly value: number
  /** Above 0 speaks for the class or the larger number, below against it. */
  readonly contribution: number
}

/** Why a model says what it says of a row. */
export interface Explanation {
  /** What is explained; base and contributions sum to it. */
  readonly score: number
  /** What the model says before it knows the row: an intercept, or the mean of the training rows. */
  readonly base: number
  /** Features that add something, the weightiest first. */
  readonly contributions: readonly FeatureContribution[]
}

export interface ExplanationOptions {
  /** Which class to explain; of two classes the second when absent, of several it must be given. Regressors have none. */
  readonly code?: number
  /** Explains why the class and not this one: the difference of their scores. */
  readonly against?: number
}

/**
 * Which outputs make up the score that is asked for, and with which sign.
 *
 * @throws MLError `INPUT_INVALID` for a class that the model does not have, or none where it has several
 */
export function explainedOutputs(outputs: number, { code, against }: ExplanationOptions): [output: number, sign: number][] {
  const classCount = Math.max(outputs, 2)
  for (const asked of [code, against]) {
    if (asked === undefined || (Number.isInteger(asked) && asked >= 0 && asked < classCount)) continue
    throw new MLError('INPUT_INVALID', `Expected a class code from 0 to ${classCount - 1}, got ${asked}.`)
  }
  if (code === undefined && outputs > 2) throw new MLError('INPUT_INVALID', `Expected the class to explain, a code from 0 to ${classCount - 1}, got none.`)
  const explained = code ?? 1
  if (explained === against) return []
  // One output is a number, or tells the second of two classes from the first, whether against is given or not.
  if (outputs === 1) return [[0, explained === 1 ? 1 : -1]]
  return against === undefined ? [[explained, 1]] : [[explained, 1], [against, -1]]
}

/** The weightiest first. */
export const byWeight = (a: FeatureContribution, b: FeatureContribution): number =>
  Math.abs(b.contribution) - Math.abs(a.contribution) || a.feature - b.feature

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
 * @param contributions - By feature, from `explainLinear` or `explainTrees`.
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
