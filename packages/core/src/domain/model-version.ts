import type { ColumnKind } from '../dataset/column.js'
import type { ModelType, TrainingReport } from './training-spec.js'

/** What a model takes and gives. */
export interface ModelSignature {
  readonly inputs: readonly { readonly name: string; readonly kind: ColumnKind; readonly required: boolean }[]
  readonly output:
    | { readonly kind: 'class'; readonly classes: readonly string[] }
    | { readonly kind: 'number'; readonly classes?: undefined }
}

/** A model under its name, whatever versions it has. */
export interface RegisteredModel {
  readonly name: string
  readonly description: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly archivedAt?: Date
  readonly latestVersion?: number
  /** Version by alias; `champion` is the one that answers. */
  readonly aliases: Readonly<Record<string, number>>
}

/** One trained state of a model; what it is never changes. */
export interface ModelVersion {
  readonly name: string
  readonly version: number
  readonly modelType: ModelType
  readonly artifact: { readonly sha256: string; readonly sizeBytes: number; readonly format: string }
  readonly signature: ModelSignature
  readonly report: TrainingReport
  readonly datasetFingerprint: string
  readonly createdAt: Date
  readonly aliases: readonly string[]
}
