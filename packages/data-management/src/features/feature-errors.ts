import { FeatureStoreError } from '@motadata/core'

const shown = (name: string): string => name.slice(0, 100)

/** The errors that say what the registry does not have. */
export function featureViewNotFound(name: string, version?: number): FeatureStoreError {
  const asked = version === undefined ? `'${shown(name)}'` : `'${shown(name)}' in version ${version}`
  return new FeatureStoreError('FEATURE_VIEW_NOT_FOUND', `Expected the name of a feature view, got ${asked}, which is none. List the feature views to see what there is.`, {
    details: { view: shown(name), ...(version === undefined ? {} : { version }) },
  })
}

export function featureNotFound(view: string, feature: string, known: readonly string[]): FeatureStoreError {
  return new FeatureStoreError('FEATURE_NOT_FOUND', `Expected a feature of the view '${shown(view)}', got '${shown(feature)}'. It has ${known.slice(0, 20).join(', ')}.`, {
    details: { view: shown(view), feature: shown(feature), features: known.slice(0, 100) },
  })
}

export function entityNotFound(name: string): FeatureStoreError {
  return new FeatureStoreError('ENTITY_NOT_FOUND', `Expected the name of an entity, got '${shown(name)}', which is none. Register it first.`, { details: { entity: shown(name) } })
}

export function featureServiceNotFound(name: string): FeatureStoreError {
  return new FeatureStoreError('FEATURE_SERVICE_NOT_FOUND', `Expected the name of a feature service, got '${shown(name)}', which is none. List the services to see what there is.`, {
    details: { service: shown(name) },
  })
}

/** A view went while work on it was under way. */
export function featureViewGone(name: string): FeatureStoreError {
  return new FeatureStoreError('FEATURE_VIEW_NOT_FOUND', `Expected the feature view '${shown(name)}' to stay, but it was deleted meanwhile. The work on it stopped; nothing of it is told.`, {
    details: { view: shown(name) },
  })
}

/** A dataset is not, or no longer, what a view reads. */
export function featureSourceChanged(
  view: string, source: { readonly dataset: string; readonly version: number }, problems: readonly string[], columns: readonly string[],
): FeatureStoreError {
  return new FeatureStoreError(
    'FEATURE_SOURCE_CHANGED',
    `Expected version ${source.version} of '${source.dataset}' to have what the feature view '${view}' reads, but ${problems.join(', ')}. ` +
      `It has ${columns.slice(0, 20).join(', ')}. Register the view anew, or give the column its name back.`,
    { details: { view, dataset: source.dataset, version: source.version, problems, columns: columns.slice(0, 100) } },
  )
}

export function eventTimeInvalid(message: string, details: Readonly<Record<string, unknown>>): FeatureStoreError {
  return new FeatureStoreError('EVENT_TIME_INVALID', message, { details })
}
