import type { ColumnKind, ModelType, TrainingSpec } from '@motadata/core'

/** A column that a use case knows: one of its inputs, or its target. */
export interface UseCaseColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** Whether rows and instances must have it; of the target, training rows only. */
  readonly required: boolean
  /** What stands in it, for people. */
  readonly description: string
}

/** What a use case is, said once; everything it does follows from this. */
export interface UseCaseDefinition {
  /** Lower case, words joined by hyphens: also the name its model has unless another is asked for. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly modelType: ModelType
  /** The column to learn, one of `columns`. */
  readonly target: string
  readonly columns: readonly UseCaseColumn[]
  /** Default what the model type has. */
  readonly estimator?: TrainingSpec['estimator']
  /** Labelled rows below which training is refused, since what it learns would not hold. */
  readonly minimumRows: number
}

/** The columns to predict from: all but the target. */
export function inputColumns(definition: UseCaseDefinition): readonly UseCaseColumn[] {
  return definition.columns.filter(({ name }) => name !== definition.target)
}

/** The columns that every instance must have. */
export function requiredInputs(definition: UseCaseDefinition): readonly UseCaseColumn[] {
  return inputColumns(definition).filter(({ required }) => required)
}
