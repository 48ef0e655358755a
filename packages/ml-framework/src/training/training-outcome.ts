import type { Dataset, ModelSignature, ModelType, TrainingProgress, TrainingReport, TrainingSpec } from '@motadata/core'
import type { CardDraft } from './compose-card.js'

/** What a training starts from. */
export interface TrainingInput {
  readonly dataset: Dataset
  readonly spec: TrainingSpec
  /** The artifact of the spec's base. */
  readonly base?: Uint8Array
}

/** What a training gives, before it is registered. */
export interface TrainingOutcome {
  readonly modelType: ModelType
  readonly artifact: Uint8Array
  readonly artifactFormat: string
  readonly signature: ModelSignature
  readonly report: TrainingReport
  readonly datasetFingerprint: string
  readonly card: CardDraft
  /** How well it did on each held-out row; see `decodeRowScores`. */
  readonly rowScores: Uint8Array
}

export type ReportTraining = (progress: TrainingProgress) => void
