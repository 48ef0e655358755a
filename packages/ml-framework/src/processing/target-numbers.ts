import { type Dataset, getColumn } from '@motadata/core'
import { readClassTarget } from './class-target.js'
import type { TargetNumbers } from './target-feature.js'

/** A column of numbers with more different ones than this is a quantity, not classes. */
const mostNumberedClasses = 20

/**
 * What categories are encoded by: a target of numbers as it stands, of classes as whether a row is of each; of two classes the second
 * says all.
 *
 * @throws TrainingError as `readClassTarget`
 */
export function targetNumbers(dataset: Dataset, target: string | undefined): TargetNumbers {
  if (target === undefined) return []
  const column = getColumn(dataset, target)
  if (column.kind === 'number' && new Set(column.values).size > mostNumberedClasses) return [{ name: target, values: column.values }]
  const { classes, codes } = readClassTarget(dataset, target)
  const told = classes.length === 2 ? [1] : classes.map((_, code) => code)
  return told.map((code) => ({ name: `${target} ${classes[code]!}`, values: Float64Array.from(codes, (own) => (own === code ? 1 : 0)) }))
}
