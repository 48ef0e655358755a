import type { ColumnKind, Entity, FeatureDefinition, FeatureService, RegisteredFeatureView } from '@motadata/core'
import { parseFeatureReference } from './feature-reference.js'

const types: Readonly<Record<ColumnKind, string>> = { number: 'Float64', category: 'String', text: 'String', boolean: 'Bool', instant: 'UnixTimestamp' }

/** All that a tenant has registered. */
export interface FeatureDefinitions {
  readonly entities: readonly Entity[]
  readonly views: readonly RegisteredFeatureView[]
  readonly services: readonly FeatureService[]
}

/**
 * The definitions as a Python file that `feast apply` takes, for a feature repository whose online store is of the type `remote` and
 * points here. Features made on demand are told like stored ones: they are made here. A view's rows are named as a file that only Feast's
 * own offline store would read.
 */
export function feastDefinitions({ entities, views, services }: FeatureDefinitions): string {
  const names = new PythonNames()
  const entityNames = new Map(entities.map(({ name }) => [name, names.take(name, 'entity')]))
  const viewNames = new Map(views.map(({ definition: { name } }) => [name, names.take(name, 'view')]))
  return [
    '# Feature definitions for `feast apply`; made from what is registered, do not edit. In feature_store.yaml:',
    '#   online_store: {type: remote, path: "https://<this server>/feast"}',
    'from datetime import timedelta',
    '',
    'from feast import Entity, FeatureService, FeatureView, Field, FileSource, PushSource, ValueType',
    'from feast.types import Bool, Float64, String, UnixTimestamp',
    '',
    ...entities.map((entity) => entityDefinition(entity, entityNames.get(entity.name)!)),
    ...views.map((view) => viewDefinition(view, viewNames.get(view.definition.name)!, view.definition.entities.map((name) => entityNames.get(name)!))),
    ...services.map((service) => serviceDefinition(service, names.take(service.name, 'service'), viewNames)),
  ].join('\n')
}

function entityDefinition({ name, joinKey, keyKind, description, owner, tags }: Entity, variable: string): string {
  return call(variable, 'Entity', [
    ['name', text(name)], ['join_keys', `[${text(joinKey)}]`], ['value_type', keyKind === 'number' ? 'ValueType.INT64' : 'ValueType.STRING'], ...described({ description, owner, tags }),
  ])
}

function viewDefinition({ definition, version }: RegisteredFeatureView, variable: string, entities: readonly string[]): string {
  const { name, features, onDemand = [], source, ttlMs, description, owner, tags } = definition
  const field = ({ name: own, kind, description: said }: FeatureDefinition): string => `        Field(name=${text(own)}, dtype=${types[kind]}${said === undefined ? '' : `, description=${text(said)}`}),`
  return [
    call(`${variable}_batch`, 'FileSource', [
      ['name', text(`${name}_batch`)], ['path', text(`data/${source.dataset}.parquet`)], ['timestamp_field', text(source.eventTime)],
      ...(source.createdAt === undefined ? [] : [['created_timestamp_column', text(source.createdAt)] as const]),
    ]),
    call(`${variable}_source`, 'PushSource', [['name', text(name)], ['batch_source', `${variable}_batch`]]),
    call(variable, 'FeatureView', [
      ['name', text(name)], ['entities', `[${entities.join(', ')}]`], ['ttl', ttlMs === undefined ? 'timedelta(0)' : `timedelta(milliseconds=${ttlMs})`],
      ['schema', `[\n${[...features, ...onDemand].map(field).join('\n')}\n    ]`], ['online', 'True'], ['source', `${variable}_source`],
      ...described({ description, owner, tags: { ...tags, version: String(version) } }),
    ]),
  ].join('\n')
}

function serviceDefinition({ name, features, description, owner, tags }: FeatureService, variable: string, views: ReadonlyMap<string, string>): string {
  const byView = new Map<string, string[]>()
  for (const { view, feature } of features.map(parseFeatureReference)) byView.set(view, [...(byView.get(view) ?? []), feature])
  // a view that is gone is left out: Feast would refuse the whole file
  const list = [...byView].flatMap(([view, own]) => (views.has(view) ? [`${views.get(view)!}[[${own.map(text).join(', ')}]]`] : []))
  return call(variable, 'FeatureService', [['name', text(name)], ['features', `[${list.join(', ')}]`], ...described({ description, owner, tags })])
}

function described({ description, owner, tags }: { readonly description?: string | undefined; readonly owner?: string | undefined; readonly tags?: Readonly<Record<string, string>> | undefined }): (readonly [string, string])[] {
  return [
    ...(description === undefined ? [] : [['description', text(description)] as const]),
    ...(owner === undefined ? [] : [['owner', text(owner)] as const]),
    ...(tags === undefined || Object.keys(tags).length === 0 ? [] : [['tags', `{${Object.entries(tags).map(([name, value]) => `${text(name)}: ${text(value)}`).join(', ')}}`] as const]),
  ]
}

function call(variable: string, type: string, fields: readonly (readonly [string, string])[]): string {
  return `${variable} = ${type}(\n${fields.map(([name, value]) => `    ${name}=${value},`).join('\n')}\n)\n`
}

/** A text as Python writes it: JSON's escapes are Python's, but for characters beyond the basic plane, which stand as they are. */
function text(value: string): string {
  return JSON.stringify(value.toWellFormed()).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** Names of variables, all different. */
class PythonNames {
  readonly #taken = new Set<string>()

  take(name: string, kind: string): string {
    const plain = `${name.toLowerCase().replace(/[^a-z0-9_]/g, '_')}_${kind}`
    let own = /^[0-9]/.test(plain) ? `_${plain}` : plain
    while (this.#taken.has(own)) own += '_'
    this.#taken.add(own)
    return own
  }
}
