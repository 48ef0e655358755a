import type { DatasetColumn } from '../parts/dataset-manifest.js'
import type { LinkedPipelineStep } from '../pipelines/parse-definition.js'

/** A step's rows, as SQL calls them, with their columns. */
export interface PlannedInput {
  readonly name: string
  readonly columns: readonly DatasetColumn[]
}

/** What has to hold before a step runs: SQL that finds a row where it does not. */
export interface StepCheck {
  readonly sql: string
  readonly column: string
  readonly reason: string
}

/** A step as SQL over views of its inputs. */
export interface SqlPlan {
  readonly sql: string
  readonly columns: readonly DatasetColumn[]
  /** Whether it asks for the time or for chance, so that its rows hold for one run only. */
  readonly isVolatile?: boolean
  readonly checks?: readonly StepCheck[]
  /** Where each row is computed by itself: from which input and how, so that the row at which it stops can be found. */
  readonly rowwise?: { readonly input: string; readonly expressions: readonly { readonly column: string; readonly sql: string }[] }
}

/** A step that is known to fit its inputs. */
export interface PlannedStep {
  readonly step: LinkedPipelineStep
  readonly inputs: readonly PlannedInput[]
  /** That its rows have. */
  readonly columns: readonly DatasetColumn[]
  readonly isVolatile: boolean
  /** Where it is SQL; other kinds are run by their own code. */
  readonly sql?: SqlPlan
}
