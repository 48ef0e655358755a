import type { ArtifactOwner, Database, ArtifactStore, Clock, Erasable } from '@motadata/core'
import type { DataManager } from '../data-manager.js'
import type { Redactor } from '../redactor.js'
import { createRemainingRowsErasable } from './remaining-rows-erasable.js'
import { createUnneededArtifactsErasable } from './unneeded-artifacts-erasable.js'

export interface DataErasablesOptions {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
  readonly datasets: DataManager
  readonly redactor: Redactor
  /** Everybody who may need an artifact, datasets among them. */
  readonly owners: readonly ArtifactOwner[]
}

/**
 * What this package erases from, in the order to ask: datasets, what redaction tokens stand for, its other tables. The owner of artifacts that
 * nobody needs comes last of all, since the others leave some.
 *
 * @example
 * const { first, last } = dataErasables({ ...platform, datasets, redactor, owners: [datasets, system.registry] })
 * const owners = [access.erasable, ...platformErasables(platform), ...first, ...last]
 */
export function dataErasables({ database, artifacts, clock, datasets, redactor, owners }: DataErasablesOptions): { readonly first: readonly Erasable[]; readonly last: readonly Erasable[] } {
  return {
    first: [datasets.erasable, redactor.erasable, createRemainingRowsErasable(database)],
    last: [createUnneededArtifactsErasable({ artifacts, owners, clock })],
  }
}
