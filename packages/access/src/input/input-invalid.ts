import { AccessError } from '@motadata/core'

/** The error for a value that is not what its field takes. */
export function inputInvalid(field: string, expected: string, received: string): AccessError {
  const message = `Expected ${expected} in '${field}', got ${received}.`
  return new AccessError('INPUT_INVALID', message, { details: { field, expected, received } })
}

/** A value in a few words, never at length. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `text of ${value.length} characters` : JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value === null ? 'null' : value === undefined ? 'nothing' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}
