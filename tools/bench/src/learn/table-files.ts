import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GeneratedTable } from './generated-table.js'

/** Writes a table for a peer to read: 32-bit floats, and whole numbers. */
export function writeTable(folder: string, name: string, { values, codes }: GeneratedTable): { values: string; codes: string } {
  const files = { values: join(folder, `${name}.f32`), codes: join(folder, `${name}.i32`) }
  writeFileSync(files.values, values)
  writeFileSync(files.codes, codes)
  return files
}
