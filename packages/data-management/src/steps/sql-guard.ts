import type { DuckDBConnection } from '@duckdb/node-api'
import { DataManagementError } from '@motadata/core'
import type { PipelinePlace } from '../pipelines/pipeline-errors.js'

/** SQL as it was understood, and whether it gives the same rows for the same inputs. */
export interface CheckedSql {
  readonly sql: string
  /** Whether it asks for the time or for chance. */
  readonly isVolatile: boolean
}

type Node = Readonly<Record<string, unknown>>

/** Functions over no rows of anybody's. */
const tableFunctions = new Set(['range', 'generate_series', 'unnest'])

/** What speaks of the engine, changes it, waits, or runs text as SQL. */
const refusedFunctions = /^(?:current_setting|getenv|getvariable|current_(?:query|query_id|database|schema|schemas|role|user|connection_id|transaction_id)|session_user|user|in_search_path|txid_current|nextval|currval|setseed|write_log|sleep_ms|stats|version|pragma_.*|duckdb_.*|pg_.*|query|query_table|read_.*|parquet_.*|glob|json_execute_serialized_sql|icu_.*|set_config|file_exists|which_secret|from_substrait.*)$/
const volatileFunctions = /^(?:random|uuid|uuidv[47]|gen_random_uuid|now|today|get_current_time|get_current_timestamp|transaction_timestamp|current_localtime|current_localtimestamp|current_(?:date|time|timestamp)|localtime|localtimestamp)$/

/**
 * Takes SQL that a tenant wrote for what it is to be: one `select` over its inputs. It is read by the engine's own parser, every table, function
 * and subquery in it is looked at, and what is then run is written anew from what was understood, so that nothing is hidden in quotes or
 * comments. Behind this the engine itself has no way out of its folder.
 *
 * @param tables - What it may select from.
 * @throws DataManagementError `PIPELINE_SQL_REFUSED` naming what it reached for, `PIPELINE_INVALID` for what is no SQL
 */
export async function checkSelect(connection: DuckDBConnection, place: PipelinePlace, { sql, tables }: { readonly sql: string; readonly tables: readonly string[] }): Promise<CheckedSql> {
  const { statement, canonical } = await parse(connection, place, sql)
  const known = new Set([...tables, ...commonTables(statement)])
  return { sql: canonical, isVolatile: walk(statement, place, (table) => known.has(table)) }
}

/**
 * The same of an expression over the columns of a row: no table, no subquery, no window.
 *
 * @throws DataManagementError `PIPELINE_SQL_REFUSED`, `PIPELINE_INVALID`
 */
export async function checkExpression(connection: DuckDBConnection, place: PipelinePlace, expression: string): Promise<CheckedSql> {
  const { statement, canonical } = await parse(connection, place, `select (${expression}\n)`)
  const node = statement.node as Node
  const list = node.select_list as readonly Node[] | undefined
  const isAlone = node.type === 'SELECT_NODE' && list?.length === 1 && (node.from_table as Node | null)?.type === 'EMPTY'
    && (node.modifiers as readonly unknown[]).length === 0 && ((node.cte_map as { map?: readonly unknown[] } | undefined)?.map?.length ?? 0) === 0
    && ['where_clause', 'having', 'qualify', 'sample'].every((clause) => (node[clause] ?? null) === null) && (node.group_expressions as readonly unknown[]).length === 0
  if (!isAlone || list[0]!.type === 'STAR') throw refused(place, 'one expression over the columns of a row', 'more than that')
  const isVolatile = walk(list[0]!, place, () => false)
  if (holdsMore(list[0])) throw refused(place, 'one expression over the columns of a row', 'a subquery, a window or several rows')
  return { sql: canonical.replace(/^\s*select\s+/i, ''), isVolatile }
}

function holdsMore(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(holdsMore)
  if (typeof node !== 'object' || node === null) return false
  const { class: nodeClass, function_name: name } = node as Node
  return nodeClass === 'SUBQUERY' || nodeClass === 'WINDOW' || name === 'unnest' || Object.values(node).some(holdsMore)
}

