import type { ColumnKind, ValidationSeverity } from '@motadata/core'

/** What every expectation may say. */
interface Leniency {
  /** Share of the checked rows that have to pass, above 0 to 1; default 1. */
  readonly mostly?: number
  /** Default `error`. */
  readonly severity?: ValidationSeverity
}

/** A number, or for instants ISO 8601. */
export type Bound = number | string

/** How one column compares to another. */
export type Comparison = '<' | '<=' | '=' | '>=' | '>'

/**
 * What is expected of data, as plain JSON. Rows without a value pass, but where that is what is asked for.
 *
 * @example
 * const expectations: Expectation[] = [
 *   { kind: 'not-null', column: 'text', mostly: 0.99 },
 *   { kind: 'compare', column: 'resolved_at', operator: '>=', other: 'opened_at' },
 * ]
 */
export type Expectation = Leniency & (
  /** The column is there and of the kind. */
  | { readonly kind: 'type'; readonly column: string; readonly type: ColumnKind }
  /** Every row has a value. */
  | { readonly kind: 'not-null'; readonly column: string }
  /** Numbers and instants lie in a range, both ends included. */
  | { readonly kind: 'range'; readonly column: string; readonly minimum?: Bound; readonly maximum?: Bound }
  /** Texts have so many characters. */
  | { readonly kind: 'length'; readonly column: string; readonly minimum?: number; readonly maximum?: number }
  /** Texts match a pattern (RE2's syntax, so that none takes for ever), somewhere in them unless it says `^` and `$`. */
  | { readonly kind: 'pattern'; readonly column: string; readonly pattern: string }
  /** Values are among these. */
  | { readonly kind: 'enum'; readonly column: string; readonly values: readonly (string | number | boolean)[] }
  /** No two rows have the same values in these columns. */
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  /** Values are there in a column of another dataset, which whoever validates hands over by the name. */
  | { readonly kind: 'foreign-key'; readonly column: string; readonly dataset: string; readonly other: string }
  /** The newest instant is at most so old. */
  | { readonly kind: 'freshness'; readonly column: string; readonly maximumAgeHours: number }
  /** There are so many rows. */
  | { readonly kind: 'row-count'; readonly minimum?: number; readonly maximum?: number }
  /** Two columns of a row compare as said, where both have a value. */
  | { readonly kind: 'compare'; readonly column: string; readonly operator: Comparison; readonly other: string }
  /** Values are distributed about as they were: the population stability index, corrected for chance, is at most so large. */
  | { readonly kind: 'distribution'; readonly column: string; readonly reference: DistributionReference; readonly maximumPsi?: number }
)

export type ExpectationKind = Expectation['kind']

/** How values were distributed: shares of numbers between edges, or of the most frequent values, the rest being `other`. */
export type DistributionReference =
  | { readonly edges: readonly number[]; readonly shares: readonly number[]; readonly rowCount: number }
  | { readonly values: readonly string[]; readonly shares: readonly number[]; readonly rowCount: number }
