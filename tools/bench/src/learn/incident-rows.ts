import { join } from 'node:path'
import { toRecords } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import type { FeatureMatrix } from '@motadata/learn'

/** What is known when an incident is opened; the columns after `notify` are outcomes. */
const categories = [
  'contact_type', 'caller_id', 'opened_by', 'location', 'category', 'subcategory', 'u_symptom', 'cmdb_ci', 'impact', 'urgency', 'priority', 'first_assignment_group',
  'knowledge', 'notify',
]
const hourMs = 3_600_000

export interface Incident {
  readonly openedMs: number
  readonly closedMs: number
  readonly madeSla: boolean
  /** NaN when it was not resolved. */
  readonly resolutionHours: number
  readonly values: readonly string[]
}

/** The incidents of the data folder, in time order. */
export async function loadIncidents(folder: string): Promise<Incident[]> {
  const kinds = Object.fromEntries([...categories, 'opened_at', 'made_sla'].map((name) => [name, 'category' as const]))
  const { dataset } = await new DataLoader().loadFile(join(folder, 'uci_servicenow_incidents_dev.csv.gz'), { columnKinds: kinds })
  return toRecords(dataset).map((row) => {
    const openedMs = Date.parse(`${String(row['opened_at'])}Z`)
    return {
      openedMs, closedMs: openedMs + Number(row['close_hours']) * hourMs, madeSla: String(row['made_sla']) === 'true',
      resolutionHours: row['resolution_hours'] === null || row['resolution_hours'] === undefined ? Number.NaN : Number(row['resolution_hours']),
      values: categories.map((name) => String(row[name] ?? '')),
    }
  })
}

export const categoricalColumns = categories.map((_, column) => column)

/**
 * Categories by number, hour and day of the week, and how often category values came up in the rows learned from.
 *
 * @param learned - What numbers and counts are taken from.
 * @param withTime - Also the day, which only helps where test rows lie between training rows.
 */
export function incidentMatrix(rows: readonly Incident[], learned: readonly Incident[], withTime: boolean): FeatureMatrix {
  const counts = categories.map(() => new Map<string, number>())
  for (const { values } of learned) values.forEach((value, column) => value !== '' && counts[column]!.set(value, (counts[column]!.get(value) ?? 0) + 1))
  const codes = counts.map((column) => new Map([...column].sort((a, b) => b[1] - a[1]).map(([value], code) => [value, code])))
  const counted = [1, 2, 3, 5, 6, 11]
  const columnCount = categories.length + counted.length + 2 + (withTime ? 1 : 0)
  const values = new Float32Array(rows.length * columnCount)
  rows.forEach((row, index) => {
    const own = values.subarray(index * columnCount, (index + 1) * columnCount)
    row.values.forEach((value, column) => (own[column] = codes[column]!.get(value) ?? Number.NaN))
    counted.forEach((column, place) => (own[categories.length + place] = counts[column]!.get(row.values[column]!) ?? 0))
    const opened = new Date(row.openedMs)
    own[columnCount - (withTime ? 3 : 2)] = opened.getUTCHours() + opened.getUTCMinutes() / 60
    own[columnCount - (withTime ? 2 : 1)] = opened.getUTCDay()
    if (withTime) own[columnCount - 1] = row.openedMs / (24 * hourMs) - 16_800
  })
  return { rowCount: rows.length, dense: { rowCount: rows.length, columnCount, values } }
}
