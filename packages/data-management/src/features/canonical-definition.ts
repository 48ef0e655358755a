import type { Entity, FeatureDefinition, FeatureService, FeatureViewDefinition } from '@motadata/core'

/** A definition with its documented fields in one order: what is equal is written equally. */
export function canonicalView(view: FeatureViewDefinition): FeatureViewDefinition {
  const { dataset, eventTime, createdAt, visibleFrom } = view.source
  return present({
    name: view.name,
    entities: [...view.entities],
    features: view.features.map(canonicalFeature),
    onDemand: view.onDemand?.length ? view.onDemand.map((feature) => ({ ...canonicalFeature(feature), transformation: feature.transformation, inputs: [...feature.inputs] })) : undefined,
    source: present({ dataset, eventTime, createdAt, visibleFrom }),
    ttlMs: view.ttlMs,
    freshnessMs: view.freshnessMs,
    ...described(view),
  }) as FeatureViewDefinition
}

export function canonicalEntity(entity: Entity): Entity {
  return present({ name: entity.name, joinKey: entity.joinKey, keyKind: entity.keyKind, ...described(entity) }) as Entity
}

export function canonicalService(service: FeatureService): FeatureService {
  return present({ name: service.name, features: [...service.features], ...described(service) }) as FeatureService
}

/** What decides the form in which rows are kept online: a view of another form begins anew. */
export function onlineForm({ entities, features, source }: FeatureViewDefinition): string {
  return JSON.stringify([entities, features.map(({ name, kind }) => [name, kind]), source.dataset, source.eventTime, source.createdAt ?? null, source.visibleFrom ?? null])
}

function canonicalFeature({ name, kind, description }: FeatureDefinition): FeatureDefinition {
  return present({ name, kind, description }) as FeatureDefinition
}

function described({ description, owner, tags }: Pick<FeatureViewDefinition, 'description' | 'owner' | 'tags'>): object {
  return { description, owner, tags: tags && Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))) }
}

function present(fields: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
