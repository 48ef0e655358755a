import type { DuckDBConnection } from '@duckdb/node-api'
import { type Column, type ColumnKind, createDataset, type Dataset, MLError } from '@motadata/core'
import type { DatasetVersion } from '../catalogue/dataset-version.js'
import { createColumnBuilder } from '../parts/column-builder.js'
import type { SourceColumn, SourceParts } from './source-parts.js'

/** What is told of the events of a window. */
export interface HistoryMeasure {
  /** Features are named `<measure>_<window>`. */
  readonly name: string
  /** How many there were, or the mean of a column: of booleans the share that is true. */
  readonly aggregate: 'count' | 'mean'
  /** For means: a column of numbers or booleans. */
  readonly column?: string
}

export interface HistoryWindow {
  readonly name: string
  /** How far back, in milliseconds; all the past when absent. */
  readonly ms?: number
}

export interface HistoryRequest {
  /** The dataset of events, such as tickets. */
  readonly from: string
  /** Default the newest. */
  readonly version?: number
  /** The column that says whom the history is of. */
  readonly key: string
  /**
   * The column of instants at which what is measured became known: of how long a ticket took, when it was resolved, never when it was
   * opened. Events without one are not known yet.
   */
  readonly knownAt: string
  readonly measures: readonly HistoryMeasure[]
  readonly windows: readonly HistoryWindow[]
  /** The dataset to keep the history in. */
  readonly into: string
}

/** When a row of a history holds from. */
export const historyEventTime = 'event_time'

const isNumeric = (kind: ColumnKind | undefined): boolean => kind === 'number' || kind === 'boolean'

/** @throws MLError `INPUT_INVALID`, `COLUMN_MISSING` */
export function checkHistory(request: HistoryRequest, version: DatasetVersion): void {
  const kinds = new Map(version.columns.map(({ name, kind }) => [name, kind]))
  const refuse = (field: string, expected: string): never => {
    throw new MLError('INPUT_INVALID', `Expected ${expected} of a history.`, { details: { field, expected } })
  }
  const named = (list: readonly { readonly name: string }[] | undefined): boolean => Array.isArray(list) && list.length > 0 && list.length <= 50 && new Set(list.map(({ name }) => name)).size === list.length
  if (!named(request.measures)) refuse('measures', '1 to 50 measures of different names')
  if (!named(request.windows)) refuse('windows', '1 to 50 windows of different names')
  const names = [request.key, historyEventTime, ...request.measures.flatMap(({ name }) => request.windows.map((window) => `${name}_${window.name}`))]
  if (new Set(names).size !== names.length) refuse('measures', 'columns of different names')
  for (const { ms } of request.windows) if (ms !== undefined && !(Number.isSafeInteger(ms) && ms > 0)) refuse('windows', 'windows of whole milliseconds above 0')
  for (const { aggregate, column } of request.measures) {
    if (aggregate !== 'count' && aggregate !== 'mean') refuse('measures', "measures that are 'count' or 'mean'")
    if (aggregate === 'mean' && column === undefined) refuse('measures', 'a column for every mean')
  }
  for (const column of [request.key, request.knownAt, ...request.measures.flatMap(({ column: own }) => (own === undefined ? [] : [own]))]) {
    if (!kinds.has(column)) {
      throw new MLError('COLUMN_MISSING', `Expected a column '${column.slice(0, 100)}' in '${version.name}', got ${[...kinds.keys()].slice(0, 20).join(', ')}.`, { details: { column: column.slice(0, 100), columns: [...kinds.keys()].slice(0, 100) } })
    }
  }
  if (kinds.get(request.knownAt) !== 'instant') refuse('knownAt', `instants in '${request.knownAt}', not ${kinds.get(request.knownAt)},`)
  for (const { column } of request.measures) if (column !== undefined && !isNumeric(kinds.get(column))) refuse('measures', `numbers or booleans in '${column}', not ${kinds.get(column)},`)
}

/**
 * The history of each key: a row for every instant at which it changes, which is when an event becomes known and when one leaves a window.
 * Read as of any instant it is exact: what was known by then of the window that ends there. Rows are sorted by key and time.
 *
 * Cost: as many rows as there are events times one more than there are windows, sorted.
 */
export async function deriveHistory(connection: DuckDBConnection, source: SourceParts, request: HistoryRequest, version: DatasetVersion): Promise<Dataset> {
  const kinds = new Map(version.columns.map(({ name, kind }) => [name, kind]))
  const { measures, windows } = request
  const keyKind: ColumnKind = kinds.get(request.key) === 'number' ? 'number' : 'category'
  const columns: SourceColumn[] = [
    { name: request.key, kind: keyKind, as: 'key' },
    { name: request.knownAt, kind: 'timestamp', as: 'known_at' },
    ...measures.flatMap(({ column }, at): SourceColumn[] => (column === undefined ? [] : [{ name: column, kind: kinds.get(column)!, as: `measure${at}` }])),
  ]
  const means = measures.flatMap(({ column }, at) => (column === undefined ? [] : [`measure${at}`]))
  await connection.run(`create or replace temp table event as
    select ${['key', 'epoch_ms(known_at)::BIGINT as t', ...means.map((name) => `${name}::DOUBLE as ${name}`)].join(', ')} from (${source.select(columns)}) where key is not null and known_at is not null`)
  const leaving = windows.flatMap(({ ms }) => (ms === undefined ? [] : [`union select key, t + ${ms} from event`])).join(' ')
  const features = measures.flatMap((measure, at) => windows.map((window, number) => ({ name: `${measure.name}_${window.name}`, sql: measureSql(measure, at, `w${number}`) })))
  const frames = windows.map(({ ms }, number) => `w${number} as (partition by key order by t range between ${ms === undefined ? 'unbounded' : ms - 1} preceding and current row)`)
  const result = await connection.stream(`
    with change as (select key, t from event ${leaving}),
    line as (select key, t, 1 as happened${means.map((name) => `, ${name}`).join('')} from event union all select key, t, 0${means.map(() => ', null').join('')} from change),
    told as (select key, t, happened, ${features.map(({ sql }, at) => `${sql} as feature${at}`).join(', ')} from line window ${frames.join(', ')})
    select key, t::DOUBLE, ${features.map((_, at) => `feature${at}::DOUBLE`).join(', ')} from told where happened = 0 order by key, t`)
  const builders = [createColumnBuilder(keyKind), createColumnBuilder('instant'), ...features.map(() => createColumnBuilder('number'))]
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (let at = 0; at < builders.length; at++) builders[at]!.append(chunk.getColumnValues(at))
  }
  const names = [request.key, historyEventTime, ...features.map(({ name }) => name)]
  return createDataset(names.map((name, at): [string, Column] => [name, builders[at]!.build()]))
}

function measureSql({ aggregate }: HistoryMeasure, at: number, window: string): string {
  if (aggregate === 'count') return `sum(happened) over ${window}`
  return `avg(measure${at}) over ${window}`
}
