import { MLError } from '../errors/ml-error.js'

/**
 * Which model answers: `{name}`, `{name}/versions/{v}` or `{name}@{alias}`, everywhere the same. A bare name means its champion.
 */
export interface ModelReference {
  readonly name: string
  readonly version?: number
  readonly alias?: string
}

/** The alias that a bare model name stands for. */
export const championAlias = 'champion'

const modelName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/
const aliasName = /^[a-z](?:[a-z0-9._-]{0,62}[a-z0-9])?$/

/**
 * @throws MLError `NAME_INVALID`
 * @example
 * parseModelName('ticket_classifier') // => 'ticket_classifier'
 */
export function parseModelName(value: unknown): string {
  if (typeof value === 'string' && modelName.test(value)) return value
  throw nameInvalid('model name', 'of 1 to 128 letters, digits, dots, - or _, such as ticket_classifier', value)
}

/** @throws MLError `NAME_INVALID` */
export function parseAlias(value: unknown): string {
  if (typeof value === 'string' && aliasName.test(value)) return value
  throw nameInvalid('alias', 'of 1 to 64 characters a-z, 0-9, dots, - or _, such as champion', value)
}

/**
 * Reads a reference as people write it.
 *
 * @throws MLError `NAME_INVALID`
 * @example
 * parseModelReference('ticket_classifier@challenger').alias // => 'challenger'
 * parseModelReference('ticket_classifier/versions/3').version // => 3
 */
export function parseModelReference(text: string): ModelReference {
  const byVersion = text.includes('/') ? /^(.*)\/versions\/(\d{1,9})$/.exec(text) : null
  if (byVersion) return { name: parseModelName(byVersion[1]), version: Number(byVersion[2]) }
  const at = text.lastIndexOf('@')
  if (at >= 0) return { name: parseModelName(text.slice(0, at)), alias: parseAlias(text.slice(at + 1)) }
  return { name: parseModelName(text) }
}

/** The reference as people write it. */
export function formatModelReference(reference: ModelReference): string {
  if (reference.version !== undefined) return `${reference.name}/versions/${reference.version}`
  return reference.alias === undefined ? reference.name : `${reference.name}@${reference.alias}`
}

function nameInvalid(what: string, form: string, value: unknown): MLError {
  const received = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value
  return new MLError('NAME_INVALID', `Expected a ${what} ${form}, got ${received}.`, {
    details: { field: what === 'alias' ? 'alias' : 'name', expected: `${what} ${form}`, received },
  })
}
