import { setTimeout as pause } from 'node:timers/promises'
import { DataLoadError, type DataRecord, MLError } from '@motadata/core'
import { guardedGet, type GuardedGetOptions, type HttpAnswer, type LookUp } from './guarded-get.js'
import { nextPage, type Paging } from './paging.js'
import { valueAt } from './value-at.js'

/** A source of records over HTTP that gives them in pages of JSON. */
export interface HttpSource {
  readonly url: string
  /** Such as authorization. They do not follow to another origin. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where the list of records is in a page, such as `result` or `data.items`; default the page itself. */
  readonly recordsAt?: string
  /** How one page leads to the next; default there is one only. */
  readonly paging?: Paging
  /** Makes a row of a record; undefined leaves it out. Default the record as it is, whose values must be those of cells. */
  readonly toRecord?: (record: Readonly<Record<string, unknown>>) => DataRecord | undefined
  /** Default no: addresses of private networks and of this machine are refused. */
  readonly allowPrivateAddresses?: boolean
  /** How often a page is asked for at most, default 5, and how long it is waited after the first time, default 500 ms; then twice as long each. */
  readonly retry?: { readonly attempts?: number; readonly firstDelayMs?: number }
  /** Of one answer; default 30 s. */
  readonly timeoutMs?: number
  /** Of one page, unpacked; default 32 MiB. */
  readonly maximumPageBytes?: number
  /** Default 100,000. */
  readonly maximumPages?: number
  readonly signal?: AbortSignal
  /** Resolves names; default the system. */
  readonly lookUp?: LookUp
}

const longestDelayMs = 60_000

/**
 * Records of a source over HTTP, page by page as they are asked for.
 *
 * @throws DataLoadError `ADDRESS_REFUSED` for what leads into a private network, also by a redirection or a name; `SOURCE_UNAVAILABLE` when it does not
 *   answer, or with a status that is an error, however often it was asked; `DATA_MALFORMED` for what is no JSON, has no records or pages without end;
 *   `DATA_TOO_LARGE`; MLError `INPUT_INVALID`, `CANCELLED`
 * @example
 * const records = httpRecords({ url: 'https://example.service-now.com/api/now/table/incident', recordsAt: 'result', paging: { kind: 'link' }, headers, toRecord: serviceNowTicket })
 * await datasets.ingestData(context, { name: 'incidents', source: { records } })
 */
export async function* httpRecords(source: HttpSource): AsyncGenerator<DataRecord> {
  const { toRecord = (record) => record as DataRecord, recordsAt, paging, maximumPages = 100_000 } = source
  if (!URL.canParse(source.url)) throw new MLError('INPUT_INVALID', 'Expected an absolute URL, got none.', { details: { field: 'url' } })
  const seen = new Set<string>()
  let url: URL | undefined = new URL(source.url)
  if (paging?.kind === 'offset') {
    url.searchParams.set(paging.limitParameter, String(paging.pageSize))
    url.searchParams.set(paging.offsetParameter, '0')
  }
  while (url !== undefined) {
    if (seen.has(url.href) || seen.size >= maximumPages) throw malformed(seen.has(url.href) ? 'a page that leads to one before it' : `more than ${maximumPages} pages`)
    seen.add(url.href)
    const answer = await getPage(url, source)
    const page = parsed(answer.body)
    const records = recordsAt === undefined ? page : valueAt(page, recordsAt)
    if (!Array.isArray(records)) throw malformed(`no list of records${recordsAt === undefined ? '' : ` at '${recordsAt.slice(0, 100)}'`}`)
    for (const record of records as unknown[]) {
      if (record === null || typeof record !== 'object' || Array.isArray(record)) throw malformed('a record that is no object')
      const row = toRecord(record as Readonly<Record<string, unknown>>)
      if (row !== undefined) yield row
    }
    url = paging === undefined ? undefined : nextPage(paging, { url, answer, page, recordCount: records.length })
  }
}

async function getPage(url: URL, source: HttpSource): Promise<HttpAnswer> {
  const { retry: { attempts = 5, firstDelayMs = 500 } = {} } = source
  const options: GuardedGetOptions = {
    headers: source.headers ?? {}, allowPrivateAddresses: source.allowPrivateAddresses ?? false, timeoutMs: source.timeoutMs ?? 30_000,
    maximumBytes: source.maximumPageBytes ?? 33_554_432, signal: source.signal, lookUp: source.lookUp,
  }
  for (let attempt = 1; ; attempt++) {
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1))
    let waitMs = delayMs
    try {
      const answer = await guardedGet(url, options)
      if (answer.status >= 200 && answer.status < 300) return answer
      const isPassing = [408, 425, 429, 500, 502, 503, 504].includes(answer.status)
      if (!isPassing || attempt >= attempts) {
        throw new DataLoadError('SOURCE_UNAVAILABLE', `Expected the source to answer, got status ${answer.status}${isPassing ? ` ${attempt} times` : ''}.`, {
          details: { status: answer.status, attempts: attempt },
        })
      }
      waitMs = Math.max(delayMs, retryAfterMs(answer.headers['retry-after']))
    } catch (error) {
      const mayPass = error instanceof DataLoadError && error.code === 'SOURCE_UNAVAILABLE' && error.details['status'] === undefined
      if (!mayPass || attempt >= attempts) throw error
    }
    await pause(waitMs, undefined, source.signal === undefined ? {} : { signal: source.signal }).catch(() => {
      throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
    })
  }
}

function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000
  return Number.isFinite(seconds) ? Math.min(longestDelayMs, Math.max(0, seconds * 1_000)) : 0
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown
  } catch {
    throw malformed('something that is no JSON in UTF-8')
  }
}

function malformed(received: string): DataLoadError {
  return new DataLoadError('DATA_MALFORMED', `Expected pages of JSON with records, got ${received}.`, { details: { received } })
}
