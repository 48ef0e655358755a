/** How old what is online of a view is. */
export interface FeatureFreshness {
  readonly view: string
  readonly version: number
  /** Of the newest event that came online; undefined when none did. */
  readonly newestEventMs?: number
  /** Up to when its dataset was materialized; undefined when it never was from the beginning. */
  readonly materializedUntilMs?: number
  /** Since the newest event. */
  readonly ageMs?: number
  /** What the view promises; undefined when nothing. */
  readonly objectiveMs?: number
  /** Whether it is older than promised, or nothing ever came. */
  readonly isLate: boolean
}
