import { DataManagementError } from '@motadata/core'
import type { DatasetColumn } from './dataset-manifest.js'

/** SQL does not tell apart names that differ in case alone. @throws DataManagementError `COLUMN_INVALID` */
export function checkColumnNames(columns: readonly DatasetColumn[]): readonly DatasetColumn[] {
  const seen = new Map<string, string>()
  for (const { name } of columns) {
    const key = name.toLowerCase()
    const other = seen.get(key)
    if (other !== undefined) {
      throw new DataManagementError('COLUMN_INVALID', `Expected column names that differ in more than case, got '${other.slice(0, 100)}' and '${name.slice(0, 100)}'. Rename one.`, {
        details: { columns: [other.slice(0, 100), name.slice(0, 100)] },
      })
    }
    seen.set(key, name)
  }
  return columns
}
