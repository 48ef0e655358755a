import { MLError } from '@motadata/core'
import { recordOfFields } from '../sources/csv-fields.js'
import type { SourceForm } from '../sources/source-form.js'
import type { FixedRow, QuarantineForm } from './quarantined-row.js'

const maximumFixedRows = 10_000

/** Mended rows as a source of their own. */
export interface FixedSource {
  readonly text: string
  readonly form: SourceForm
  /** The row that a line of the text belongs to. */
  rowAt(line: number): number
}

/** @throws MLError `INPUT_INVALID` */
export function checkFixedRows(rows: readonly FixedRow[]): void {
  const isRow = (row: Partial<FixedRow> | null): boolean => Number.isSafeInteger(row?.row) && row!.row! > 0 && typeof row?.text === 'string'
  const numbers = Array.isArray(rows) ? rows.map((fixed) => fixed?.row) : []
  const expected = `1 to ${maximumFixedRows} different rows, each with its number and its text`
  if (numbers.length > 0 && numbers.length <= maximumFixedRows && rows.every(isRow) && new Set(numbers).size === numbers.length) return
  throw new MLError('INPUT_INVALID', `Expected ${expected}, got something else. Give the rows as listQuarantine shows them, with their texts mended.`, { details: { field: 'rows', expected } })
}

/** Lays out mended rows as they would have come, one behind the other. */
export function fixedSource(rows: readonly FixedRow[], { format, header }: QuarantineForm): FixedSource {
  const texts = rows.map(({ text }) => (format === 'csv' ? text.replace(/[\r\n]+$/, '') : text.replace(/[\r\n]+/g, ' ')))
  const lines = header === undefined ? texts : [recordOfFields(header.names, header.delimiter), ...texts]
  const starts: number[] = []
  let line = 1
  for (const [at, text] of lines.entries()) {
    if (header === undefined || at > 0) starts.push(line)
    line += text.split('\n').length
  }
  return {
    text: `${lines.join('\n')}\n`,
    form: { format, compression: 'none', ...(header === undefined ? {} : { delimiter: header.delimiter }) },
    rowAt(wanted) {
      const at = starts.findLastIndex((start) => start <= wanted)
      return rows[Math.max(0, at)]!.row
    },
  }
}
