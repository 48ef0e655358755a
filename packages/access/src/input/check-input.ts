import { describe, inputInvalid } from './input-invalid.js'

/**
 * What a caller handed over as named values: an object, or nothing where nothing is needed.
 *
 * @throws AccessError `INPUT_INVALID`
 */
export function checkInput<Input extends object>(value: Input | undefined, field: string): Partial<Input> {
  if (value === undefined || value === null) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value
  throw inputInvalid(field, 'an object', describe(value))
}
