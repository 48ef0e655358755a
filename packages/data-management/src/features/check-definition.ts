import { columnKinds, type Entity, type FeatureDefinition, type FeatureService, FeatureStoreError, type FeatureViewDefinition, MLError } from '@motadata/core'
import { parseFeatureReference } from './feature-reference.js'

const registeredName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/
const mostFeatures = 1_000
const requestPrefix = 'request:'

/** @throws MLError `NAME_INVALID` */
export function checkFeatureName(what: string, value: unknown): string {
  if (typeof value === 'string' && registeredName.test(value)) return value
  const received = typeof value === 'string' ? `'${value.slice(0, 60)}'` : typeof value
  throw new MLError('NAME_INVALID', `Expected a name of ${what} of 1 to 128 letters, digits, dots, - or _, such as caller_history, got ${received}.`, { details: { field: 'name', received } })
}

/** @throws MLError `NAME_INVALID`, `FEATURE_VIEW_INVALID` with all that is wrong */
export function checkEntity(entity: Entity): void {
  checkFeatureName('an entity', entity.name)
  const problems = [
    ...(isColumn(entity.joinKey) ? [] : ["'joinKey' must be a column's name"]),
    ...(entity.keyKind === 'text' || entity.keyKind === 'number' ? [] : ["'keyKind' must be text or number"]),
    ...describedProblems(entity),
  ]
  refuse(`the entity '${entity.name}'`, problems)
}

/** @throws MLError `NAME_INVALID`, `INPUT_INVALID`, `FEATURE_VIEW_INVALID` with all that is wrong */
export function checkFeatureService(service: FeatureService): void {
  checkFeatureName('a feature service', service.name)
  const problems = [
    ...(Array.isArray(service.features) && service.features.length > 0 && service.features.length <= mostFeatures ? [] : [`'features' must be a list of 1 to ${mostFeatures} features`]),
    ...describedProblems(service),
  ]
  refuse(`the feature service '${service.name}'`, problems)
  for (const reference of service.features) parseFeatureReference(reference)
}

/** What a definition says by itself; whether its entities and its dataset are there is not looked at. @throws MLError `NAME_INVALID`, `FEATURE_VIEW_INVALID` with all that is wrong */
export function checkFeatureView(definition: FeatureViewDefinition): void {
  checkFeatureName('a feature view', definition.name)
  const { entities, features, onDemand = [], source } = definition
  const problems: string[] = []
  if (!isList(entities) || entities.length === 0 || entities.length > 8) problems.push("'entities' must be a list of 1 to 8 names")
  if (!isList(features) || features.length === 0 || features.length > mostFeatures) problems.push(`'features' must be a list of 1 to ${mostFeatures}`)
  if (!isList(onDemand)) problems.push("'onDemand' must be a list")
  if (typeof source?.dataset !== 'string' || !registeredName.test(source.dataset)) problems.push("'source.dataset' must be a dataset's name")
  if (!isColumn(source?.eventTime)) problems.push("'source.eventTime' must be a column's name")
  if (source?.createdAt !== undefined && !isColumn(source.createdAt)) problems.push("'source.createdAt' must be a column's name")
  if (source?.visibleFrom !== undefined && source.visibleFrom !== 'event-time' && source.visibleFrom !== 'created-at') problems.push("'source.visibleFrom' must be event-time or created-at")
  if (source?.visibleFrom === 'created-at' && source.createdAt === undefined) problems.push("'source.visibleFrom' created-at needs 'source.createdAt'")
  for (const field of ['ttlMs', 'freshnessMs'] as const) {
    const value = definition[field]
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) problems.push(`'${field}' must be a whole number of milliseconds above 0`)
  }
  problems.push(...describedProblems(definition))
  if (problems.length === 0) problems.push(...featureProblems(definition))
  refuse(`the feature view '${definition.name}'`, problems)
}

function featureProblems({ features, onDemand = [], source }: FeatureViewDefinition): string[] {
  const problems: string[] = []
  const all: readonly FeatureDefinition[] = [...features, ...onDemand]
  const names = all.map((feature) => feature?.name)
  all.forEach(({ name, kind }, at) => {
    if (!isColumn(name)) problems.push(`feature ${at + 1} has no name`)
    else if (names.indexOf(name) !== at) problems.push(`'${name.slice(0, 100)}' is there twice`)
    else if (name === source.eventTime || name === source.createdAt) problems.push(`'${name.slice(0, 100)}' is the time of the rows and no feature`)
    if (!columnKinds.includes(kind)) problems.push(`the kind of '${String(name).slice(0, 100)}' must be one of ${columnKinds.join(', ')}`)
  })
  const stored = new Set(features.map(({ name }) => name))
  for (const { name, transformation, inputs } of onDemand) {
    if (typeof transformation !== 'string') problems.push(`'${name}' names no transformation`)
    const unknown = isList(inputs) ? inputs.filter((input) => !stored.has(input) && !isRequestInput(input)) : ['a list']
    if (unknown.length > 0) problems.push(`the inputs of '${name}' must be features of the view or request:column, and ${unknown.slice(0, 5).map((one) => `'${String(one)}'`).join(', ')} is not`)
  }
  return problems
}

/** The column of what is asked that an input stands for; undefined for a feature. */
export function requestColumn(input: string): string | undefined {
  return isRequestInput(input) ? input.slice(requestPrefix.length) : undefined
}

function isRequestInput(input: unknown): input is string {
  return typeof input === 'string' && input.startsWith(requestPrefix) && input.length > requestPrefix.length
}

function describedProblems({ description, owner, tags }: Pick<FeatureViewDefinition, 'description' | 'owner' | 'tags'>): string[] {
  const isText = (value: unknown): boolean => value === undefined || (typeof value === 'string' && value.length <= 2_000)
  const areTags = tags === undefined || (typeof tags === 'object' && tags !== null && !Array.isArray(tags) && Object.values(tags).every((value) => typeof value === 'string'))
  return [...(isText(description) ? [] : ["'description' must be text"]), ...(isText(owner) ? [] : ["'owner' must be text"]), ...(areTags ? [] : ["'tags' must be texts by name"])]
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function isColumn(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200 && !value.includes('\0') && value.isWellFormed()
}

function refuse(what: string, problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new FeatureStoreError('FEATURE_VIEW_INVALID', `Expected ${what} to be declared as documented, but ${problems.slice(0, 10).join('; ')}.`, { details: { problems: problems.slice(0, 50) } })
}
