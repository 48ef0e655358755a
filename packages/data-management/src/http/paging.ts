import { DataLoadError } from '@motadata/core'
import type { HttpAnswer } from './guarded-get.js'
import { valueAt } from './value-at.js'

/** How one page of a source leads to the next. */
export type Paging =
  /** By a URL: in the page at a path, or in the `Link` header with `rel="next"`. */
  | { readonly kind: 'link'; readonly at?: string; /** Where the page says that it is the last. */ readonly endAt?: string }
  /** By how many records to leave out; a page with fewer than it may have is the last. */
  | { readonly kind: 'offset'; readonly offsetParameter: string; readonly limitParameter: string; readonly pageSize: number }
  /** By a text in the page that the next request repeats. */
  | { readonly kind: 'cursor'; readonly parameter: string; readonly at: string; readonly endAt?: string }

export interface ReadPage {
  readonly url: URL
  readonly answer: HttpAnswer
  readonly page: unknown
  readonly recordCount: number
}

/** Where the next page is; undefined behind the last. @throws DataLoadError `DATA_MALFORMED`, `ADDRESS_REFUSED` for a link to another origin */
export function nextPage(paging: Paging, { url, answer, page, recordCount }: ReadPage): URL | undefined {
  if (paging.kind === 'offset') {
    if (recordCount < paging.pageSize) return undefined
    const next = new URL(url)
    next.searchParams.set(paging.offsetParameter, String(Number(url.searchParams.get(paging.offsetParameter) ?? 0) + recordCount))
    return next
  }
  if (paging.endAt !== undefined && valueAt(page, paging.endAt) === true) return undefined
  if (paging.kind === 'cursor') {
    const cursor = valueAt(page, paging.at)
    if (cursor === undefined || cursor === null || cursor === '') return undefined
    if (typeof cursor !== 'string' && typeof cursor !== 'number') throw malformed('a cursor that is neither text nor a number')
    const next = new URL(url)
    next.searchParams.set(paging.parameter, String(cursor))
    return next
  }
  const link = paging.at === undefined ? linkOf(answer.headers.link) : valueAt(page, paging.at)
  if (link === undefined || link === null || link === '') return undefined
  if (typeof link !== 'string' || !URL.canParse(link, url.href)) throw malformed('a link that is no URL')
  const next = new URL(link, url)
  // credentials go with every request: they must not go to whom a page names
  if (next.origin === url.origin) return next
  throw new DataLoadError('ADDRESS_REFUSED', 'Expected a link to the next page on the same server, got one to another.', { details: { received: 'another origin' } })
}

function linkOf(header: string | string[] | undefined): string | undefined {
  const links = Array.isArray(header) ? header.join(', ') : (header ?? '')
  return /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(links)?.[1]
}

function malformed(received: string): DataLoadError {
  return new DataLoadError('DATA_MALFORMED', `Expected a page that says where the next one is, got ${received}.`, { details: { received } })
}
