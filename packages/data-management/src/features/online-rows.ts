import { type CellValue, type FeatureDefinition, type OnlineStore, type OnlineWrite, type RequestContext } from '@motadata/core'
import type { KnownView } from './known-views.js'
import type { NewestRow } from './newest-rows.js'
import { onlineKey } from './online-key.js'
import { packRow } from './packed-row.js'

/** For how long what has no time to live of its own is kept online. */
export const longestOnlineMs = 400 * 24 * 3_600_000

export interface OnlineRow {
  readonly keys: readonly CellValue[]
  readonly eventTimeMs: number
  /** In the view's order. */
  readonly features: readonly CellValue[]
}

/** The row as the online store keeps it; undefined for one about nothing. @throws MLError `INPUT_INVALID` for a key of another kind */
export function onlineWrite({ view, entities }: KnownView, row: OnlineRow): OnlineWrite | undefined {
  const key = onlineKey(view, entities, row.keys)
  return key === undefined ? undefined : { key, eventTimeMs: row.eventTimeMs, bytes: packRow(kindsOf(view.definition.features), row.features) }
}

/** Keeps rows online, each unless a newer one is there. @returns how many were kept */
export function writeOnline(
  store: OnlineStore, context: RequestContext, writes: readonly OnlineWrite[], options: { readonly ttlMs: number | undefined; readonly onTie: 'keep' | 'replace' },
): Promise<number> {
  return store.setMany(context.tenantId, writes, { ttlMs: options.ttlMs ?? longestOnlineMs, onTie: options.onTie })
}

/** A row of the engine's as cells. */
export function onlineRowOf({ view: { definition } }: KnownView, { keys, eventTimeMs, features }: NewestRow): OnlineRow {
  return {
    keys: keys as readonly CellValue[],
    eventTimeMs,
    features: definition.features.map(({ kind }, at) => {
      const value = features[at] as CellValue
      return value === null ? null : kind === 'instant' ? new Date(Number(value)) : value
    }),
  }
}

const kinds = new WeakMap<readonly FeatureDefinition[], readonly FeatureDefinition['kind'][]>()

/** The kinds of features, made once for each list of them. */
export function kindsOf(features: readonly FeatureDefinition[]): readonly FeatureDefinition['kind'][] {
  let known = kinds.get(features)
  if (!known) kinds.set(features, (known = features.map(({ kind }) => kind)))
  return known
}
