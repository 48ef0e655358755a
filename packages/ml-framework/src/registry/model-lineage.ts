import type { TrainingReport, TrainingSpec } from '@motadata/core'

/** Where a version comes from and where it went, as plain JSON; null where an older release did not keep it. */
export interface ModelLineage {
  readonly dataset: {
    readonly fingerprint: string
    readonly rowCount: number | null
    /** Other versions that learned from the same data. */
    readonly alsoUsedBy: readonly { readonly name: string; readonly version: number }[]
  }
  readonly training: {
    /** What was asked for. */
    readonly spec: TrainingSpec | null
    readonly estimator: TrainingReport['estimator']
    readonly seed: number | null
    /** Of the packages that made it. */
    readonly versions: Readonly<Record<string, string>> | null
  }
  readonly version: { readonly name: string; readonly version: number; readonly createdAt: string; readonly artifactSha256: string }
  /** What it answers to now. */
  readonly aliases: readonly string[]
  /** When it became and ceased to be what, newest first. */
  readonly aliasEvents: readonly {
    readonly alias: string
    readonly fromVersion?: number
    readonly toVersion: number
    readonly changedBy: string
    readonly changedAt: string
  }[]
}
