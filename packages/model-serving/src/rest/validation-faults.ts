import type { ProblemFault } from './problem.js'

/** What Ajv says of a value that does not fit its schema; `data` is there in verbose mode. */
export interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly data?: unknown
}

const received = Symbol('received')

/**
 * Says which fields of a request are wrong: where, what was expected, what came. Values are named by their type, never repeated.
 *
 * @param part - `body`, `params`, `querystring` or `headers`; fields of a body are JSON pointers, others are names.
 */
export function faultsOfValidation(errors: readonly SchemaError[], part: string): ProblemFault[] {
  const choice = errors.find((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
  if (!choice) return errors.map((error) => faultOf(error, part))
  const branches = errors.filter((error) => error !== choice && error.instancePath === choice.instancePath)
  const expected = [...new Set(branches.map(expectationOf))].join(' or ')
  return [{ field: fieldOf(choice, part), expected: expected || 'one of the documented forms', received: describeValue(receivedBy(choice)) }]
}

function faultOf(error: SchemaError, part: string): ProblemFault {
  return { field: fieldOf(error, part), expected: expectationOf(error), received: describeReceived(error) }
}

function fieldOf(error: SchemaError, part: string): string {
  const missing = error.params['missingProperty'] ?? error.params['additionalProperty']
  const path = missing === undefined ? error.instancePath : `${error.instancePath}/${String(missing)}`
  if (part === 'body') return path === '' ? 'body' : path
  return path.slice(1) || part
}

function expectationOf({ keyword, params, message }: SchemaError): string {
  switch (keyword) {
    case 'type':
      return listOf(params['type'])
    case 'required':
      return 'a value'
    case 'additionalProperties':
      return 'no other property than the documented ones'
    case 'enum':
      return `one of ${(params['allowedValues'] as readonly unknown[]).map((value) => JSON.stringify(value)).join(', ')}`
    case 'const':
      return JSON.stringify(params['allowedValue'])
    case 'minLength':
      return `at least ${String(params['limit'])} characters`
    case 'maxLength':
      return `at most ${String(params['limit'])} characters`
    case 'minItems':
      return `at least ${String(params['limit'])} items`
    case 'maxItems':
      return `at most ${String(params['limit'])} items`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `a number ${String(params['comparison'])} ${String(params['limit'])}`
    case 'pattern':
      return `text matching ${String(params['pattern'])}`
    case 'format':
      return `text of the format ${String(params['format'])}`
    default:
      return message ?? 'another value'
  }
}

function listOf(types: unknown): string {
  const names = Array.isArray(types) ? types.map(String) : String(types).split(',')
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

function describeReceived(error: SchemaError): string {
  if (error.keyword === 'required') return 'nothing'
  if (error.keyword === 'additionalProperties') return 'an unknown property'
  return describeValue(receivedBy(error))
}

function receivedBy(error: SchemaError): unknown {
  return 'data' in error ? error.data : received
}

function describeValue(value: unknown): string {
  if (value === received) return 'another value'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length} items`
  if (typeof value === 'string') return `a string of ${value.length} characters`
  if (typeof value === 'number') return Number.isFinite(value) ? `the number ${value}` : 'a number beyond the range of doubles'
  if (typeof value === 'boolean') return String(value)
  return value === undefined ? 'nothing' : 'an object'
}
