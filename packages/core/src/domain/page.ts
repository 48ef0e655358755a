import { MLError } from '../errors/ml-error.js'

const defaultLimit = 50
const largestLimit = 200

/** Which part of a list is wanted. */
export interface PageRequest {
  /** 1 to 200, default 50. */
  readonly limit?: number
  /** `nextPageToken` of the page before. */
  readonly pageToken?: string
}

/**
 * How many entries a page has.
 *
 * @returns 1 to 200, default 50
 * @throws MLError `INPUT_INVALID`
 */
export function pageLimit(limit: number | undefined): number {
  const count = limit ?? defaultLimit
  if (Number.isInteger(count) && count >= 1 && count <= largestLimit) return count
  throw new MLError('INPUT_INVALID', `Expected a page limit from 1 to ${largestLimit}, got ${String(count)}.`, {
    details: { field: 'limit', expected: `1 to ${largestLimit}`, received: String(count) },
  })
}

/** What a page token says, so that the next page starts behind it. */
export function encodePageToken(position: string): string {
  return Buffer.from(position).toString('base64url')
}

/**
 * Where a page starts.
 *
 * @param accepts - Whether a position is one that we would have given.
 * @throws MLError `INPUT_INVALID` for a token that we did not give
 */
export function decodePageToken(token: string, accepts: RegExp): string {
  const position = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : ''
  if (accepts.test(position) && encodePageToken(position) === token) return position
  throw new MLError('INPUT_INVALID', 'Expected a page token as the page before gave it (nextPageToken), got another text.', {
    details: { field: 'pageToken', expected: 'nextPageToken of the page before', received: 'another text' },
  })
}
