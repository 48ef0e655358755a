import type { Entity, FeatureViewDefinition } from '@motadata/core'
import type { DatasetVersion } from '../catalogue/dataset-version.js'
import { featureSourceChanged } from './feature-errors.js'
import type { KnownView } from './known-views.js'
import type { SourceColumn } from './source-parts.js'

/** What SQL calls the keys, the times and the features of a view's rows. */
export const keyName = (at: number): string => `key${at}`
export const featureName = (at: number): string => `feature${at}`

/** Whether a row is seen from its writing on. */
export function isSeenFromWriting({ source }: FeatureViewDefinition): boolean {
  return source.createdAt !== undefined && source.visibleFrom !== 'event-time'
}

/** Keys and times of a view's rows. */
export function timeColumns({ view: { definition: { source } }, entities }: KnownView): SourceColumn[] {
  return [
    ...entities.map((entity, at): SourceColumn => ({ name: entity.joinKey, kind: entity.keyKind, as: keyName(at) })),
    { name: source.eventTime, kind: 'timestamp', as: 'event_at' },
    { name: source.createdAt ?? '', kind: 'timestamp', as: 'created_at' },
  ]
}

/** Some of a view's features, by their numbers. */
export function featureColumns({ features }: FeatureViewDefinition, wanted: readonly number[]): SourceColumn[] {
  return wanted.map((at) => ({ name: features[at]!.name, kind: features[at]!.kind, as: featureName(at) }))
}

/**
 * Looks whether a version of a dataset has what a view reads.
 *
 * @throws FeatureStoreError `FEATURE_SOURCE_CHANGED`, naming every column that is gone or of another kind
 */
export function checkSource(definition: FeatureViewDefinition, entities: readonly Entity[], version: DatasetVersion): void {
  const kinds = new Map(version.columns.map(({ name, kind }) => [name, kind]))
  const problems: string[] = []
  const need = (name: string, fits: (kind: string) => boolean, expected: string): void => {
    const kind = kinds.get(name)
    if (kind === undefined) problems.push(`there is no column '${name}'`)
    else if (!fits(kind)) problems.push(`the column '${name}' is ${kind} instead of ${expected}`)
  }
  for (const { joinKey, keyKind } of entities) need(joinKey, (kind) => keyKind === 'text' || kind === 'number', keyKind)
  const { eventTime, createdAt } = definition.source
  for (const name of [eventTime, ...(createdAt === undefined ? [] : [createdAt])]) need(name, (kind) => kind === 'instant', 'instant')
  for (const { name, kind } of definition.features) need(name, (own) => own === kind || kind === 'text' || (kind === 'category' && own === 'text'), kind)
  if (problems.length === 0) return
  throw featureSourceChanged(definition.name, { dataset: version.name, version: version.version }, problems, version.columns.map(({ name }) => name))
}
