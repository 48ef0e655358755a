import { buildColumn, cellAt, type Column, createDataset, type Dataset, type Entity, MLError, type RequestContext } from '@motadata/core'
import { loadEntityRows } from './entity-rows.js'
import type { FeatureEngine } from './feature-engine.js'
import type { FeaturePlan } from './feature-plan.js'
import { onDemandValues } from './on-demand.js'
import { joinPointInTime } from './point-in-time-join.js'
import { createScatterColumn } from './scatter-column.js'
import type { TransformationRegistry } from './transformations.js'

/**
 * Joins rows with the features of a plan, view by view, in one DuckDB.
 *
 * @throws MLError `COLUMN_MISSING`, `EVENT_TIME_INVALID`, `INPUT_INVALID` where a feature has the name of a column that is there, and as views
 *   and datasets have it
 */
export async function readHistorical(
  context: RequestContext, plan: FeaturePlan, { rows, eventTime }: { readonly rows: Dataset; readonly eventTime: string },
  { engine, transformations }: { readonly engine: FeatureEngine; readonly transformations: TransformationRegistry },
): Promise<Dataset> {
  const taken = plan.features.find(({ name }) => rows.columns.has(name))
  if (taken) throw new MLError('INPUT_INVALID', `Expected rows without a column '${taken.name.slice(0, 100)}', which is asked for as a feature. Rename it, or ask with full names.`, { details: { field: 'rows', column: taken.name.slice(0, 100) } })
  const versions = await Promise.all(plan.views.map((known) => engine.version(known, context)))
  const stored = await engine.run(context, async ({ connection, source }) => {
    await loadEntityRows(connection, rows, { entities: distinctKeys(plan), eventTime })
    const ofViews: ReadonlyMap<number, Column>[] = []
    for (const [number, known] of plan.views.entries()) {
      const { wanted } = known
      const columns = wanted.map((at) => createScatterColumn(known.view.definition.features[at]!.kind, rows.rowCount))
      if (wanted.length > 0) await joinPointInTime(connection, { known, source: await source(known, versions[number]!), wanted }, columns)
      ofViews.push(new Map(wanted.map((at, place) => [at, columns[place]!.build()])))
    }
    return ofViews
  })
  return createDataset([...rows.columns, ...plan.features.map(({ name, view, at, feature, onDemand }): [string, Column] => {
    if (at !== undefined) return [name, stored[view]!.get(at)!]
    const { features } = plan.views[view]!.view.definition
    const cells = onDemandValues(onDemand!, {
      rowCount: rows.rowCount,
      stored: (input) => {
        const column = stored[view]!.get(features.findIndex((own) => own.name === input))!
        return (row) => cellAt(column, row)
      },
      requested: (input) => {
        const column = rows.columns.get(input)
        return column && ((row) => cellAt(column, row))
      },
    }, transformations)
    return [name, buildColumn(name, feature.kind, cells)]
  })])
}

/** Keys of all views, each once. */
function distinctKeys(plan: FeaturePlan): readonly Entity[] {
  const keys = new Map<string, Entity>()
  for (const { entities } of plan.views) for (const entity of entities) keys.set(`${entity.keyKind} ${entity.joinKey}`, entity)
  return [...keys.values()]
}
