import { type Clock, type Dataset, isMLError, type ValidationReport, type ValidationResult } from '@motadata/core'
import { checkExpectations } from './expectations/check-expectations.js'
import { describeExpectation } from './expectations/describe-expectation.js'
import { evaluateDistribution } from './expectations/distribution.js'
import { type Evaluation, type EvaluationContext, impossible } from './expectations/evaluation.js'
import type { Expectation } from './expectations/expectation.js'
import { inferExpectations } from './expectations/infer-expectations.js'
import { evaluateForeignKey, evaluateUnique } from './expectations/key-expectations.js'
import { evaluateCompare, evaluateFreshness, evaluateRowCount, evaluateType } from './expectations/table-expectations.js'
import { evaluateEnum, evaluateLength, evaluateNotNull, evaluatePattern, evaluateRange } from './expectations/value-expectations.js'

export interface ValidateOptions {
  /** Datasets that foreign keys point to, by the name that the expectations give them. */
  readonly others?: ReadonlyMap<string, Dataset>
}

const shownRows = 20

/**
 * Holds data against what is expected of it. What is wrong with data is a report, never an error: all failures at once, with the numbers
 * of rows and none of their values.
 *
 * @example
 * const report = new DataValidator().validate(dataset, [{ kind: 'compare', column: 'resolved_at', operator: '>=', other: 'opened_at' }])
 * if (!report.passed) console.log(report.results.filter(({ passed }) => !passed).map(({ description, failedRows }) => `${description}: ${failedRows}`))
 */
export class DataValidator {
  readonly #clock: Clock

  /** @param options.clock - For freshness; default the system's. */
  constructor(options: { readonly clock?: Clock } = {}) {
    this.#clock = options.clock ?? { nowMs: Date.now }
  }

  /**
   * A column that is not there, or of a kind that an expectation cannot be about, fails that expectation.
   *
   * @throws DataManagementError `EXPECTATION_INVALID` for expectations that are not as documented, all faults at once
   */
  validate(dataset: Dataset, expectations: readonly Expectation[], options: ValidateOptions = {}): ValidationReport {
    checkExpectations(expectations)
    const context = { nowMs: this.#clock.nowMs(), others: options.others ?? new Map<string, Dataset>() }
    const results = expectations.map((expectation) => resultOf(expectation, evaluate(dataset, expectation, context)))
    return {
      format: 'validation-report/1',
      passed: results.every(({ passed, severity }) => passed || severity === 'warning'),
      rowCount: dataset.rowCount,
      columnCount: dataset.columns.size,
      results,
    }
  }

  /** What data like these would be expected to be: see {@link inferExpectations}. */
  infer(dataset: Dataset): Expectation[] {
    return inferExpectations(dataset)
  }
}

function evaluate(dataset: Dataset, expectation: Expectation, context: EvaluationContext): Evaluation {
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

function resultOf(expectation: Expectation, evaluation: Evaluation): ValidationResult {
  const { checkedRows, failingRows, verdict, distribution } = evaluation
  const failedRows = failingRows.length
  const allowed = Math.floor(checkedRows * (1 - (expectation.mostly ?? 1)) + 1e-9)
  return {
    expectation: { ...expectation },
    description: describeExpectation(expectation),
    severity: expectation.severity ?? 'error',
    passed: verdict ? verdict.holds : failedRows <= allowed,
    checkedRows,
    failedRows,
    rows: Array.from({ length: Math.min(shownRows, failedRows) }, (_, at) => failingRows[at]! + 1),
    ...(verdict ? { observed: verdict.observed } : {}),
    ...(distribution ? { distribution } : {}),
  }
}
