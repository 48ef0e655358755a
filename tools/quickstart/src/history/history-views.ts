import type { CellValue, Entity, RequestContext } from '@motadata/core'
import { type FeatureStore, type FeatureTransformation, historyEventTime, type HistoryMeasure, type HistoryWindow } from '@motadata/data-management'

/** A column with one value in every row: the history of the whole desk, which that of a caller or a group is held against. */
export const deskColumn = 'desk'
/** What the desk as a whole took, as it comes along with what is asked. */
export const deskHours = 'hours_of_desk'

const measures: readonly HistoryMeasure[] = [{ name: 'resolved', aggregate: 'count' }, { name: 'hours', aggregate: 'mean', column: 'resolution_hours' }]
const windows: readonly HistoryWindow[] = [{ name: '14d', ms: 14 * 24 * 3_600_000 }, { name: 'ever' }]
const stored = measures.flatMap(({ name }) => windows.map((window) => `${name}_${window.name}`))

const entities: readonly Entity[] = [
  { name: 'caller', joinKey: 'caller_id', keyKind: 'text' }, { name: 'group', joinKey: 'first_assignment_group', keyKind: 'text' }, { name: 'desk', joinKey: deskColumn, keyKind: 'text' },
]

export const historyViews = ['caller_history', 'group_history', 'desk_history'] as const
export const deskFeature = 'desk_history:hours_ever'
/** What a model learns from: how much longer than usual the tickets of a caller and of a group took, whatever the usual is by then. */
export const historyService = 'history_of_caller_and_group'
export const learnedFeatures = ['caller_history__slower', 'group_history__slower'] as const

/** Registered in code by its name, and so the same for rows to learn from and for tickets that are served. */
export const transformations: Readonly<Record<string, FeatureTransformation>> = {
  'log-ratio': ([own, usual]: readonly CellValue[]) => (typeof own === 'number' && typeof usual === 'number' ? Math.log1p(own) - Math.log1p(usual) : null),
}

/** Makes the histories of each caller, each group and the desk, a view of each, and a service of what is learned from. How long a ticket took is known when it is resolved. */
export async function registerHistoryViews(context: RequestContext, features: FeatureStore, incidents: string): Promise<void> {
  for (const entity of entities) {
    const view = `${entity.name}_history`
    await features.deriveHistory(context, { from: incidents, into: view, key: entity.joinKey, knownAt: 'resolved_at', measures, windows })
    await features.registerEntity(context, entity)
    await features.registerFeatureView(context, {
      name: view, entities: [entity.name], features: stored.map((name) => ({ name, kind: 'number' })), source: { dataset: view, eventTime: historyEventTime }, owner: 'service desk',
      onDemand: [{ name: 'slower', kind: 'number', transformation: 'log-ratio', inputs: ['hours_ever', `request:${deskHours}`] }],
    })
  }
  await features.registerFeatureService(context, { name: historyService, features: ['caller_history:slower', 'group_history:slower'] })
}
