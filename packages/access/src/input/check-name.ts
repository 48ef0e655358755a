import { describe, inputInvalid } from './input-invalid.js'

const nameMaximumCharacters = 100
// eslint-disable-next-line no-control-regex -- control characters are what must not be in a name, and PostgreSQL takes no NUL
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/

/**
 * A name that people give, without the space around it.
 *
 * @throws AccessError `INPUT_INVALID`
 */
export function checkName(value: unknown, field = 'name'): string {
  const name = typeof value === 'string' && value.length <= 4 * nameMaximumCharacters ? value.trim() : undefined
  if (name && name.isWellFormed() && !controlCharacter.test(name) && [...name].length <= nameMaximumCharacters) return name
  throw inputInvalid(field, `a name of 1 to ${nameMaximumCharacters} characters without control characters`, describe(value))
}
