import { type Dataset, type ModelType, type TrainingSpec } from '@motadata/core'
import { findEstimator } from '@motadata/learn'

/** Numbers of so many different values or fewer, all whole, are codes of classes. */
const mostNumberClasses = 20

/**
 * Whether classes or numbers are to be learned, and how that is known. What the spec says, or what the estimator that it names learns;
 * else by the target: numbers that are not whole, or of more than twenty values, are numbers, and all else is classes.
 */
export function findTask(spec: TrainingSpec, dataset: Dataset): { readonly task: ModelType; readonly reason?: string } {
  if (spec.modelType !== 'auto') return { task: spec.modelType }
  const kind = spec.estimator?.kind
  const named = kind === undefined ? undefined : findEstimator(kind)
  if (named) return { task: named.task, reason: `The task is ${named.task}: ${named.kind} learns that.` }
  const column = dataset.columns.get(spec.target)
  if (column?.kind !== 'number') return { task: 'classification', reason: `The task is classification: the target '${spec.target}' holds labels.` }
  const present = column.values.filter((value) => !Number.isNaN(value))
  const distinct = new Set(present).size
  const areCodes = distinct <= mostNumberClasses && present.every((value) => Number.isInteger(value))
  const values = `the target '${spec.target}' holds numbers of ${distinct} different values`
  return areCodes
    ? { task: 'classification', reason: `The task is classification: ${values}, all whole.` }
    : { task: 'regression', reason: `The task is regression: ${values}.` }
}
