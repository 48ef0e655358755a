import { MLError } from '@motadata/core'

/** A feature as it is asked for. */
export interface FeatureReference {
  readonly view: string
  /** Default the newest. */
  readonly version?: number
  readonly feature: string
}

const pattern = /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?)(?:@([1-9]\d{0,8}))?:([^\0]{1,200})$/

/**
 * @throws MLError `INPUT_INVALID`
 * @example
 * parseFeatureReference('caller_history:tickets_30d') // => { view: 'caller_history', feature: 'tickets_30d' }
 */
export function parseFeatureReference(value: unknown): FeatureReference {
  const found = typeof value === 'string' ? pattern.exec(value) : null
  if (found) return { view: found[1]!, ...(found[2] === undefined ? {} : { version: Number(found[2]) }), feature: found[3]! }
  const received = typeof value === 'string' ? `'${value.slice(0, 60)}'` : typeof value
  throw new MLError('INPUT_INVALID', `Expected a feature as view:feature, such as caller_history:tickets_30d, got ${received}.`, { details: { field: 'features', received } })
}
