import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnKind } from '@motadata/core'
import { storedTypes } from '../engine/column-sql.js'
import { quoteName } from '../engine/sql-text.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import { pipelineInvalid, type PipelinePlace } from '../pipelines/pipeline-errors.js'
import type { PlannedInput } from './step-plan.js'
import { checkExpression, checkSelect, type CheckedSql } from './sql-guard.js'

/**
 * What SQL over the rows of steps would give, found out by the engine on tables without rows: names, types and functions are bound as they
 * will be when there are some.
 */
export class SqlTyping {
  readonly #connection: DuckDBConnection

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  /** Makes the columns of a step known. */
  async know({ name, columns }: PlannedInput): Promise<void> {
    try {
      await this.#connection.run(`create or replace table ${quoteName(name)} (${columns.map((column) => `${quoteName(column.name)} ${storedTypes[column.kind]}`).join(', ')})`)
    } catch (error) {
      throw pipelineInvalid({ step: name }, `Expected columns that the engine can hold, got others: ${firstLine(error)}.`)
    }
  }

  /** A tenant's select over some steps. @throws DataManagementError `PIPELINE_SQL_REFUSED`, `PIPELINE_INVALID` */
  async select(step: string, sql: string, inputs: readonly PlannedInput[]): Promise<CheckedSql & { readonly columns: readonly { readonly name: string; readonly type: string }[] }> {
    const checked = await checkSelect(this.#connection, { step }, { sql, tables: inputs.map(({ name }) => name) })
    return { ...checked, columns: await this.#describe({ step }, checked.sql, inputs) }
  }

  /** A tenant's expression over the rows of a step. @throws DataManagementError `PIPELINE_SQL_REFUSED`, `PIPELINE_INVALID` */
  async expression(place: PipelinePlace, expression: string, input: PlannedInput): Promise<CheckedSql & { readonly type: string }> {
    const checked = await checkExpression(this.#connection, place, expression)
    // beside the columns themselves, so that one that sums rows up is refused
    const described = await this.#describe(place, `select ${input.columns.map(({ name }) => quoteName(name)).join(', ')}, (${checked.sql}) from ${quoteName(input.name)}`, [input])
    const column = described.at(-1)
    if (!column || described.length !== input.columns.length + 1) throw pipelineInvalid(place, 'Expected an expression that gives one value for a row, got one that gives several.')
    return { ...checked, type: column.type }
  }

  async #describe(place: PipelinePlace, sql: string, inputs: readonly PlannedInput[]): Promise<readonly { readonly name: string; readonly type: string }[]> {
    try {
      const rows = (await this.#connection.runAndReadAll(`describe ${sql}`)).getRows()
      return rows.map(([name, type]) => ({ name: String(name), type: String(type) }))
    } catch (error) {
      const message = firstLine(error)
      const unknown = /Referenced column "(.+?)" not found|does not have a column named "(.+?)"/.exec(message)
      const column = unknown?.[1] ?? unknown?.[2]
      if (column === undefined) throw pipelineInvalid(place, `Expected SQL that fits the columns, got what does not: ${message}.`)
      const there = inputs.flatMap(({ columns }) => columns.map(({ name }) => name))
      throw pipelineInvalid({ ...place, column }, `Expected columns of ${inputs.map(({ name }) => `'${name}'`).join(', ')}, got '${column}'. There are ${there.slice(0, 20).join(', ')}.`, {
        columns: there.slice(0, 100),
      })
    }
  }
}

/**
 * The kind of a column that SQL gives.
 *
 * @param wanted - Of text, whether it is to be a category.
 * @throws DataManagementError `PIPELINE_INVALID` for a type that no kind of column holds, such as a list
 */
export function kindOfType(place: PipelinePlace, type: string, wanted?: ColumnKind): ColumnKind {
  const kind = naturalKind(type)
  const fits = wanted === undefined || wanted === kind || (wanted === 'category' && kind === 'text')
  if (kind === undefined || !fits) {
    throw pipelineInvalid(place, `Expected ${wanted === undefined ? 'numbers, text, booleans or instants' : `values of kind ${wanted}`}, got ${type}. Cast it, as in cast(… as double).`, {
      received: type, ...(wanted === undefined ? {} : { expected: wanted }),
    })
  }
  return wanted ?? kind
}

function naturalKind(type: string): ColumnKind | undefined {
  if (/\[|\(.*\[|^(STRUCT|MAP|UNION|LIST)/.test(type)) return undefined
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|DOUBLE|FLOAT|DECIMAL\(.*\))$/.test(type)) return 'number'
  if (/^(VARCHAR|ENUM\(.*\)|UUID)$/.test(type)) return 'text'
  if (type === 'BOOLEAN') return 'boolean'
  return /^(DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/.test(type) ? 'instant' : undefined
}

/** A column of whatever type as its kind is stored: no infinite number, instants as whole milliseconds. */
export function storedSql({ name, kind }: DatasetColumn): string {
  const column = quoteName(name)
  if (kind === 'number') return `case when isfinite(${column}::DOUBLE) then ${column}::DOUBLE end as ${column}`
  if (kind === 'instant') return `${column}::TIMESTAMP_MS as ${column}`
  return `${column}::${storedTypes[kind]} as ${column}`
}

/** Of the engine's words the first line, which speaks of names and types, never of values. */
export function firstLine(error: unknown): string {
  return String((error as Partial<Error> | null)?.message ?? error).split('\n', 1)[0]!.slice(0, 300).replace(/[.!]$/, '')
}
