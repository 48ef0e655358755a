import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CellValue, type ColumnKinds, DataManagementError, type Dataset, fromColumns, isMLError, toRecords } from '@motadata/core'
import type { DatasetColumn, DatasetManifest, DatasetPart } from '../parts/dataset-manifest.js'
import type { FunctionStep } from './pipeline-definition.js'
import { stepFailed } from './pipeline-errors.js'
import { readRows } from './read-rows.js'
import type { StepWork } from './run-step.js'
import { storeRows } from './store-rows.js'

/** Rows between two turns that the process gets for other things. */
const rowsPerTurn = 2_048

/** Runs a registered function: row by row with a part in memory at a time, or over whole tables. */
export async function runFunction(work: StepWork): Promise<DatasetManifest> {
  const { planned, functions, inputs, limits } = work
  const step = planned.step as FunctionStep
  const registered = functions[step.function]!
  const [first] = [...inputs.values()] as [DatasetManifest]
  const parts: DatasetPart[] = []
  let given = 0
  const keep = async (rows: Dataset): Promise<void> => {
    given += rows.rowCount
    if (given > limits.rows) throw new DataManagementError('DATA_TOO_LARGE', `Step '${step.name}': Expected at most ${limits.rows} rows, got more.`, { details: { step: step.name } })
    parts.push(...(await storeRows(rows, { ...work.files, connection: work.connection })))
  }
  if ('table' in registered) {
    const tables: Dataset[] = []
    for (const manifest of inputs.values()) tables.push(await readRows(work, manifest))
    await keep(checkTable(work, await callTable(step, () => registered.table(tables, step.options ?? {}))))
  } else {
    let before = 0
    for (const part of first.parts) {
      const rows = toRecords(await readRows(work, first, [part]))
      const made: Readonly<Record<string, CellValue>>[] = []
      for (const [at, record] of rows.entries()) {
        if (at % rowsPerTurn === rowsPerTurn - 1) {
          await nextTurn()
          work.files.throwIfEnded()
        }
        const row = before + at + 1
        const one = callRow(step, row, () => registered.row(record, step.options ?? {}))
        if (one !== undefined) made.push(checkRow(step.name, row, one, planned.columns))
      }
      before += part.rowCount
      if (made.length > 0) await keep(fromColumns(planned.columns.map(({ name }) => [name, made.map((one) => one[name] ?? null)]), kindsOf(planned.columns)))
    }
  }
  return { format: 'dataset/1', columns: planned.columns, parts }
}

function callRow<Result>(step: FunctionStep, row: number, call: () => Result): Result {
  try {
    return call()
  } catch (error) {
    throw functionError(step, row, error)
  }
}

async function callTable(step: FunctionStep, call: () => Dataset | Promise<Dataset>): Promise<Dataset> {
  try {
    return await call()
  } catch (error) {
    throw functionError(step, undefined, error)
  }
}

/** What a function throws is the step's error, which names the row; its text may quote values, so it goes along as the cause only. */
function functionError(step: FunctionStep, row: number | undefined, error: unknown): unknown {
  if (isMLError(error, 'STORAGE_UNAVAILABLE')) return error
  const column = isMLError(error) && typeof error.details.column === 'string' ? { column: error.details.column } : {}
  const code = isMLError(error) ? ` (${error.code})` : ''
  return stepFailed({ step: step.name, ...column, ...(row === undefined ? {} : { row }) }, `The function '${step.function}' threw an error${code}.`, error)
}

const javascriptTypes = { number: 'number', text: 'string', category: 'string', boolean: 'boolean' } as const

function checkRow(step: string, row: number, record: Readonly<Record<string, CellValue>>, columns: readonly DatasetColumn[]): Readonly<Record<string, CellValue>> {
  for (const { name, kind } of columns) {
    const value = Object.hasOwn(record, name) ? record[name]! : null
    const fits = value === null || (kind === 'instant' ? value instanceof Date && !Number.isNaN(value.getTime()) : typeof value === javascriptTypes[kind])
    const isFinite = typeof value !== 'number' || Number.isFinite(value) || Number.isNaN(value)
    if (!fits || !isFinite) throw stepFailed({ step, column: name, row }, `Expected the function to give a value of kind ${kind} or null, got ${isFinite ? typeof value : 'an infinite number'}.`)
  }
  const surplus = Object.keys(record).find((name) => !columns.some((column) => column.name === name))
  if (surplus !== undefined) throw stepFailed({ step, column: surplus.slice(0, 200), row }, 'Expected the function to give the columns that it declares, got another.')
  return record
}

function checkTable({ planned }: StepWork, table: Dataset): Dataset {
  const declared = planned.columns.map(({ name, kind }) => `${name}: ${kind}`)
  const given = [...table.columns].map(([name, { kind }]) => `${name}: ${kind}`)
  if (declared.join('\0') === given.join('\0')) return table
  throw stepFailed({ step: planned.step.name }, `Expected the function to give the columns that it declares (${declared.join(', ')}), got ${given.join(', ')}.`)
}

function kindsOf(columns: readonly DatasetColumn[]): ColumnKinds {
  return Object.fromEntries(columns.map(({ name, kind }) => [name, kind]))
}
