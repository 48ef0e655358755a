import type { Access } from '@motadata/access'
import { platformErasables } from '@motadata/adapters'
import type { ArtifactOwner, Erasable, Platform } from '@motadata/core'
import { dataErasables, type DataManager, type FeatureStore, type Redactor } from '@motadata/data-management'
import type { MLSystem } from '@motadata/ml-framework'
import { createTrainingRowsErasable, createTrainingRowsOwner } from '@motadata/ml-framework/jobs'

export interface ErasureCollaborators {
  readonly platform: Platform
  readonly access: Access
  readonly system: MLSystem
  readonly datasets: DataManager
  readonly features: FeatureStore
  readonly redactor: Redactor
}

/** Every package that puts artifacts. What none of them needs is cleared away, and searched by an erasure. */
export function artifactOwners({ platform, system, datasets }: Pick<ErasureCollaborators, 'platform' | 'system' | 'datasets'>): readonly ArtifactOwner[] {
  return [system.registry, createTrainingRowsOwner(platform.jobs), datasets]
}

/**
 * Every owner of anything that may hold personal data, in the order in which an erasure asks them: first who ends what writes (credentials, rows of
 * trainings, jobs), then what is kept, last what nobody needs. Whoever adds an owner of tables, keys, files, vocabularies or samples adds it here.
 */
export function configuredErasables(collaborators: ErasureCollaborators): readonly Erasable[] {
  const { platform, access, system, datasets, features, redactor } = collaborators
  const data = dataErasables({ ...platform, datasets, redactor, owners: artifactOwners(collaborators) })
  return [
    access.erasable, createTrainingRowsErasable(platform), ...platformErasables(platform), features.erasable, ...data.first, system.registry.erasable, ...data.last,
  ]
}
