import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { PartsView } from '../parts/parts-view.js'
import { distributionOf } from './distribution.js'
import { type Evaluation, shownRows } from './evaluation.js'
import type { Expectation } from './expectation.js'
import { isNumeric, isWorded, type Kinds, numberSql, presentSql, rowCheckOf } from './row-check-sql.js'
import { freshnessOf } from './table-expectations.js'

export interface PartsEvaluation extends PartsView {
  readonly connection: DuckDBConnection
  readonly kinds: Kinds
  readonly rowCount: number
  readonly nowMs: number
}

/** What the engine counts for an expectation, and what that means. */
interface Counted {
  readonly sql: readonly string[]
  read(values: readonly unknown[]): Evaluation | Promise<Evaluation>
}

/**
 * What expectations find in a version, all in one pass of the engine: memory holds counts and the first failing rows, and for keys that are to be
 * unique the keys. What fails takes a further look for the first rows.
 *
 * @returns undefined for those that have to be evaluated over rows in memory
 */
export async function evaluateParts(expectations: readonly Expectation[], rows: PartsEvaluation): Promise<readonly (Evaluation | undefined)[]> {
  const counted: (Counted | undefined)[] = []
  for (const expectation of expectations) counted.push(await countedOf(expectation, rows))
  const selected = counted.flatMap((one) => one?.sql ?? [])
  if (selected.length === 0) return counted.map(() => undefined)
  const [values = []] = (await rows.connection.runAndReadAll(`select ${selected.join(', ')} from ${rows.view}`)).getRowsJS()
  const evaluations: (Evaluation | undefined)[] = []
  let at = 0
  for (const one of counted) {
    evaluations.push(one && (await one.read(values.slice(at, at + one.sql.length))))
    at += one?.sql.length ?? 0
  }
  return evaluations
}

async function countedOf(expectation: Expectation, rows: PartsEvaluation): Promise<Counted | undefined> {
  const { kinds, row } = rows
  if (expectation.kind === 'pattern' && !(await isPattern(expectation.pattern, rows.connection))) return undefined
  const check = rowCheckOf(expectation, kinds)
  if (check) {
    const { checked, fails } = check
    return {
      sql: [`count(*) filter (${checked})`, `count(*) filter ((${checked}) and (${fails}))`],
      async read([checkedRows, failedRows]) {
        const failingRows = Number(failedRows) === 0 ? [] : await numbersOf(rows, `select ${row} from ${rows.view} where (${checked}) and (${fails}) order by ${row} limit ${shownRows}`)
        return { checkedRows: Number(checkedRows), failedRows: Number(failedRows), failingRows }
      },
    }
  }
  switch (expectation.kind) {
    case 'unique': return expectation.columns.every((column) => kinds.has(column)) ? uniqueOf(expectation, rows) : undefined
    case 'freshness': return kinds.get(expectation.column) === 'instant'
      ? { sql: [`max(${quoteName(expectation.column)}) filter (${presentSql(expectation.column, kinds)})`], read: ([newest]) => freshnessOf(newest === null ? Number.NEGATIVE_INFINITY : Number(newest), rows.rowCount, expectation, rows.nowMs) }
      : undefined
    case 'distribution': return distributionCounts(expectation, kinds)
    default: return undefined
  }
}

/** The engine and the library that checked the pattern are of one family, not one. */
async function isPattern(pattern: string, connection: DuckDBConnection): Promise<boolean> {
  try {
    await connection.runAndReadAll(`select regexp_matches('', ${quoteText(pattern)})`)
    return true
  } catch {
    return false
  }
}

function uniqueOf({ columns }: Extract<Expectation, { kind: 'unique' }>, rows: PartsEvaluation): Counted {
  const { kinds, view, row } = rows
  const checked = columns.map((column) => presentSql(column, kinds)).join(' and ')
  const names = columns.map(quoteName).join(', ')
  const key = columns.length === 1 ? names : `row(${names})`
  return {
    sql: [`count(*) filter (${checked})`, `count(distinct ${key}) filter (${checked})`],
    async read([present, distinct]) {
      const checkedRows = Number(present)
      const failedRows = checkedRows - Number(distinct)
      if (failedRows === 0) return { checkedRows, failedRows, failingRows: [] }
      const failingRows = await numbersOf(rows, `select ${row} from ${view} where ${checked} qualify row_number() over (partition by ${names} order by ${row}) > 1 order by ${row} limit ${shownRows}`)
      return { checkedRows, failedRows, failingRows }
    },
  }
}

async function numbersOf({ connection }: PartsEvaluation, sql: string): Promise<readonly number[]> {
  return (await connection.runAndReadAll(sql)).getRows().map(([number]) => Number(number))
}

function distributionCounts(expectation: Extract<Expectation, { kind: 'distribution' }>, kinds: Kinds): Counted | undefined {
  const { column, reference } = expectation
  const name = quoteName(column)
  const present = `count(*) filter (${presentSql(column, kinds)})`
  if ('edges' in reference) {
    if (!isNumeric(column, kinds)) return undefined
    return {
      // an edge belongs to the bin below it
      sql: [...reference.edges.map((edge) => `count(*) filter (${presentSql(column, kinds)} and ${name} <= ${numberSql(edge)})`), present],
      read: (values) => distributionOf(Float64Array.from(values, (value, at) => Number(value) - (at === 0 ? 0 : Number(values[at - 1]))), expectation),
    }
  }
  if (!isWorded(column, kinds)) return undefined
  return {
    sql: [...reference.values.map((value) => `count(*) filter (${name} = ${quoteText(value)})`), present],
    read(values) {
      const named = values.slice(0, -1).map(Number)
      return distributionOf(Float64Array.from([...named, Number(values.at(-1)) - named.reduce((sum, count) => sum + count, 0)]), expectation)
    },
  }
}
