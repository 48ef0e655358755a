import { cellAt, type Column, createDataset, type Dataset, getColumn } from '@motadata/core'
import { DataLoader, type Expectation } from '@motadata/data-management'
import { deskColumn } from './history-views.js'

const hourMs = 3_600_000

/** What incidents have to be before anything is learned from them. */
export const incidentExpectations: readonly Expectation[] = [
  { kind: 'unique', columns: ['number'] },
  { kind: 'not-null', column: 'opened_at' },
  { kind: 'not-null', column: 'made_sla' },
  { kind: 'not-null', column: 'caller_id', mostly: 0.99 },
  { kind: 'compare', column: 'resolved_at', operator: '>=', other: 'opened_at' },
  { kind: 'compare', column: 'closed_at', operator: '>=', other: 'opened_at' },
]

/** Reads the CSV; hours become the instants at which what they tell became known, as ServiceNow itself has them. */
export async function loadIncidents(file: string): Promise<Dataset> {
  const { dataset } = await new DataLoader().loadFile(file, {
    columnKinds: { number: 'text', opened_at: 'instant', caller_id: 'category', first_assignment_group: 'category', priority: 'category', category: 'category', made_sla: 'boolean', resolution_hours: 'number', close_hours: 'number' },
  })
  const opened = getColumn(dataset, 'opened_at')
  const after = (hours: Column): Column => ({
    kind: 'instant',
    values: Float64Array.from({ length: dataset.rowCount }, (_, row) => {
      const [start, length] = [cellAt(opened, row), cellAt(hours, row)]
      return start instanceof Date && typeof length === 'number' ? Math.ceil(start.getTime() + length * hourMs) : Number.NaN
    }),
  })
  return createDataset([
    ...dataset.columns, ['resolved_at', after(getColumn(dataset, 'resolution_hours'))], ['closed_at', after(getColumn(dataset, 'close_hours'))],
    [deskColumn, { kind: 'category', codes: new Int32Array(dataset.rowCount), categories: ['all'] }],
  ])
}
