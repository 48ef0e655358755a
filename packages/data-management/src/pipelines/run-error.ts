import { isMLError } from '@motadata/core'
import type { PipelineRun } from './pipeline-run.js'

/** What of an error is kept with a run and shown to its tenant: an unknown error's text may quote rows, so it stays in the log. */
export function runErrorOf(error: unknown): NonNullable<PipelineRun['error']> {
  if (!isMLError(error)) return { code: 'JOB_FAILED', message: "The run stopped on an unexpected error. The log has it under the run's id." }
  const { step, column, row } = error.details
  return {
    code: error.code, message: error.message,
    ...(typeof step === 'string' ? { step } : {}), ...(typeof column === 'string' ? { column } : {}), ...(typeof row === 'number' ? { row } : {}),
  }
}

/** Whether another attempt may go better: not when data, definition or caller are at fault. */
export function mayGoBetter(error: unknown): boolean {
  return !isMLError(error) || error.code === 'STORAGE_UNAVAILABLE' || error.code === 'INTERNAL'
}
