import { STATUS_CODES } from 'node:http'
import { type Static, Type } from '@sinclair/typebox'
import { type ErrorCode, type MLError, errorCodes, isMLError } from '@motadata/core'
import { statusOfCode } from './status-of-code.js'
import { faultsOfValidation, type SchemaError } from './validation-faults.js'

const faultSchema = Type.Object({
  field: Type.String({ description: 'A JSON pointer into the body, or the name of a parameter' }),
  expected: Type.Optional(Type.String()),
  received: Type.Optional(Type.String()),
})

/** What every failure is answered with: RFC 9457 problem details, as `application/problem+json`. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'A stable URN of the kind of problem' }),
    title: Type.String({ description: 'The kind of problem in one line' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was expected, what came, what to do' }),
    code: Type.String({ description: 'What programs recognise the problem by' }),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(faultSchema)),
  },
  { $id: 'Problem', title: 'Problem', description: 'Problem details, RFC 9457' },
)

/** One wrong field: where, what was expected, what came. */
export type ProblemFault = Static<typeof faultSchema>
export type Problem = Static<typeof problemSchema>

/** The media type of problem details. */
export const problemMediaType = 'application/problem+json'

interface ErrorLike {
  readonly code?: unknown
  readonly message?: unknown
  readonly statusCode?: unknown
  readonly validation?: readonly SchemaError[]
  readonly validationContext?: string
}

/**
 * Says any thrown value as problem details.
 *
 * An error of this product has the status of its code. What is the product's fault (5xx) is answered with what its code means and nothing
 * of its message, which may name paths or statements; so is everything that was not thrown on purpose.
 *
 * @example
 * problemOf(new MLError('MODEL_NOT_FOUND', "Expected a model, got 'x'."), 'r1').status // => 404
 */
export function problemOf(error: unknown, requestId: string): Problem {
  if (isMLError(error)) return problemOfMLError(error, requestId)
  const thrown: ErrorLike = typeof error === 'object' && error !== null ? error : {}
  if (thrown.validation) return problemOfValidation(thrown.validation, thrown.validationContext ?? 'body', requestId)
  switch (thrown.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return createProblem('REQUEST_TOO_LARGE', 'The request body exceeds the limit of this route. Send less at once.', requestId)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return createProblem('MEDIA_TYPE_UNSUPPORTED', 'Expected a Content-Type that this route takes, such as application/json.', requestId)
    case 'ECONNRESET':
    case 'ECONNABORTED':
      return createProblem('CANCELLED', 'The client closed the connection.', requestId)
  }
  const status = typeof thrown.statusCode === 'number' ? thrown.statusCode : 500
  if (status < 400 || status > 499) return createProblem('INTERNAL', unexpected, requestId)
  return { ...createProblem('REQUEST_INVALID', String(thrown.message ?? ''), requestId), status, title: STATUS_CODES[status] ?? errorCodes.REQUEST_INVALID }
}

/** Problem details of a code, with the status that the code has. */
export function createProblem(code: ErrorCode, detail: string, requestId: string, errors?: readonly ProblemFault[]): Problem {
  return {
    type: `urn:motadata:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: errorCodes[code],
    status: statusOfCode[code],
    detail,
    code,
    requestId,
    ...(errors && errors.length > 0 ? { errors: [...errors] } : {}),
  }
}

const seeLog = 'The log of the server has more under this request id.'
const unexpected = `Something went wrong that should not have. ${seeLog}`

/** Codes of a 5xx whose message is meant for the caller. */
const spokenCodes: ReadonlySet<ErrorCode> = new Set(['DEADLINE_EXCEEDED', 'SERVER_CLOSING', 'MODEL_TOO_LARGE', 'ISSUER_UNAVAILABLE'])

function problemOfMLError(error: MLError, requestId: string): Problem {
  if (statusOfCode[error.code] < 500 || spokenCodes.has(error.code)) {
    return createProblem(error.code, error.message, requestId, faultsOfDetails(error.details))
  }
  return createProblem(error.code, error.code === 'INTERNAL' ? unexpected : `${errorCodes[error.code]}. ${seeLog}`, requestId)
}

function problemOfValidation(errors: readonly SchemaError[], part: string, requestId: string): Problem {
  const faults = faultsOfValidation(errors, part)
  const first = faults[0]
  const detail = first ? `Expected ${first.field} to be ${first.expected}, got ${first.received}.` : 'The request does not fit its schema.'
  return createProblem('REQUEST_INVALID', detail, requestId, faults)
}

function faultsOfDetails(details: MLError['details']): ProblemFault[] {
  const field = fieldOfDetails(details)
  if (field === undefined) return []
  return [{ field, ...textOf('expected', details['expected']), ...textOf('received', details['received']) }]
}

/** What belongs to an instance is said as the place it has in the body. */
function fieldOfDetails({ field, column, instance }: MLError['details']): string | undefined {
  const name = typeof column === 'string' ? column : typeof field === 'string' ? field : undefined
  if (typeof instance !== 'number') return typeof field === 'string' ? field : name
  return name === undefined || name.startsWith('instances[') ? `/instances/${instance}` : `/instances/${instance}/${escapePointer(name)}`
}

/** A name as JSON pointers (RFC 6901) write it. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function textOf<Name extends 'expected' | 'received'>(name: Name, value: unknown): { readonly [Key in Name]?: string } {
  if (value === undefined || value === null) return {}
  return { [name]: typeof value === 'string' ? value : JSON.stringify(value) } as { readonly [Key in Name]?: string }
}
