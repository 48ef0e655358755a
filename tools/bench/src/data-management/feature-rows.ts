import { createDataset, createRandom, type Dataset, type RequestContext } from '@motadata/core'
import type { DataManager, FeatureStore } from '@motadata/data-management'

const callerCount = 20_000
const startMs = Date.UTC(2025, 0, 1)
const yearMs = 365 * 24 * 3_600_000
const rowsAtOnce = 1_000_000
const callers = Array.from({ length: callerCount }, (_, at) => `Caller ${at}`)

/** The view that is measured: some numbers of each caller. */
export const viewName = 'caller_history'
export const featureNames = (count: number): string[] => Array.from({ length: count }, (_, at) => `feature_${at}`)

/** Rows of callers at instants of a year, drawn by the seed, with so many numbers each. */
export function callerRows(rowCount: number, { features, seed }: { readonly features: number; readonly seed: number }): Dataset {
  const random = createRandom(`feature-rows/${seed}`)
  const numbers = featureNames(features).map((name) => [name, { kind: 'number', values: Float64Array.from({ length: rowCount }, () => Math.round(random.next() * 1_000) / 8) }] as const)
  return createDataset([
    ['caller_id', { kind: 'category', codes: Int32Array.from({ length: rowCount }, () => random.below(callerCount)), categories: callers }],
    ['event_time', { kind: 'instant', values: Float64Array.from({ length: rowCount }, () => startMs + Math.floor(random.next() * yearMs)) }],
    ...numbers,
  ])
}

/** Keeps the rows of the view, a million at a time, and registers it. */
export async function registerCallerHistory(
  context: RequestContext, { datasets, features }: { readonly datasets: DataManager; readonly features: FeatureStore }, { rowCount, featureCount }: { readonly rowCount: number; readonly featureCount: number },
): Promise<void> {
  for (let done = 0; done < rowCount; done += rowsAtOnce) {
    const rows = callerRows(Math.min(rowsAtOnce, rowCount - done), { features: featureCount, seed: 1 + done })
    await datasets.ingestData(context, { name: viewName, source: { rows }, mode: 'append' })
  }
  await features.registerEntity(context, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
  await features.registerFeatureView(context, {
    name: viewName, entities: ['caller'], features: featureNames(featureCount).map((name) => ({ name, kind: 'number' })), source: { dataset: viewName, eventTime: 'event_time' },
  })
}
