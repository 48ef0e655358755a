import type { DuckDBConnection } from '@duckdb/node-api'
import { askedKey } from './entity-rows.js'
import type { KnownView } from './known-views.js'
import { type ScatterColumn, scatterRows } from './scatter-column.js'
import type { SourceParts } from './source-parts.js'
import { featureColumns, featureName, isSeenFromWriting, keyName, timeColumns } from './view-source.js'

export interface JoinedView {
  readonly known: KnownView
  readonly source: SourceParts
  /** Numbers of the features that are wanted. */
  readonly wanted: readonly number[]
}

/**
 * Finds for each row of the table `asked` the row of the view that was the newest by the time of its event among those that could be
 * seen at the instant asked for: by DuckDB's ASOF join over keys and times alone, so that features are read of the rows that were found
 * only. Of two events of one time the row written later counts, and of two written at once the later in the dataset. A row older than
 * the time to live is none.
 *
 * @param columns - Take the values, one for each wanted feature; rows that find nothing stay missing.
 * @see docs/decisions/0020-a-feature-is-what-was-known.md
 */
export async function joinPointInTime(connection: DuckDBConnection, { known, source, wanted }: JoinedView, columns: readonly ScatterColumn[]): Promise<void> {
  if (wanted.length === 0) return
  const { definition } = known.view
  const keys = known.entities.map((_, at) => keyName(at))
  const keyList = keys.join(', ')
  const rows = await seenRows(connection, { known, source, wanted })
  await connection.run(`create or replace temp table hit as
    select a.row_number, a.at, r.seen_at, ${keys.map((key) => `r.${key}`).join(', ')}
    from asked a asof join (select ${keyList}, seen_at from ${rows}) r
      on ${known.entities.map((entity, at) => `a.${askedKey(entity)} = r.${keys[at]!}`).join(' and ')} and a.at >= r.seen_at`)
  await connection.run(`create or replace temp table chosen as
    select ${keyList}, seen_at, arg_max(row_id, {'event': event_at, 'created': coalesce(created_at, '-infinity'::TIMESTAMP), 'row': row_id}) as row_id, max(event_at) as event_at
    from ${rows} semi join hit using (${keyList}, seen_at) group by all`)
  const alive = definition.ttlMs === undefined ? '' : ` where h.at <= c.event_at + to_milliseconds(${definition.ttlMs})`
  const found = `from hit h join chosen c using (${keyList}, seen_at)`
  await scatterRows(connection,
    `select f.row_number, ${wanted.map((at) => `s.${featureName(at)}`).join(', ')}
      from (select h.row_number, c.row_id ${found}${alive}) f join (${source.select(featureColumns(definition, wanted))}) s using (row_id)`, columns)
}

/** The rows that can be found, with the instant from which each is seen, as SQL names them. */
async function seenRows(connection: DuckDBConnection, { known, source }: JoinedView): Promise<string> {
  const keys = known.entities.map((_, at) => keyName(at))
  const times = `select * from (${source.select(timeColumns(known))}) where ${[...keys, 'event_at'].map((name) => `${name} is not null`).join(' and ')}`
  if (!isSeenFromWriting(known.view.definition)) return `(select *, event_at as seen_at from (${times}))`
  // a row that came late, after a newer event was seen, is never the newest that is seen: it goes
  await connection.run(`create or replace temp table seen as
    select * exclude (newest_before) from (
      select *, max(event_at) over (partition by ${keys.join(', ')} order by seen_at, event_at rows between unbounded preceding and 1 preceding) as newest_before
      from (select *, greatest(event_at, coalesce(created_at, event_at)) as seen_at from (${times}))
    ) where newest_before is null or event_at >= newest_before`)
  return 'seen'
}
