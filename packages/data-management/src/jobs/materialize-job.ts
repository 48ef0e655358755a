import { MLError } from '@motadata/core'

/** The kind of jobs that bring a feature view online. */
export const materializeJobKind = 'materialize-features'

/** What such a job carries. */
export interface MaterializeJobPayload {
  readonly view: string
  /** Epoch milliseconds. */
  readonly startMs?: number
  readonly endMs?: number
  readonly incremental?: boolean
}

/** @throws MLError `INPUT_INVALID`; what is asked for is checked by the store */
export function parseMaterializeJobPayload(payload: unknown): MaterializeJobPayload {
  const { view, startMs, endMs, incremental } = (typeof payload === 'object' && payload !== null ? payload : {}) as Partial<MaterializeJobPayload>
  const areInstants = [startMs, endMs].every((value) => value === undefined || typeof value === 'number')
  if (typeof view === 'string' && areInstants && (incremental === undefined || typeof incremental === 'boolean')) {
    return { view, ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }), ...(incremental === undefined ? {} : { incremental }) }
  }
  throw new MLError('INPUT_INVALID', 'Expected { view, startMs?, endMs?, incremental? } as the payload of a job that materializes, got something else.', { details: { field: 'payload' } })
}
