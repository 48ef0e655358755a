import { DataManagementError } from '@motadata/core'
import type { DatasetColumn } from './dataset-manifest.js'

/** How the columns of a dataset may change when rows are appended. */
export type SchemaChange = 'column-added' | 'column-widened'

/**
 * The columns of a dataset once rows with other columns are appended. A column that the rows lack is missing in them. A new column is
 * missing in earlier rows; a column of two kinds becomes text. Both must be allowed.
 *
 * @returns the earlier columns in their order, widened where needed, then the new ones
 * @throws DataManagementError `DATASET_SCHEMA_CHANGED`, naming every change that is not allowed
 */
export function evolveColumns(earlier: readonly DatasetColumn[], appended: readonly DatasetColumn[], allowed: readonly SchemaChange[]): readonly DatasetColumn[] {
  const incoming = new Map(appended.map((column) => [column.name, column.kind]))
  const known = new Set(earlier.map(({ name }) => name))
  const refused: string[] = []
  const widened = earlier.map(({ name, kind }) => {
    const other = incoming.get(name)
    if (other === undefined || other === kind) return { name, kind }
    if (!allowed.includes('column-widened')) refused.push(`'${name}' is ${other} instead of ${kind}`)
    return { name, kind: 'text' as const }
  })
  const added = appended.filter(({ name }) => !known.has(name))
  if (added.length > 0 && !allowed.includes('column-added')) refused.push(...added.map(({ name, kind }) => `'${name}' (${kind}) is new`))
  if (refused.length > 0) {
    const shown = refused.slice(0, 10).join(', ')
    throw new DataManagementError(
      'DATASET_SCHEMA_CHANGED',
      `Expected rows with the columns of the dataset, got others: ${shown}${refused.length > 10 ? ` and ${refused.length - 10} more` : ''}. ` +
        "Declare the columns' kinds, or allow 'column-added' or 'column-widened'.",
      { details: { changes: refused.slice(0, 100) } },
    )
  }
  return [...widened, ...added]
}
