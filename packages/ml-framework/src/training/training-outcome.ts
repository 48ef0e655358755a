import type { Dataset, ModelSignature, TrainingProgress, TrainingReport, TrainingSpec } from '@motadata/core'

/** What a training starts from. */
export interface TrainingInput {
  readonly dataset: Dataset
  readonly spec: TrainingSpec
}

/** What a training gives, before it is registered. */
export interface TrainingOutcome {
  readonly artifact: Uint8Array
  readonly artifactFormat: string
  readonly signature: ModelSignature
  readonly report: TrainingReport
  readonly datasetFingerprint: string
}

export type ReportTraining = (progress: TrainingProgress) => void
