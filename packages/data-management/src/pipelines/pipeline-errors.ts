import { DataManagementError, MLError } from '@motadata/core'

/** Where in a pipeline something is wrong. */
export interface PipelinePlace {
  readonly step?: string
  readonly column?: string
}

/** Of a definition: what was expected where, and what came. */
export function pipelineInvalid(place: PipelinePlace, message: string, more: Readonly<Record<string, unknown>> = {}): DataManagementError {
  const where = place.step === undefined ? '' : `Step '${place.step}': `
  return new DataManagementError('PIPELINE_INVALID', `${where}${message}`, { details: { ...place, ...more } })
}

export function pipelineNotFound(name: string): DataManagementError {
  return new DataManagementError('PIPELINE_NOT_FOUND', `Expected the name of a data pipeline, got '${name.slice(0, 128)}', which is none. List the pipelines to see what there is.`, {
    details: { pipeline: name.slice(0, 128) },
  })
}

export function pipelineRunNotFound(pipeline: string, run: string): DataManagementError {
  return new DataManagementError('PIPELINE_RUN_NOT_FOUND', `Expected a run of '${pipeline}', got '${run.slice(0, 64)}', which is none. List its runs to see what there is.`, {
    details: { pipeline, run: run.slice(0, 64) },
  })
}

/** A step that stopped while it ran: `row` counts from 1. */
export function stepFailed(place: PipelinePlace & { readonly row?: number }, reason: string, cause?: unknown): DataManagementError {
  const { step = '', column, row } = place
  const where = [column === undefined ? '' : `, column '${column}'`, row === undefined ? '' : `, row ${row}`].join('')
  return new DataManagementError('PIPELINE_STEP_FAILED', `Step '${step}'${where}: ${reason}`, { details: { ...place }, ...(cause === undefined ? {} : { cause }) })
}

export function stepCancelled(): MLError {
  return new MLError('CANCELLED', 'The run of the pipeline was cancelled; what its finished steps made stays.')
}
