import { type CellValue, type Clock, type FeatureColumn, type FeatureStatus, MLError, type OnlineFeatureRequest, type OnlineStore, type OnlineValue, type RequestContext } from '@motadata/core'
import type { FeaturePlan, PlannedView } from './feature-plan.js'
import { onDemandValues } from './on-demand.js'
import { onlineKey } from './online-key.js'
import { kindsOf } from './online-rows.js'
import { unpackRow } from './packed-row.js'
import type { TransformationRegistry } from './transformations.js'

const mostRows = 10_000

export interface OnlineReaderOptions {
  readonly store: OnlineStore
  readonly clock: Clock
  readonly transformations: TransformationRegistry
}

/** What one view has of everything that was asked for. */
interface ViewValues {
  /** By the feature's number, a value a row. */
  readonly values: ReadonlyMap<number, CellValue[]>
  readonly missing: readonly (Exclude<FeatureStatus, 'PRESENT' | 'NULL_VALUE'> | undefined)[]
  readonly eventTimesMs: readonly (number | null)[]
}

/**
 * Reads what a plan needs with one question to the online store, whatever number of views it is of.
 *
 * @throws MLError `COLUMN_MISSING`, `INPUT_INVALID`
 */
export async function readOnline(context: RequestContext, plan: FeaturePlan, entities: OnlineFeatureRequest['entities'], options: OnlineReaderOptions): Promise<readonly FeatureColumn[]> {
  const rowCount = countRows(entities)
  const keysOfViews = plan.views.map(({ view, entities: needed }) => {
    const columns = needed.map(({ joinKey }) => columnOf(entities, joinKey))
    return Array.from({ length: rowCount }, (_, row) => onlineKey(view, needed, columns.map((column) => column[row] ?? null)))
  })
  const asked = keysOfViews.flat()
  const keys = asked.filter((key) => key !== undefined)
  const found = await options.store.getMany(context.tenantId, keys)
  let next = 0
  const values = asked.map((key) => (key === undefined ? undefined : found[next++]))
  const nowMs = options.clock.nowMs()
  const ofViews = plan.views.map((view, at) => unpackView(view, values.slice(at * rowCount, (at + 1) * rowCount), nowMs))
  return plan.features.map(({ name, view, at, onDemand }) => {
    const { values: stored, missing, eventTimesMs } = ofViews[view]!
    const features = plan.views[view]!.view.definition.features
    const column = at !== undefined ? stored.get(at)! : onDemandValues(onDemand!, {
      rowCount,
      stored: (input) => {
        const cells = stored.get(features.findIndex((feature) => feature.name === input))!
        return (row) => cells[row]!
      },
      requested: (input) => {
        const cells = Object.hasOwn(entities, input) ? entities[input] : undefined
        return cells && ((row) => cells[row] ?? null)
      },
    }, options.transformations)
    return { name, values: column, statuses: column.map((value, row): FeatureStatus => (value === null ? (missing[row] ?? 'NULL_VALUE') : 'PRESENT')), eventTimesMs }
  })
}

function unpackView({ view, wanted }: PlannedView, found: readonly (OnlineValue | undefined)[], nowMs: number): ViewValues {
  const { definition: { features, ttlMs } } = view
  const kinds = kindsOf(features)
  const columns = wanted.map(() => new Array<CellValue>(found.length).fill(null))
  const missing = new Array<'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | undefined>(found.length)
  const eventTimesMs = new Array<number | null>(found.length).fill(null)
  for (let row = 0; row < found.length; row++) {
    const value = found[row]
    if (!value) {
      missing[row] = 'NOT_FOUND'
      continue
    }
    eventTimesMs[row] = value.eventTimeMs
    if (ttlMs !== undefined && nowMs > value.eventTimeMs + ttlMs) missing[row] = 'OUTSIDE_MAX_AGE'
    else unpackRow(kinds, value.bytes, wanted, (place, cell) => void (columns[place]![row] = cell))
  }
  return { values: new Map(wanted.map((at, place) => [at, columns[place]!])), missing, eventTimesMs }
}

function countRows(entities: OnlineFeatureRequest['entities']): number {
  const lists = Object.entries(entities ?? {})
  const wrong = lists.find(([, values]) => !Array.isArray(values))
  if (lists.length === 0 || wrong) {
    throw new MLError('INPUT_INVALID', `Expected 'entities' to be lists of values by column name, got ${wrong ? `no list in '${wrong[0].slice(0, 100)}'` : 'no column'}.`, { details: { field: 'entities' } })
  }
  const rowCount = lists[0]![1].length
  const other = lists.find(([, values]) => values.length !== rowCount)
  if (other) throw new MLError('INPUT_INVALID', `Expected ${rowCount} values in every column of 'entities' like in the first, got ${other[1].length} in '${other[0].slice(0, 100)}'.`, { details: { field: 'entities', column: other[0].slice(0, 100) } })
  if (rowCount > mostRows) throw new MLError('INSTANCES_TOO_MANY', `Expected at most ${mostRows} at once, got ${rowCount}. Ask in pieces.`, { details: { field: 'entities', limit: mostRows } })
  return rowCount
}

function columnOf(entities: OnlineFeatureRequest['entities'], joinKey: string): readonly CellValue[] {
  if (Object.hasOwn(entities, joinKey)) return entities[joinKey]!
  const given = Object.keys(entities)
  throw new MLError('COLUMN_MISSING', `Expected the key '${joinKey.slice(0, 100)}' in 'entities', got ${given.slice(0, 20).join(', ')}.`, { details: { column: joinKey.slice(0, 100), columns: given.slice(0, 100) } })
}
