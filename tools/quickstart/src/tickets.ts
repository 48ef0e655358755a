import { type Dataset, fromRecords } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import type { QuickstartOptions } from './command-line.js'

export interface Tickets {
  readonly dataset: Dataset
  readonly text: readonly string[]
  readonly target: string
  /** Where they come from, for people. */
  readonly origin: string
  /** What could not be read, for people. */
  readonly complaints: readonly string[]
}

/** The caller's file, or generated tickets. */
export async function loadTickets(options: QuickstartOptions): Promise<Tickets> {
  if (!options.source) {
    return {
      dataset: fromRecords(makeTickets({ rows: options.rows, seed: options.seed })),
      text: ['text'],
      target: 'category',
      origin: `${options.rows} generated tickets (made up from templates by the seed ${options.seed}; no real data)`,
      complaints: [],
    }
  }
  const { file, text, target } = options.source
  const columnKinds = { ...Object.fromEntries(text.map((name) => [name, 'text' as const])), [target]: 'category' as const }
  const { dataset, badRowCount, badRows } = await new DataLoader().loadFile(file, { columnKinds })
  return {
    dataset,
    text,
    target,
    origin: `${dataset.rowCount} rows of ${file}`,
    complaints: badRowCount === 0 ? [] : [
      `${badRowCount} rows could not be read and are left out; the first:`,
      ...badRows.slice(0, 5).map(({ line, column, reason }) => `  line ${line}${column ? `, column ${column}` : ''}: ${reason}`),
    ],
  }
}
