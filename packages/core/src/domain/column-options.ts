/** How one column becomes features, where the default would not do. An option of another kind of column is an error. */
export interface ColumnOptions {
  /** Text: a learned vocabulary (default), or hashed terms. */
  readonly method?: 'tfidf' | 'hashing'
  /** Text: words that a term has, at least and at most; default [1, 2]. */
  readonly ngramRange?: readonly [shortest: number, longest: number]
  /** Text: characters that a piece of a word has, at least and at most, or 'none'; default [4, 4]. */
  readonly characterRange?: readonly [shortest: number, longest: number] | 'none'
  /** Text: fewest texts that a term stands in. */
  readonly minDocumentFrequency?: number
  /** Text: also its length and look, and how English and how German it is; default false. */
  readonly shape?: boolean
  /** Number: to mean 0 and variance 1 (default), to 0..1 as in training, by median and quartiles, or as it comes. */
  readonly scaling?: 'standard' | 'min-max' | 'robust' | 'none'
  /** Number: what stands for a missing value; default the median. Whether it was missing is a feature of its own. */
  readonly imputation?: 'median' | 'mean' | 'most-frequent' | 'zero'
  /** Category: a column each (default), its place in an order, or the mean of the target where it occurs, learned out of fold. */
  readonly encoding?: 'one-hot' | 'ordinal' | 'target'
  /** Category, ordinal: all categories from first to last; default by name. */
  readonly order?: readonly string[]
  /** Category: those of fewer rows, and new ones, count as one; default 1, which groups none. */
  readonly minimumCount?: number
  /** Instant: parts such as hour-of-day and day-of-week, those that come round as points on a circle; default all but the year. */
  readonly parts?: readonly string[]
  /** Instant: minutes that local time is ahead of UTC; default 0. */
  readonly utcOffsetMinutes?: number
}
