import type { DuckDBConnection } from '@duckdb/node-api'
import type { KnownView } from './known-views.js'
import type { SourceParts } from './source-parts.js'
import { featureColumns, featureName, isSeenFromWriting, keyName, timeColumns } from './view-source.js'

export interface NewestRange {
  /** Rows that could be seen by then. Epoch milliseconds. */
  readonly endMs: number
  /** Rows that came to be seen after it; all when absent. */
  readonly startMs?: number
  /** Of a part's hash: whether it was there at `startMs` already. Of other parts rows from before count too. */
  readonly wasThere?: (sha256: string) => boolean
  /** Rows of events before it are too old to be told. */
  readonly oldestMs?: number
  /** Only so many of the keys, picked by their hash, always the same. */
  readonly sample?: number
}

/** Of each key the newest row that could be seen: what is to be online. */
export interface NewestRow {
  /** From 0, in the order of keys. */
  readonly place: number
  readonly keys: readonly unknown[]
  readonly eventTimeMs: number
  /** As the engine gives them, in the view's order: instants as epoch milliseconds. */
  readonly features: readonly unknown[]
}

const timestamp = (ms: number): string => `make_timestamp_ms(${Math.trunc(ms)})::TIMESTAMP`

/** Puts which rows are the newest into the table `newest`. @returns how many */
export async function findNewestRows(connection: DuckDBConnection, { known, source }: { readonly known: KnownView; readonly source: SourceParts }, range: NewestRange): Promise<number> {
  const keys = known.entities.map((_, at) => keyName(at))
  const keyList = keys.join(', ')
  const columns = timeColumns(known)
  const { startMs, wasThere } = range
  const rows = startMs === undefined || !wasThere
    ? `select *, false as is_new from (${source.select(columns)})`
    : `select *, false as is_new from (${source.select(columns, wasThere)}) union all select *, true as is_new from (${source.select(columns, (sha256) => !wasThere(sha256))})`
  const seenAt = isSeenFromWriting(known.view.definition) ? 'greatest(event_at, coalesce(created_at, event_at))' : 'event_at'
  const conditions = [
    ...keys.map((key) => `${key} is not null`),
    `event_at >= ${timestamp(Math.max(0, range.oldestMs ?? 0))}`,
    `${seenAt} <= ${timestamp(range.endMs)}`,
  ]
  // the newest of all rows, where it is one that came: a late row of the same event must not stand for the one that was written last
  const came = startMs === undefined ? 'true' : `is_new or ${seenAt} > ${timestamp(startMs)}`
  await connection.run(`create or replace temp table found as select ${keyList}, newest.row_id as row_id, event_at from (
    select ${keyList}, max(event_at) as event_at,
      arg_max({'row_id': row_id, 'came': ${came}}, {'event': event_at, 'created': coalesce(created_at, '-infinity'::TIMESTAMP), 'row': row_id}) as newest
    from (${rows}) where ${conditions.join(' and ')} group by ${keyList}) where newest.came`)
  const picked = range.sample === undefined ? 'found' : `(select * from found order by hash(${keyList}) limit ${range.sample})`
  await connection.run(`create or replace temp table newest as select row_number() over (order by ${keyList}) - 1 as place, * from ${picked}`)
  const reader = await connection.runAndReadAll('select count(*)::DOUBLE from newest')
  return Number(reader.getRows()[0]![0])
}

/** The newest rows with their features, in pieces, from a place on. */
export async function* readNewestRows(connection: DuckDBConnection, { known, source }: { readonly known: KnownView; readonly source: SourceParts }, from: number): AsyncGenerator<readonly NewestRow[]> {
  const { definition } = known.view
  const all = definition.features.map((_, at) => at)
  const keys = known.entities.map((_, at) => keyName(at))
  const result = await connection.stream(`select n.place::DOUBLE, epoch_ms(n.event_at)::DOUBLE, ${[...keys.map((key) => `n.${key}`), ...all.map((at) => `s.${featureName(at)}`)].join(', ')}
    from newest n join (${source.select(featureColumns(definition, all))}) s using (row_id) where n.place >= ${from} order by n.place`)
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const columns = chunk.getColumns()
    yield Array.from({ length: chunk.rowCount }, (_, row) => ({
      place: Number(columns[0]![row]),
      eventTimeMs: Number(columns[1]![row]),
      keys: keys.map((_, at) => columns[2 + at]![row]),
      features: all.map((at) => columns[2 + keys.length + at]![row]),
    }))
  }
}
