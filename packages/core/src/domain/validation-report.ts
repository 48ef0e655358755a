/** How bad it is when an expectation fails: an `error` fails the whole report, a `warning` is told. */
export type ValidationSeverity = 'error' | 'warning'

/** What became of one expectation. */
export interface ValidationResult {
  /** As it was declared. */
  readonly expectation: Readonly<Record<string, unknown>> & { readonly kind: string }
  /** In words: `hours is at least 0`. */
  readonly description: string
  readonly severity: ValidationSeverity
  readonly passed: boolean
  /** Rows that had something to check; missing values have not, but where they are what is checked. */
  readonly checkedRows: number
  readonly failedRows: number
  /** The first failing rows, counted from 1; at most 20. */
  readonly rows: readonly number[]
  /** What was found where no row is to blame: a number of rows, a distance. Never a value of a row. */
  readonly observed?: string
  /** Shares of the same bins at the reference and now. */
  readonly distribution?: { readonly bins: readonly string[]; readonly reference: readonly number[]; readonly current: readonly number[] }
}

/** What data is like, held against what was expected of it: every failure at once, as plain JSON. */
export interface ValidationReport {
  readonly format: 'validation-report/1'
  /** No expectation of severity `error` failed. */
  readonly passed: boolean
  readonly rowCount: number
  readonly columnCount: number
  readonly results: readonly ValidationResult[]
}
