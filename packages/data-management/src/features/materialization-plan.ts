/** What a run brings online: fixed when it begins, so that one that is cut off goes on with the same rows. */
export interface MaterializationPlan {
  readonly view: string
  readonly version: number
  readonly generation: number
  readonly dataset: string
  readonly datasetVersion: number
  readonly fingerprint: string
  /** Rows that became visible after this; all when absent. Epoch milliseconds. */
  readonly startMs?: number
  /** Rows that were visible by then. Epoch milliseconds. */
  readonly endMs: number
  /** The dataset as it was materialized before: of rows that came since, those from before `startMs` count too. */
  readonly before?: string
}

/** What a run did. */
export interface Materialized {
  readonly view: string
  readonly version: number
  readonly datasetVersion: number
  readonly startMs?: number
  readonly endMs: number
  /** What had a row in that time. */
  readonly entityCount: number
  /** Of these, those of which no newer row was online already. */
  readonly keptCount: number
}
