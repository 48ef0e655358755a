import { MLError } from '@motadata/core'
import type { FitOptions } from '../../estimator.js'
import { expectEqual, type FeatureWidths } from '../../input-check.js'

/**
 * Checks what is said of single features.
 *
 * @throws MLError `SHAPE_MISMATCH`, `INPUT_INVALID`
 */
export function checkFeatureRoles({ categoricalColumns = [], monotone }: FitOptions, { denseCount, sparseCount }: FeatureWidths): void {
  const bad = categoricalColumns.find((column) => !Number.isInteger(column) || column < 0 || column >= denseCount)
  if (bad !== undefined) {
    throw new MLError('INPUT_INVALID', `Expected categorical columns among the ${denseCount} dense ones, counted from 0, got ${bad}.`, { details: { received: String(bad) } })
  }
  if (!monotone) return
  expectEqual('monotone features, one number each', denseCount + sparseCount, monotone.length)
  monotone.forEach((direction, feature) => {
    if (Math.abs(direction) > 1) throw new MLError('INPUT_INVALID', `Expected −1, 0 or 1 for monotone features, got ${direction} for feature ${feature}.`)
    if (direction !== 0 && categoricalColumns.includes(feature)) {
      throw new MLError('INPUT_INVALID', `Expected monotone features that have an order, got the categorical column ${feature}. Set its direction to 0.`)
    }
  })
}
