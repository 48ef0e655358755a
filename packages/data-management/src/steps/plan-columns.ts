import { type CellValue, type ColumnKind, parseInstant } from '@motadata/core'
import { quoteName, quoteText } from '../engine/sql-text.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import { pipelineInvalid } from '../pipelines/pipeline-errors.js'
import type { PlannedInput } from './step-plan.js'

/** The column of an input. @throws DataManagementError `PIPELINE_INVALID` naming step and column */
export function columnOf(step: string, input: PlannedInput, name: string): DatasetColumn {
  const column = input.columns.find((one) => one.name === name)
  if (column) return column
  const there = input.columns.map((one) => one.name)
  throw pipelineInvalid({ step, column: name.slice(0, 200) }, `Expected a column of '${input.name}', got '${name.slice(0, 200)}'. It has ${there.slice(0, 20).join(', ')}.`, {
    input: input.name, columns: there.slice(0, 100),
  })
}

/** The column, of one of some kinds. @throws DataManagementError `PIPELINE_INVALID` */
export function columnOfKind(step: string, input: PlannedInput, { name, kinds }: { readonly name: string; readonly kinds: readonly ColumnKind[] }): DatasetColumn {
  const column = columnOf(step, input, name)
  if (kinds.includes(column.kind)) return column
  throw pipelineInvalid({ step, column: name }, `Expected a column of kind ${kinds.join(' or ')}, got '${name}', which is ${column.kind}.`, { expected: kinds, received: column.kind })
}

/** Columns to be, no two called alike: the engine tells no small from large letters. @throws DataManagementError `PIPELINE_INVALID` */
export function distinctColumns(step: string, columns: readonly DatasetColumn[]): readonly DatasetColumn[] {
  const seen = new Set<string>()
  for (const { name } of columns) {
    if (name === '' || name.length > 200 || name.includes('\0')) throw pipelineInvalid({ step, column: name.slice(0, 200) }, 'Expected a column name of 1 to 200 characters, got another.')
    if (seen.has(name.toLowerCase())) throw pipelineInvalid({ step, column: name }, `Expected columns of different names, got '${name}' twice. Call one of them otherwise.`)
    seen.add(name.toLowerCase())
  }
  return columns
}

/** A constant as SQL writes it. @throws DataManagementError `PIPELINE_INVALID` for one of another kind than the column's */
export function constantSql(step: string, column: DatasetColumn, value: Exclude<CellValue, null>): string {
  const { name, kind } = column
  if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return `(${value})::DOUBLE`
  if (kind === 'boolean' && typeof value === 'boolean') return String(value)
  if ((kind === 'text' || kind === 'category') && typeof value === 'string' && !value.includes('\0')) return quoteText(value)
  const instant = kind === 'instant' && typeof value === 'string' ? parseInstant(value) : Number.NaN
  if (Number.isFinite(instant)) return `epoch_ms(${Math.round(instant)})::TIMESTAMP_MS`
  throw pipelineInvalid({ step, column: name }, `Expected a value of kind ${kind} for '${name}', got ${JSON.stringify(value).slice(0, 60)}.`, { expected: kind })
}

/** A name that no column has, for the number of a row. */
export function rowColumn({ columns }: PlannedInput): string {
  let name = 'row'
  while (columns.some((column) => column.name.toLowerCase() === name)) name += '_'
  return quoteName(name)
}

/** An input with a number for each row, in the order of rows. */
export function numberedRows(input: PlannedInput): string {
  return `(select *, row_number() over () as ${rowColumn(input)} from ${quoteName(input.name)})`
}

/** Names, quoted, with commas. */
export function nameList(columns: readonly (string | DatasetColumn)[]): string {
  return columns.map((column) => quoteName(typeof column === 'string' ? column : column.name)).join(', ')
}
