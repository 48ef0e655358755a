import type { ArtifactStore, InferenceService, ModelCatalog, TrainingService, TrainingSpec } from '@motadata/core'
import type { ModelRegistry } from '@motadata/ml-framework'
import type { BaseMLModel } from './base-ml-model.js'
import { trainingSpecOf } from './definition/training-spec-of.js'
import type { UseCaseDefinition } from './definition/use-case-definition.js'

/** What a use case asks of model life; `MLSystem` of ml-framework is one. */
export type UseCaseSystem = TrainingService & InferenceService & ModelCatalog & { readonly registry: Pick<ModelRegistry, 'registerVersion'> }

/** What a use case works with. */
export interface UseCaseCollaborators {
  readonly system: UseCaseSystem
  /** Needed by `save`. */
  readonly artifacts?: ArtifactStore
}

/** The default export of a use case's package: what `ML_USE_CASES` names and `loadUseCases` loads. The routes of ml-framework take it as a preset. */
export interface UseCase {
  /** The definition's. */
  readonly name: string
  /** The definition's. */
  readonly description: string
  readonly definition: UseCaseDefinition
  /** What to train, for those who train without the class: jobs and routes. */
  trainingSpec(overrides?: Partial<TrainingSpec>): TrainingSpec
  create(collaborators: UseCaseCollaborators): BaseMLModel
}

/**
 * The use case of a definition, for a package to export. It is checked when it is loaded or created, not here.
 *
 * @example
 * export default defineUseCase(definition, (collaborators) => new TicketClassification(collaborators))
 */
export function defineUseCase(definition: UseCaseDefinition, create: UseCase['create']): UseCase {
  const { name, description } = definition
  return { name, description, definition, trainingSpec: (overrides) => trainingSpecOf(definition, overrides), create }
}
