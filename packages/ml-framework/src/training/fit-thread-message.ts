import type { ErrorCode, TrainingProgress } from '@motadata/core'
import type { TrainingInput, TrainingOutcome } from './training-outcome.js'

/** What a fit thread says to whoever started it. */
export type FitThreadMessage =
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  /** A finished step, to be gone on from by a later run. */
  | { readonly kind: 'checkpoint'; readonly step: string; readonly bytes: Uint8Array }
  | { readonly kind: 'outcome'; readonly outcome: TrainingOutcome }
  /** The data or the spec can't be learned from. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string; readonly details: Readonly<Record<string, unknown>> }
  /** A defect of the product. */
  | { readonly kind: 'broken'; readonly message: string }

/** What a fit thread starts from. */
export interface FitThreadInput extends TrainingInput {
  /** Steps of an earlier run by name; absent where nobody keeps them. */
  readonly checkpoints?: ReadonlyMap<string, Uint8Array>
}
