import type { Clock, Dataset, ValidationReport } from '@motadata/core'
import { checkExpectations } from './expectations/check-expectations.js'
import { evaluate, reportOf, resultOf } from './expectations/evaluate.js'
import type { Expectation } from './expectations/expectation.js'
import { inferExpectations } from './expectations/infer-expectations.js'

export interface ValidateOptions {
  /** Datasets that foreign keys point to, by the name that the expectations give them. */
  readonly others?: ReadonlyMap<string, Dataset>
}

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
    return reportOf(results, { rowCount: dataset.rowCount, columnCount: dataset.columns.size })
  }

  /** What data like these would be expected to be: see {@link inferExpectations}. */
  infer(dataset: Dataset): Expectation[] {
    return inferExpectations(dataset)
  }
}
