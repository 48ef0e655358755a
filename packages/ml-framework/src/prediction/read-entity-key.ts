import { entityKeyField, type Instance } from '@motadata/core'
import { valueInvalid } from '../processing/instance-faults.js'

const longest = 256

/**
 * What an instance is about, if it says so; a number is read as text.
 *
 * @throws DataProcessingError `COLUMN_INVALID`
 */
export function readEntityKey(instance: Instance, position: number): string | undefined {
  const value = Object.hasOwn(instance, entityKeyField) ? instance[entityKeyField] : undefined
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  if (typeof text === 'string' && text.length <= longest && text.isWellFormed()) return text
  throw valueInvalid(position, entityKeyField, `well-formed text of at most ${longest} characters`, value)
}
