import type { ColumnKind, TrainingSpec } from '@motadata/core'
import { inputColumns, requiredInputs, type UseCaseDefinition } from './use-case-definition.js'

/**
 * The training that a use case asks for. It learns from declared columns only, so that what else an export happens to hold (a
 * resolution, a closing code) can't give the answer away.
 *
 * @param overrides - Win over what the use case declares; kinds of columns are added to its own.
 * @param present - Names of the columns that the rows have, where they are known. Without them the spec counts on the required
 *   columns only; optional ones can be named in `overrides.features`.
 * @example
 * trainingSpecOf(definition, { seed: 7 }).modelId // the use case's name
 */
export function trainingSpecOf(definition: UseCaseDefinition, overrides: Partial<TrainingSpec> = {}, present?: ReadonlySet<string>): TrainingSpec {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)) as Partial<TrainingSpec>
  const target = given.target ?? definition.target
  const inputs = present === undefined ? requiredInputs(definition) : inputColumns(definition).filter(({ name }) => present.has(name))
  const features = given.features ?? inputs.map(({ name }) => name).filter((name) => name !== target)
  const columnKinds: Record<string, ColumnKind> = {}
  for (const { name, kind } of definition.columns) if (features.includes(name) || name === target) columnKinds[name] = kind
  return {
    modelId: definition.name,
    modelType: definition.modelType,
    description: definition.title,
    ...(definition.estimator === undefined ? {} : { estimator: definition.estimator }),
    ...given,
    target,
    features,
    columnKinds: { ...columnKinds, ...given.columnKinds },
  }
}
