import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CellValue, type Dataset, fromRecords, toRecords } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { makeTickets } from '@motadata/use-case-ticket-classification'

export interface LabelledTickets {
  readonly dataset: Dataset
  readonly target: string
  readonly testRule: string
  readonly train: readonly (readonly [text: string, label: string])[]
  readonly test: readonly (readonly [text: string, label: string])[]
  readonly origin: string
}

/** The real tickets of the data folder, or as many generated ones. */
export async function loadLabelledTickets(folder: string | undefined): Promise<LabelledTickets> {
  const { dataset, target, origin } = folder === undefined ? generated() : await real(folder)
  const pairs = toRecords(dataset).map((row) => [cell(row['text']), cell(row[target]), Number(row['row_id'])] as const)
  const pick = (isTest: boolean) => pairs.filter(([, , id]) => (id % 5 === 0) === isTest).map(([text, label]) => [text, label] as const)
  return { dataset, target, origin, testRule: 'row_id % 5 == 0', train: pick(false), test: pick(true) }
}

async function real(folder: string) {
  const { dataset } = await new DataLoader().loadFile(join(folder, 'it_tickets_dev.csv.gz'), { columnKinds: { text: 'text', label: 'category' } })
  return { dataset, target: 'label', origin: 'real tickets' }
}

function generated() {
  const records = makeTickets({ rows: 10_000, seed: 1 }).map(({ text, category }, row) => ({ row_id: row, text, category }))
  return { dataset: fromRecords(records, { text: 'text' }), target: 'category', origin: 'generated tickets' }
}

const cell = (value: CellValue | undefined): string => String(value ?? '')

/** The rows as JSON lines, for a peer to read. */
export function writeRows(rows: LabelledTickets['train']): string {
  const file = join(mkdtempSync(join(tmpdir(), 'motadata-bench-')), 'rows.ndjson')
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n') + '\n')
  return file
}