async function parse(connection: DuckDBConnection, place: PipelinePlace, sql: string): Promise<{ readonly statement: Node; readonly canonical: string }> {
  const prepared = await connection.prepare('select json_serialize_sql($1::VARCHAR)::VARCHAR')
  prepared.bindVarchar(1, sql)
  const parsed = JSON.parse(String((await prepared.runAndReadAll()).getRows()[0]![0])) as { error: boolean; error_type?: string; error_message?: string; statements?: readonly Node[] }
  if (parsed.error) {
    if (parsed.error_type === 'parser') throw sqlInvalid(place, parsed.error_message)
    throw refused(place, 'one select', 'a statement of another kind')
  }
  if (parsed.statements?.length !== 1) throw refused(place, 'one select', `${parsed.statements?.length ?? 0} statements`)
  const writer = await connection.prepare('select json_deserialize_sql(json_serialize_sql($1::VARCHAR))')
  writer.bindVarchar(1, sql)
  const canonical = String((await writer.runAndReadAll()).getRows()[0]![0])
  return { statement: parsed.statements[0]!, canonical }
}

/** Names that `with` gives to parts of the statement, wherever in it. */
function commonTables(node: unknown, names = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(node)) for (const item of node) commonTables(item, names)
  else if (typeof node === 'object' && node !== null) {
    const map = (node as { cte_map?: { map?: readonly { key?: unknown }[] } }).cte_map?.map
    for (const { key } of map ?? []) if (typeof key === 'string') names.add(key)
    for (const value of Object.values(node)) commonTables(value, names)
  }
  return names
}

/** Looks at all there is. @returns whether it asks for the time or for chance */
function walk(node: unknown, place: PipelinePlace, isTable: (name: string) => boolean): boolean {
  if (Array.isArray(node)) return node.map((item) => walk(item, place, isTable)).includes(true)
  if (typeof node !== 'object' || node === null) return false
  const { type, class: nodeClass, function_name: name } = node as Node
  if (type === 'BASE_TABLE') checkTable(node as Node, place, isTable)
  else if (type === 'TABLE_FUNCTION') checkTableFunction((node as { function?: Node }).function, place)
  else if (nodeClass === 'PARAMETER') throw refused(place, 'SQL without parameters', 'one')
  else if (type === 'SHOW_REF' || type === 'COLUMN_DATA' || type === 'BOUND_TABLE_REF') throw refused(place, 'a select over its inputs', 'something else to select from')
  let isVolatile = false
  if (typeof name === 'string' && nodeClass !== undefined) {
    if (refusedFunctions.test(name.toLowerCase())) throw refused(place, 'functions over the rows', `'${name}'`)
    isVolatile = volatileFunctions.test(name.toLowerCase())
  }
  if (nodeClass === 'COLUMN_REF') {
    const names = (node as Node).column_names as readonly string[]
    isVolatile = names.length === 1 && volatileFunctions.test(names[0]!.toLowerCase()) // current_date is read as a column
  }
  if (((node as Node).sample ?? null) !== null) isVolatile = true
  return Object.values(node).map((value) => walk(value, place, isTable)).includes(true) || isVolatile
}

function checkTable({ schema_name: schema, catalog_name: catalog, table_name: table }: Node, place: PipelinePlace, isTable: (name: string) => boolean): void {
  if (schema === '' && catalog === '' && typeof table === 'string' && isTable(table)) return
  const shown = [catalog, schema, table].filter((part) => part !== '').join('.').slice(0, 100)
  throw refused(place, 'the names of its inputs to select from', `'${shown}'`)
}

function checkTableFunction(call: Node | undefined, place: PipelinePlace): void {
  const name = String(call?.function_name ?? '')
  if (!tableFunctions.has(name)) throw refused(place, `${[...tableFunctions].join(', ')} or the names of its inputs to select from`, `'${name.slice(0, 100)}'`)
}

function sqlInvalid(place: PipelinePlace, message = ''): DataManagementError {
  const { step, column } = place
  const reason = message.split('\n', 1)[0]!.slice(0, 200)
  return new DataManagementError('PIPELINE_INVALID', `Step '${step}'${column === undefined ? '' : `, column '${column}'`}: Expected SQL, got what can not be read as such: ${reason}.`, {
    details: { ...place },
  })
}

function refused(place: PipelinePlace, expected: string, got: string): DataManagementError {
  const { step, column } = place
  return new DataManagementError(
    'PIPELINE_SQL_REFUSED', `Step '${step}'${column === undefined ? '' : `, column '${column}'`}: Expected ${expected}, got ${got}. SQL of a pipeline sees the rows of its inputs and nothing else.`,
    { details: { ...place, expected } },
  )
}
