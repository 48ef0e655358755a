import { type CellValue, columnKinds, type Entity, type FeatureService, type FeatureViewDefinition, type RegisteredFeatureView } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { FeatureFreshness } from '../features/feature-freshness.js'
import type { SkewReport } from '../features/feature-skew.js'
import type { RegisteredFeature } from '../feature-store.js'
import { versionAnswer } from './dataset-schemas.js'

const moment = Type.String({ format: 'date-time' })
const kind = Type.String({ enum: [...columnKinds] })
const name = Type.String({ minLength: 1, maxLength: 200 })
const cell = Type.Unsafe<CellValue>({ type: ['string', 'number', 'boolean', 'null'] })
const milliseconds = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const described = {
  description: Type.Optional(Type.String({ maxLength: 2_000 })),
  owner: Type.Optional(Type.String({ maxLength: 2_000 })),
  tags: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 2_000 }))),
}
/** A key that is not documented is refused. */
const strict = { additionalProperties: false } as const

export const pageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  after: Type.Optional(Type.String({ maxLength: 128, description: 'The last name of the page before' })),
})
export type NamePageQuery = Static<typeof pageQuery>
export const nameParams = Type.Object({ name: Type.String({ description: 'Its name', examples: ['caller_history'] }) })
export type NameParams = Static<typeof nameParams>
export const featureParams = Type.Object({ name: Type.String({ description: "A feature view's name" }), feature: name })
export type FeatureParams = Static<typeof featureParams>
export const referenceParams = Type.Object({ reference: Type.String({ description: 'view:feature, or view@version:feature', examples: ['caller_history:tickets_30d'] }) })
export type ReferenceParams = Static<typeof referenceParams>

export const entityBody = Type.Object({
  joinKey: Type.String({ minLength: 1, maxLength: 200, description: 'The column that holds its key', examples: ['caller_id'] }),
  keyKind: Type.String({ enum: ['text', 'number'] }), ...described,
}, strict)
export type EntityBody = Omit<Entity, 'name'>
export const entityAnswer = Type.Object({ name: Type.String(), ...entityBody.properties }, { title: 'Entity' })
export const entityPageAnswer = Type.Object({ entities: Type.Array(entityAnswer) })

const feature = Type.Object({ name, kind, description: Type.Optional(Type.String({ maxLength: 2_000 })) }, strict)
export const featureBody = Type.Object({ kind, description: Type.Optional(Type.String({ maxLength: 2_000 })) }, strict)
export type FeatureBody = Static<typeof featureBody>
const onDemand = Type.Object({
  ...feature.properties,
  transformation: Type.String({ description: 'A function that is registered in code, such as ratio' }),
  inputs: Type.Array(Type.String(), { description: 'Features of the view, or request:column' }),
}, strict)
export const featureViewBody = Type.Object({
  entities: Type.Array(Type.String(), { description: 'Names of entities' }),
  features: Type.Array(feature),
  onDemand: Type.Optional(Type.Array(onDemand)),
  source: Type.Object({
    dataset: Type.String(), eventTime: Type.String(), createdAt: Type.Optional(Type.String()),
    visibleFrom: Type.Optional(Type.String({ enum: ['event-time', 'created-at'] })),
  }, strict),
  ttlMs: Type.Optional(milliseconds), freshnessMs: Type.Optional(milliseconds), ...described,
}, { ...strict, examples: [{ entities: ['caller'], features: [{ name: 'tickets_30d', kind: 'number' }], source: { dataset: 'caller-history', eventTime: 'event_time' } }] })
export type FeatureViewBody = Omit<FeatureViewDefinition, 'name'>
export const featureViewAnswer = Type.Object({
  name: Type.String(), version: Type.Integer(), generation: Type.Integer({ description: 'The version since which rows are kept online in the same form' }),
  ...featureViewBody.properties, createdBy: Type.String(), createdAt: moment,
}, { title: 'FeatureView' })
export const featureViewPageAnswer = Type.Object({ featureViews: Type.Array(featureViewAnswer) })

export const featureAnswer = Type.Object({
  reference: Type.String(), view: Type.String(), viewVersion: Type.Integer(), name: Type.String(), kind, description: Type.Optional(Type.String()), isOnDemand: Type.Boolean(),
}, { title: 'Feature' })
export const featureListAnswer = Type.Object({ features: Type.Array(featureAnswer) })
export const featureListQuery = Type.Object({ ...pageQuery.properties, view: Type.Optional(Type.String({ description: 'Only those of this view' })) })
export type FeatureListQuery = Static<typeof featureListQuery>

export const serviceBody = Type.Object({ features: Type.Array(Type.String(), { examples: [['caller_history:tickets_30d']] }), ...described }, strict)
export type ServiceBody = Omit<FeatureService, 'name'>
export const serviceAnswer = Type.Object({ name: Type.String(), ...serviceBody.properties }, { title: 'FeatureService' })
export const servicePageAnswer = Type.Object({ featureServices: Type.Array(serviceAnswer) })

