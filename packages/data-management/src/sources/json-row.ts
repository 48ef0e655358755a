import type { CellValue } from '@motadata/core'
import { columnNameFault } from './column-name.js'
import type { RowSink } from './row-sink.js'

/** Gives a row written as a JSON object to a sink, or reports it as bad. @param row.what - What the text is called in a report. */
export function takeJsonRow(rows: RowSink, { line, text, what }: { readonly line: number; readonly text: string; readonly what: string }): void {
  const value = parsed(text)
  if (value === undefined) return rows.bad({ line, reason: `${what} is not JSON`, text })
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return rows.bad({ line, reason: `expected an object of column names and values, got ${describe(value)}`, text })
  }
  const names = Object.keys(value)
  const cells = Object.values(value) as unknown[]
  for (let i = 0; i < names.length; i++) {
    const fault = columnNameFault(names[i]!)
    if (fault !== undefined) return rows.bad({ line, reason: `${fault} at position ${i + 1}`, text })
    const reason = unfit(cells[i])
    if (reason !== undefined) return rows.bad({ line, column: names[i]!, reason, text })
  }
  rows.add(line, names, cells as CellValue[], () => text)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function unfit(value: unknown): string | undefined {
  if (value !== null && typeof value === 'object') return `expected text, a number, true, false or null, got ${describe(value)}`
  return typeof value === 'number' && !Number.isFinite(value) ? 'the number is too large' : undefined
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : typeof value
}
