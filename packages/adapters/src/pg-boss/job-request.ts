import { type JobFilter, type JobRequest, PlatformError } from '@motadata/core'

const kindPattern = /^[a-z0-9][a-z0-9_.-]{0,99}$/
const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled']
const idPattern = /^[a-z0-9-]{1,64}$/

/** @throws MLError `INPUT_INVALID` */
export function checkKind(kind: unknown): string {
  if (typeof kind === 'string' && kindPattern.test(kind)) return kind
  throw invalid('kind', "a job kind of 1 to 100 characters a-z, 0-9, '_', '.' or '-', such as 'train'", kind)
}

/**
 * A request's payload as JSON text.
 *
 * @throws MLError `INPUT_INVALID`
 */
export function checkRequest(request: JobRequest): { readonly kind: string; readonly payload: string; readonly idempotencyKey: string | null } {
  const kind = checkKind(request.kind)
  const key = request.idempotencyKey ?? null
  if (key !== null && (typeof key !== 'string' || key.length < 1 || key.length > 255 || key.includes('\0'))) {
    throw invalid('idempotencyKey', 'an idempotency key of 1 to 255 characters', key)
  }
  const payload = toJsonText(request.payload ?? null)
  if (payload === undefined) {
    throw invalid('payload', 'a payload that can be written as JSON, without NUL characters or half surrogate pairs', request.payload)
  }
  return { kind, payload, idempotencyKey: key }
}

/** Escapes of NUL and of lone surrogates, which jsonb refuses. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/** JSON text that PostgreSQL's jsonb takes; undefined when there is none. */
export function toJsonText(value: unknown): string | undefined {
  try {
    const text: string | undefined = JSON.stringify(value)
    return text === undefined || unstorable.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

export interface CheckedFilter {
  readonly kind?: string
  readonly state?: Exclude<JobFilter['state'], undefined>
  readonly limit: number
  readonly beforeId?: string
}

/** @throws MLError `INPUT_INVALID` */
export function checkFilter(filter: JobFilter): CheckedFilter {
  const { kind, state, limit = 50, pageToken } = filter
  if (state !== undefined && !states.includes(state)) throw invalid('state', `one of ${states.join(', ')}`, state)
  if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw invalid('limit', 'a whole number from 1 to 200', limit)
  const beforeId = pageToken === undefined ? undefined : Buffer.from(String(pageToken), 'base64url').toString('latin1')
  if (beforeId !== undefined && !isJobId(beforeId)) throw invalid('pageToken', 'the nextPageToken of the page before', pageToken)
  return {
    limit,
    ...(kind === undefined ? {} : { kind: checkKind(kind) }),
    ...(state === undefined ? {} : { state }),
    ...(beforeId === undefined ? {} : { beforeId }),
  }
}

/** Whether a value can be the id of a job at all. */
export function isJobId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value)
}

export function toPageToken(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url')
}

function invalid(field: string, expected: string, received: unknown): PlatformError {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 80)) : typeof received === 'number' ? received : typeof received
  return new PlatformError('INPUT_INVALID', `Expected ${expected}, got ${shown}.`, { details: { field } })
}
