import type { ColumnKind } from '../dataset/column.js'

/** A value, and about how often it comes. */
export interface FrequentValue {
  readonly value: string | number | boolean
  readonly count: number
}

/** Of numbers; of instants in epoch milliseconds. Undefined where there is no value. */
export interface NumberProfile {
  readonly minimum: number
  readonly maximum: number
  readonly mean: number
  readonly standardDeviation: number
  /** About, by share: `0.5` is the median. */
  readonly quantiles: Readonly<Record<string, number>>
}

/** Of texts. */
export interface TextProfile {
  /** Characters. */
  readonly shortest: number
  readonly longest: number
  readonly meanLength: number
  /** Shares of the sampled texts by language: `en`, `de`, `other`. */
  readonly languages: Readonly<Record<string, number>>
  /** Shares of the sampled texts that hold personal data, by kind; none is left out. */
  readonly personalData: Readonly<Record<string, number>>
  /** How many texts the shares are of. */
  readonly sampled: number
}

export interface ColumnProfile {
  readonly name: string
  readonly kind: ColumnKind
  readonly missingCount: number
  /** About how many different values there are. */
  readonly distinctCount: number
  /** About the most frequent values, at most ten; none that holds personal data. */
  readonly frequent: readonly FrequentValue[]
  readonly numbers?: NumberProfile
  readonly texts?: TextProfile
  /** Of booleans: share of true. */
  readonly trueShare?: number
}

/** What a version of a dataset is like, as plain JSON. */
export interface DatasetProfile {
  readonly format: 'dataset-profile/1'
  readonly rowCount: number
  readonly columns: readonly ColumnProfile[]
  /** Pearson's, of pairs of number columns that have one. */
  readonly correlations: readonly { readonly columns: readonly [string, string]; readonly value: number }[]
}
