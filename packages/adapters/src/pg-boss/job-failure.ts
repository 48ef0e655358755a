import { type ErrorCode, isMLError } from '@motadata/core'

/** What of an error is kept with the job and shown to the tenant. */
export interface JobFailure {
  readonly code: ErrorCode
  readonly message: string
}

/** Codes that speak of us or of the outside world, where another attempt may go better. */
const retriedCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INTERNAL', 'STORAGE_UNAVAILABLE', 'JOB_FAILED'])

/** Whether another attempt could end otherwise: not when the caller's data or specification is at fault. */
export function mayRetry(error: unknown): boolean {
  return !isMLError(error) || retriedCodes.has(error.code)
}

/** An unknown error's text may quote what it worked on, so it goes to the log and not into the job. */
export function describeFailure(error: unknown, attempts: number): JobFailure {
  if (isMLError(error)) return { code: error.code, message: error.message }
  return {
    code: 'JOB_FAILED',
    message: `The job stopped on an unexpected error in each of its ${attempts} attempts. The log has the error under the job's id.`,
  }
}

/** Of a job whose worker died each time, so that there is no error to tell of. */
export const workerDied: JobFailure = {
  code: 'JOB_FAILED',
  message: 'The process that worked on the job ended before the job did, in every attempt. It may need more memory than there is.',
}
