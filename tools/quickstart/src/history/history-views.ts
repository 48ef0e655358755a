import type { RequestContext } from '@motadata/core'
import { type FeatureStore, historyEventTime, type HistoryMeasure, type HistoryRequest } from '@motadata/data-management'

const dayMs = 24 * 3_600_000
const windows = [{ name: '3d', ms: 3 * dayMs }, { name: '14d', ms: 14 * dayMs }, { name: 'ever' }]
const closed: readonly HistoryMeasure[] = [{ name: 'closed', aggregate: 'count' }, { name: 'made_sla', aggregate: 'mean', column: 'made_sla' }]
const resolved: readonly HistoryMeasure[] = [{ name: 'hours', aggregate: 'mean', column: 'resolution_hours' }]

/** Of whom, by which column, known when: how long a ticket took is known when it is resolved, whether it kept its promise when it is closed. */
const histories: readonly { readonly view: string; readonly entity: string; readonly key: string; readonly knownAt: string; readonly measures: readonly HistoryMeasure[] }[] = [
  { view: 'caller_closed', entity: 'caller', key: 'caller_id', knownAt: 'closed_at', measures: closed },
  { view: 'caller_resolved', entity: 'caller', key: 'caller_id', knownAt: 'resolved_at', measures: resolved },
  { view: 'group_closed', entity: 'group', key: 'first_assignment_group', knownAt: 'closed_at', measures: closed },
  { view: 'group_resolved', entity: 'group', key: 'first_assignment_group', knownAt: 'resolved_at', measures: resolved },
]

export const historyService = 'history_of_caller_and_group'
export const historyViews: readonly string[] = histories.map(({ view }) => view)

/** Makes the history of each caller and each group, a view of each, and a service of all. @returns the names of the features */
export async function registerHistoryViews(context: RequestContext, features: FeatureStore, incidents: string): Promise<readonly string[]> {
  const references: string[] = []
  for (const { view, entity, key, knownAt, measures } of histories) {
    const request: HistoryRequest = { from: incidents, into: view, key, knownAt, measures, windows }
    await features.deriveHistory(context, request)
    await features.registerEntity(context, { name: entity, joinKey: key, keyKind: 'text' })
    const names = measures.flatMap(({ name }) => windows.map((window) => `${name}_${window.name}`))
    await features.registerFeatureView(context, {
      name: view, entities: [entity], features: names.map((name) => ({ name, kind: 'number' })), source: { dataset: view, eventTime: historyEventTime }, owner: 'service desk',
    })
    references.push(...names.map((name) => `${view}:${name}`))
  }
  await features.registerFeatureService(context, { name: historyService, features: references })
  return references.map((reference) => reference.replace(':', '__'))
}
