import type { ErrorCode } from '../errors/error-code.js'

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

export interface JobProgress {
  /** What is being done now, in a word or two: `vectorizing`, `fitting`. */
  readonly stage: string
  /** Of the whole job, 0..1. */
  readonly share: number
}

/** Work that outlives the request that asked for it. */
export interface Job {
  readonly id: string
  readonly kind: string
  readonly state: JobState
  readonly progress: JobProgress
  readonly attempt: number
  readonly createdAt: Date
  readonly startedAt?: Date
  readonly endedAt?: Date
  /** What the handler returned, once succeeded. */
  readonly result?: unknown
  /** Why it failed. */
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}