const selection = {
  features: Type.Optional(Type.Array(Type.String(), { maxItems: 2_000, description: 'view:feature or view@version:feature' })),
  featureService: Type.Optional(Type.String({ description: 'Instead of features' })),
  fullNames: Type.Optional(Type.Boolean({ description: 'Whether features are named view__feature; default false' })),
}
const rows = Type.Array(Type.Object({}, { additionalProperties: cell }), { maxItems: 100_000, description: 'Values by column name' })
export const onlineBody = Type.Object({ ...selection, entities: Type.Record(Type.String(), Type.Array(cell, { maxItems: 10_000 })) }, { ...strict, examples: [{ features: ['caller_history:tickets_30d'], entities: { caller_id: ['Caller 17'] } }] })
export type OnlineBody = Static<typeof onlineBody>
export const onlineAnswer = Type.Object({
  features: Type.Array(Type.Object({
    name: Type.String(), values: Type.Array(cell), statuses: Type.Array(Type.String({ enum: ['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'OUTSIDE_MAX_AGE'] })),
    // two types in a list are written much faster than one of two schemas
    eventTimes: Type.Array(Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'ISO 8601; null where there is no event' })),
  })),
}, { title: 'OnlineFeatures' })
export const historicalBody = Type.Object({
  ...selection,
  rows: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: cell }), { maxItems: 100_000, description: 'Rows to add features to' })),
  dataset: Type.Optional(Type.Object({ name: Type.String(), version: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_999 })) }, { ...strict, description: 'Instead of rows: a version of a dataset; needs into' })),
  eventTime: Type.Optional(Type.String({ description: 'The column of instants as of which features are looked up; default event_time' })),
  into: Type.Optional(Type.String({ description: 'A dataset to keep the rows in, instead of answering them' })),
}, strict)
export type HistoricalBody = Static<typeof historicalBody>
export const historicalAnswer = Type.Object({ rowCount: Type.Integer(), rows: Type.Optional(rows), version: Type.Optional(versionAnswer) }, { title: 'HistoricalFeatures' })

export const pushBody = Type.Object({
  rows: Type.Array(Type.Object({}, { additionalProperties: cell }), { minItems: 1, maxItems: 100_000, description: 'Keys, time and every feature of the view' }),
  to: Type.Optional(Type.String({ enum: ['online', 'offline', 'online-and-offline'], description: 'Default online' })),
}, strict)
export type PushBody = Static<typeof pushBody>
export const pushAnswer = Type.Object({
  view: Type.String(), rowCount: Type.Integer(), keptCount: Type.Optional(Type.Integer({ description: 'Those that no newer row was there of already' })), datasetVersion: Type.Optional(Type.Integer()),
}, { title: 'PushedFeatures' })
export const pushHeaders = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'The same key with the same rows gives the same answer' })) })

export const materializeBody = Type.Object({
  start: Type.Optional(moment), end: Type.Optional(moment), incremental: Type.Optional(Type.Boolean({ description: 'Only what came since the last time' })),
}, strict)
export type MaterializeBody = Static<typeof materializeBody>
export const jobAnswer = Type.Object({ id: Type.String(), kind: Type.String(), state: Type.String() }, { additionalProperties: true, title: 'FeatureJob' })

export const skewQuery = Type.Object({ sample: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 1_000, description: 'Keys to look at' })) })
export type SkewQuery = Static<typeof skewQuery>
export const skewAnswer = Type.Object({
  view: Type.String(), version: Type.Integer(), datasetVersion: Type.Integer(), at: moment, compared: Type.Integer(), missingOnline: Type.Integer(), olderOnline: Type.Integer(), newerOnline: Type.Integer(),
  features: Type.Array(Type.Object({ feature: Type.String(), differing: Type.Integer(), largest: Type.Optional(Type.Number()) })),
}, { title: 'FeatureSkew' })
export const freshnessAnswer = Type.Object({
  view: Type.String(), version: Type.Integer(), newestEvent: Type.Optional(moment), materializedUntil: Type.Optional(moment), ageMs: Type.Optional(Type.Number()),
  objectiveMs: Type.Optional(Type.Number()), isLate: Type.Boolean(),
}, { title: 'FeatureFreshness' })
export const nearestBody = Type.Object({ feature: name, text: Type.String({ maxLength: 100_000 }), count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 10 })) }, strict)
export type NearestBody = Static<typeof nearestBody>
export const nearestAnswer = Type.Object({
  neighbours: Type.Array(Type.Object({ keys: Type.Record(Type.String(), cell), text: Type.String(), eventTime: moment, score: Type.Number() })),
}, { title: 'NearestTexts' })

export function toViewAnswer({ definition, version, generation, createdBy, createdAt }: RegisteredFeatureView): object {
  return { ...definition, version, generation, createdBy, createdAt: createdAt.toISOString() }
}

export function toFeatureAnswer({ feature: own, ...rest }: RegisteredFeature): object {
  return { ...rest, name: own.name, kind: own.kind, ...(own.description === undefined ? {} : { description: own.description }) }
}

export function toSkewAnswer({ atMs, ...report }: SkewReport): object {
  return { ...report, at: new Date(atMs).toISOString() }
}

export function toFreshnessAnswer({ newestEventMs, materializedUntilMs, ...report }: FeatureFreshness): object {
  const instant = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString())
  return { ...report, newestEvent: instant(newestEventMs), materializedUntil: instant(materializedUntilMs) }
}
