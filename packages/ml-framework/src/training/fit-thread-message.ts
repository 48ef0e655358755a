import type { ErrorCode, TrainingProgress } from '@motadata/core'
import type { TrainingOutcome } from './training-outcome.js'

/** What a fit thread says to whoever started it. */
export type FitThreadMessage =
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  | { readonly kind: 'outcome'; readonly outcome: TrainingOutcome }
  /** The data or the spec can't be learned from. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string; readonly details: Readonly<Record<string, unknown>> }
  /** A defect of the product. */
  | { readonly kind: 'broken'; readonly message: string }
