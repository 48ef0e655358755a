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
 * seen at the instant asked for: by DuckDB's ASOF join over times and numbers that stand for keys, so that features are read of the rows that
 * were found only. Of two events of one time the row written later counts, and of two written at once the later in the dataset. A row older
 * than the time to live is none.
 *
 * Cost: a pass over the keys and times of the source, a sort of those whose key is asked for, a pass over the wanted features.
 *
 * @param columns - Take the values, one for each wanted feature; rows that find nothing stay missing.
 */
export async function joinPointInTime(connection: DuckDBConnection, { known, source, wanted }: JoinedView, columns: readonly ScatterColumn[]): Promise<void> {
  if (wanted.length === 0) return
  const { definition } = known.view
  await numberKeys(connection, known)
  await connection.run(`create or replace temp table seen as ${seenRows(known, source)}`)
  await connection.run(`create or replace temp table hit as
    select q.row_number, q.asked_at, s.id, s.seen_at, s.event_at, s.row_id from question q asof join seen s on q.id = s.id and q.asked_at >= s.seen_at`)
  await decideTies(connection)
  const alive = definition.ttlMs === undefined ? '' : ` where asked_at <= event_at + to_milliseconds(${definition.ttlMs})`
  await scatterRows(connection,
    `select h.row_number, ${wanted.map((at) => `s.${featureName(at)}`).join(', ')}
      from (select row_number, row_id from hit${alive}) h join (${source.select(featureColumns(definition, wanted))}) s using (row_id)`, columns)
}

/** A number for each combination of keys that is asked for: what sorts and joins faster than texts. */
async function numberKeys(connection: DuckDBConnection, { entities }: KnownView): Promise<void> {
  const keys = entities.map((entity, at) => `${askedKey(entity)} as ${keyName(at)}`).join(', ')
  const names = entities.map((_, at) => keyName(at)).join(', ')
  await connection.run(`create or replace temp table asked_key as select row_number() over ()::INTEGER as id, * from (select distinct ${keys} from asked)`)
  await connection.run(`create or replace temp table question as select row_number, asked_at, id from (select row_number, asked_at, ${keys} from asked) join asked_key using (${names})`)
}

/** The times of the rows whose key is asked for, with the instant from which each is seen. */
function seenRows(known: KnownView, source: SourceParts): string {
  const names = known.entities.map((_, at) => keyName(at)).join(', ')
  const times = `select id, event_at, created_at, row_id from (${source.select(timeColumns(known))}) join asked_key using (${names}) where event_at is not null`
  if (!isSeenFromWriting(known.view.definition)) return `select *, event_at as seen_at from (${times})`
  // a row that came late, after a newer event was seen, is never the newest that is seen: it goes
  return `select * exclude (newest_before) from (
    select *, max(event_at) over (partition by id order by seen_at, event_at rows between unbounded preceding and 1 preceding) as newest_before
    from (select *, greatest(event_at, coalesce(created_at, event_at)) as seen_at from (${times}))
  ) where newest_before is null or event_at >= newest_before`
}

/** Where several rows came to be seen at one instant, the join found any of them: the one that counts takes its place. */
async function decideTies(connection: DuckDBConnection): Promise<void> {
  await connection.run('create or replace temp table found as select distinct id, seen_at from hit')
  const reader = await connection.runAndReadAll('select (select count(*) from seen semi join found using (id, seen_at)) = (select count(*) from found)')
  if (reader.getRows()[0]![0] === true) return
  await connection.run(`create or replace temp table chosen as
    select id, seen_at, max(event_at) as event_at, arg_max(row_id, {'event': event_at, 'created': coalesce(created_at, '-infinity'::TIMESTAMP), 'row': row_id}) as row_id
    from seen semi join found using (id, seen_at) group by id, seen_at`)
  await connection.run('create or replace temp table hit as select h.row_number, h.asked_at, c.event_at, c.row_id from hit h join chosen c using (id, seen_at)')
}
