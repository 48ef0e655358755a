import { checkInput } from './check-input.js'
import { describe, inputInvalid } from './input-invalid.js'

/** Which part of a list. */
export interface PageRequest {
  /** 1 to 200, default 50. */
  readonly limit?: number
  /** `nextPageToken` of the page before. */
  readonly pageToken?: string
}

export const pageLimitMaximum = 200
export const pageLimitDefault = 50
const token = /^[a-z0-9_-]{1,64}$/

/**
 * The checked request for a page.
 *
 * @throws AccessError `INPUT_INVALID`
 */
export function checkPage(value: PageRequest | undefined): { readonly limit: number; readonly after?: string } {
  const { limit = pageLimitDefault, pageToken } = checkInput(value, 'page')
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimitMaximum) {
    throw inputInvalid('limit', `a whole number, 1 to ${pageLimitMaximum}`, describe(limit))
  }
  if (pageToken === undefined) return { limit }
  if (typeof pageToken !== 'string' || !token.test(pageToken)) {
    throw inputInvalid('pageToken', 'the nextPageToken of a page before', describe(pageToken))
  }
  return { limit, after: pageToken }
}

/** The rows of a page out of one row more than it holds, and where the next one begins when there is one. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  tokenOf: (row: Row) => string,
): { readonly page: readonly Row[]; readonly nextPageToken?: string } {
  if (rows.length <= limit) return { page: rows }
  const page = rows.slice(0, limit)
  return { page, nextPageToken: tokenOf(page[limit - 1]!) }
}
