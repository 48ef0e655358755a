import { type Dataset, isMLError, type ValidationReport, type ValidationResult } from '@motadata/core'
import { describeExpectation } from './describe-expectation.js'
import { evaluateDistribution } from './distribution.js'
import { type Evaluation, type EvaluationContext, impossible } from './evaluation.js'
import type { Expectation } from './expectation.js'
import { evaluateForeignKey, evaluateUnique } from './key-expectations.js'
import { evaluateCompare, evaluateFreshness, evaluateRowCount, evaluateType } from './table-expectations.js'
import { evaluateEnum, evaluateLength, evaluateNotNull, evaluatePattern, evaluateRange } from './value-expectations.js'

/** What an expectation finds in rows in memory. */
export function evaluate(dataset: Dataset, expectation: Expectation, context: EvaluationContext): Evaluation {
  try {
    switch (expectation.kind) {
      case 'type': return evaluateType(dataset, expectation)
      case 'not-null': return evaluateNotNull(dataset, expectation)
      case 'range': return evaluateRange(dataset, expectation)
      case 'length': return evaluateLength(dataset, expectation)
      case 'pattern': return evaluatePattern(dataset, expectation)
      case 'enum': return evaluateEnum(dataset, expectation)
      case 'unique': return evaluateUnique(dataset, expectation)
      case 'foreign-key': return evaluateForeignKey(dataset, expectation, context)
      case 'freshness': return evaluateFreshness(dataset, expectation, context)
      case 'row-count': return evaluateRowCount(dataset, expectation)
      case 'compare': return evaluateCompare(dataset, expectation)
      case 'distribution': return evaluateDistribution(dataset, expectation)
    }
  } catch (error) {
    if (isMLError(error, 'COLUMN_MISSING')) return impossible(`there is no column '${String(error.details.column)}'`)
    throw error
  }
}

/** What became of an expectation, as the report says it. */
export function resultOf(expectation: Expectation, evaluation: Evaluation): ValidationResult {
  const { checkedRows, failedRows, failingRows, verdict, distribution } = evaluation
  const allowed = Math.floor(checkedRows * (1 - (expectation.mostly ?? 1)) + 1e-9)
  return {
    expectation: { ...expectation },
    description: describeExpectation(expectation),
    severity: expectation.severity ?? 'error',
    passed: verdict ? verdict.holds : failedRows <= allowed,
    checkedRows,
    failedRows,
    rows: failingRows.map((row) => row + 1),
    ...(verdict ? { observed: verdict.observed } : {}),
    ...(distribution ? { distribution } : {}),
  }
}

/** All results as one report. */
export function reportOf(results: readonly ValidationResult[], { rowCount, columnCount }: { readonly rowCount: number; readonly columnCount: number }): ValidationReport {
  return { format: 'validation-report/1', passed: results.every(({ passed, severity }) => passed || severity === 'warning'), rowCount, columnCount, results }
}
