import { type FeatureDefinition, type FeatureSelection, MLError, type OnDemandFeature, type RequestContext } from '@motadata/core'
import { featureNotFound } from './feature-errors.js'
import { parseFeatureReference } from './feature-reference.js'
import type { KnownView, KnownViews } from './known-views.js'
import type { TransformationRegistry } from './transformations.js'

/** One column of the answer. */
export interface PlannedFeature {
  readonly name: string
  /** Number of the view in the plan. */
  readonly view: number
  readonly feature: FeatureDefinition
  /** Where the feature is among those of its view; undefined for one that is made on demand. */
  readonly at?: number
  readonly onDemand?: OnDemandFeature
}

/** A view, and which of its stored features are needed, by their numbers, rising. */
export interface PlannedView extends KnownView {
  readonly wanted: readonly number[]
}

/** What is to be read for what was asked. */
export interface FeaturePlan {
  readonly views: readonly PlannedView[]
  readonly features: readonly PlannedFeature[]
}

const mostFeatures = 2_000

/**
 * Finds out which views hold the features that are asked for.
 *
 * @throws MLError `INPUT_INVALID`, `FEATURE_VIEW_NOT_FOUND`, `FEATURE_NOT_FOUND`, `FEATURE_SERVICE_NOT_FOUND`, `TRANSFORMATION_UNKNOWN`
 */
export async function planFeatures(
  context: RequestContext, selection: FeatureSelection, options: { readonly known: KnownViews; readonly transformations: TransformationRegistry; readonly fullNames: boolean },
): Promise<FeaturePlan> {
  const references = 'service' in selection ? (await options.known.getService(context, selection.service)).features : selection
  if (!Array.isArray(references) || references.length === 0 || references.length > mostFeatures) {
    throw new MLError('INPUT_INVALID', `Expected 1 to ${mostFeatures} features or a feature service, got ${Array.isArray(references) ? references.length : typeof references}.`, { details: { field: 'features' } })
  }
  const views: KnownView[] = []
  const numbers = new Map<string, number>()
  const features: PlannedFeature[] = []
  const names = new Set<string>()
  for (const reference of references as readonly string[]) {
    const { view, version, feature } = parseFeatureReference(reference)
    const key = version === undefined ? view : `${view}@${version}`
    let number = numbers.get(key)
    if (number === undefined) {
      number = views.push(await options.known.getView(context, view, version)) - 1
      numbers.set(key, number)
    }
    const planned = plannedFeature(views[number]!, number, { name: options.fullNames ? `${view}__${feature}` : feature, feature })
    if (planned.onDemand) options.transformations.get(planned.onDemand.transformation)
    if (names.has(planned.name)) {
      throw new MLError('INPUT_INVALID', `Expected features of different names, got '${planned.name.slice(0, 100)}' twice. Ask with full names, or for it once.`, { details: { field: 'features', feature: planned.name.slice(0, 100) } })
    }
    names.add(planned.name)
    features.push(planned)
  }
  return { views: views.map((known, number) => ({ ...known, wanted: storedFeatures(known, features.filter(({ view }) => view === number)) })), features }
}

function plannedFeature({ view: { definition } }: KnownView, view: number, asked: { readonly name: string; readonly feature: string }): PlannedFeature {
  const at = definition.features.findIndex(({ name }) => name === asked.feature)
  if (at >= 0) return { name: asked.name, view, feature: definition.features[at]!, at }
  const onDemand = definition.onDemand?.find(({ name }) => name === asked.feature)
  if (!onDemand) throw featureNotFound(definition.name, asked.feature, [...definition.features, ...(definition.onDemand ?? [])].map(({ name }) => name))
  return { name: asked.name, view, feature: onDemand, onDemand }
}

/** Those that are asked for, and those that features on demand are made of. */
function storedFeatures({ view: { definition: { features } } }: KnownView, planned: readonly PlannedFeature[]): readonly number[] {
  const needed = new Set<number>()
  for (const { at, onDemand } of planned) {
    if (at !== undefined) needed.add(at)
    for (const input of onDemand?.inputs ?? []) {
      const number = features.findIndex(({ name }) => name === input)
      if (number >= 0) needed.add(number)
    }
  }
  return [...needed].sort((a, b) => a - b)
}
