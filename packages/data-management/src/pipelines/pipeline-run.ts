import type { ErrorCode, ValidationReport } from '@motadata/core'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import type { PipelineDefinition, StepKindName } from './pipeline-definition.js'

/** A pipeline under its name. */
export interface RegisteredPipeline {
  readonly name: string
  readonly description: string
  /** Raised by each change of the definition. */
  readonly revision: number
  readonly definition: PipelineDefinition
  /** The columns that each step was found to have. */
  readonly columns: Readonly<Record<string, readonly DatasetColumn[]>>
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type PipelineRunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

/** One step of a run. */
export interface PipelineStepRun {
  readonly step: string
  readonly kind: StepKindName
  readonly inputs: readonly string[]
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed'
  /** Whether an earlier run, or an attempt that was cut off, had made its rows already. */
  readonly fromCache: boolean
  /** How often it was tried. */
  readonly attempt: number
  readonly rowCount?: number
  /** The hash of its rows. */
  readonly fingerprint?: string
  /** Which version an extract step read or a load step made. */
  readonly dataset?: { readonly name: string; readonly version: number }
  /** Of a step that validates. */
  readonly report?: ValidationReport
  readonly startedAt?: Date
  readonly endedAt?: Date
}

/** A run of a pipeline: as its definition and the newest versions were when it began. */
export interface PipelineRun {
  readonly id: string
  readonly pipeline: string
  readonly state: PipelineRunState
  /** Above 1 after a process that ran it died. */
  readonly attempt: number
  /** Of the steps that are done, 0..1. */
  readonly share: number
  readonly steps: readonly PipelineStepRun[]
  readonly requestedBy: string
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly step?: string; readonly column?: string; readonly row?: number }
  readonly createdAt: Date
  readonly startedAt?: Date
  readonly endedAt?: Date
}

/** Some of the pipelines, by name. */
export interface PipelinePage {
  readonly pipelines: readonly RegisteredPipeline[]
  /** Where the next page begins; none behind the last. */
  readonly nextPageToken?: string
}

/** Some of the runs of a pipeline, newest first. */
export interface PipelineRunPage {
  readonly runs: readonly PipelineRun[]
  readonly nextPageToken?: string
}
