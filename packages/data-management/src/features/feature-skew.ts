import type { CellValue, OnlineStore, RequestContext } from '@motadata/core'
import type { FeatureEngine } from './feature-engine.js'
import type { KnownView } from './known-views.js'
import { findNewestRows, readNewestRows } from './newest-rows.js'
import { onlineKey } from './online-key.js'
import { kindsOf, onlineRowOf } from './online-rows.js'
import { unpackRow } from './packed-row.js'

/** How one feature differs between the two paths, over the keys that have the same event in both. */
export interface FeatureDifference {
  readonly feature: string
  readonly differing: number
  /** Of numbers and instants, the largest difference. */
  readonly largest?: number
}

/** What is served online held against what the dataset says. */
export interface SkewReport {
  readonly view: string
  readonly version: number
  readonly datasetVersion: number
  readonly atMs: number
  /** Keys that were looked at. */
  readonly compared: number
  /** Of these: nothing online; an older event online, so it was not materialized; a newer one, so it was pushed and is not in the dataset. */
  readonly missingOnline: number
  readonly olderOnline: number
  readonly newerOnline: number
  readonly features: readonly FeatureDifference[]
}

/** Compares the newest rows of a sample of keys with what is online. */
export async function compareSkew(
  context: RequestContext, known: KnownView, { engine, store, atMs, sample }: { readonly engine: FeatureEngine; readonly store: OnlineStore; readonly atMs: number; readonly sample: number },
): Promise<SkewReport> {
  const { definition, version } = known.view
  const dataset = await engine.version(known, context)
  const counts = { compared: 0, missingOnline: 0, olderOnline: 0, newerOnline: 0 }
  const differing = definition.features.map(() => 0)
  const largest = definition.features.map(() => 0)
  const all = definition.features.map((_, at) => at)
  await engine.run(context, async ({ connection, source }) => {
    const rows = { known, source: await source(known, dataset) }
    await findNewestRows(connection, rows, { endMs: atMs, sample, ...(definition.ttlMs === undefined ? {} : { oldestMs: atMs - definition.ttlMs }) })
    for await (const piece of readNewestRows(connection, rows, 0)) {
      const offline = piece.map((row) => onlineRowOf(known, row))
      const online = await store.getMany(context.tenantId, offline.map(({ keys }) => onlineKey(known.view, known.entities, keys)!))
      offline.forEach(({ eventTimeMs, features }, row) => {
        const value = online[row]
        counts.compared++
        if (!value) counts.missingOnline++
        else if (value.eventTimeMs !== eventTimeMs) counts[value.eventTimeMs < eventTimeMs ? 'olderOnline' : 'newerOnline']++
        else {
          unpackRow(kindsOf(definition.features), value.bytes, all, (at, cell) => {
            const difference = differenceOf(features[at] ?? null, cell)
            if (difference === 0) return
            differing[at]!++
            if (difference !== undefined) largest[at] = Math.max(largest[at]!, difference)
          })
        }
      })
    }
  })
  return {
    view: definition.name, version, datasetVersion: dataset.version, atMs, ...counts,
    features: definition.features.map(({ name, kind }, at) => ({ feature: name, differing: differing[at]!, ...(kind === 'number' || kind === 'instant' ? { largest: largest[at]! } : {}) })),
  }
}

/** 0 for equal values, a number for numbers and instants that differ, undefined for others that do. */
function differenceOf(a: CellValue, b: CellValue): number | undefined {
  const [left, right] = [a, b].map((value) => (value instanceof Date ? value.getTime() : value))
  if (left === right) return 0
  return typeof left === 'number' && typeof right === 'number' ? Math.abs(left - right) : undefined
}
