import { lookup as lookUp, type LookupAddress, type LookupOptions } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { DataLoadError, MLError } from '@motadata/core'
import { isPublicAddress } from './address-guard.js'

/** Resolves a name; as `dns.lookup` with `all`. */
export type LookUp = (hostname: string, options: { readonly all: true }, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void

export interface GuardedGetOptions {
  readonly headers: Readonly<Record<string, string>>
  /** Whether addresses of private networks and of this machine may be asked. */
  readonly allowPrivateAddresses: boolean
  readonly timeoutMs: number
  readonly maximumBytes: number
  readonly signal?: AbortSignal | undefined
  readonly lookUp?: LookUp | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** After redirections. */
  readonly url: URL
}

const maximumRedirections = 5

/**
 * Asks a URL. The address is looked at when its name is resolved and again at the connection itself, for each redirection anew, so that neither a
 * name that answers differently the second time nor a redirection leads into a private network. Credentials do not follow to another origin.
 *
 * @throws DataLoadError `ADDRESS_REFUSED`, `DATA_TOO_LARGE`, `SOURCE_UNAVAILABLE` when nothing answers; MLError `CANCELLED`
 */
export async function guardedGet(start: URL, options: GuardedGetOptions): Promise<HttpAnswer> {
  let url = start
  let { headers } = options
  for (let redirections = 0; redirections <= maximumRedirections; redirections++) {
    const answer = await getOnce(url, { ...options, headers })
    const { location } = answer.headers
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (next === undefined || (url.protocol === 'https:' && next.protocol !== 'https:')) throw refusedAddress('a redirection to a URL that is less safe or none')
    if (next.origin !== url.origin) headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie|.*(?:key|token).*)$/i.test(name)))
    url = next
  }
  throw new DataLoadError('SOURCE_UNAVAILABLE', `Expected an answer, got more than ${maximumRedirections} redirections.`)
}

function getOnce(url: URL, { headers, allowPrivateAddresses, timeoutMs, maximumBytes, signal, lookUp: resolve = lookUp as LookUp }: GuardedGetOptions): Promise<HttpAnswer> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refusedAddress(`a URL of ${url.protocol.slice(0, 20)}`)
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  const isRefused = (address: string): boolean => !allowPrivateAddresses && !isPublicAddress(address)
  if (isIP(literal) > 0 && isRefused(literal)) throw refusedAddress('an address of a private network')
  return new Promise((resolveAnswer, reject) => {
    const request = (url.protocol === 'https:' ? https : http).get(url, {
      headers: { accept: 'application/json', 'accept-encoding': 'gzip, br', ...headers }, agent: false, signal, timeout: timeoutMs,
      lookup: (hostname: string, { all }: LookupOptions, done: (error: Error | null, address: string | LookupAddress[], family?: number) => void) => {
        resolve(hostname, { all: true }, (error, addresses) => {
          if (error) return done(error, '')
          if (addresses.length === 0 || addresses.some(({ address }) => isRefused(address))) return done(refusedAddress('a name of a private network'), '')
          if (all) done(null, [...addresses])
          else done(null, addresses[0]!.address, addresses[0]!.family)
        })
      },
    })
    const deadline = setTimeout(() => request.destroy(unavailable(`no whole answer within ${timeoutMs} ms`)), timeoutMs)
    const fail = (error: unknown): void => {
      clearTimeout(deadline)
      request.destroy()
      reject(signal?.aborted ? new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.') : error instanceof MLError ? error : unavailable(describe(error), error))
    }
    request.on('error', fail)
    request.on('timeout', () => fail(unavailable(`no answer within ${timeoutMs} ms`)))
    request.on('socket', (socket: Socket) => socket.on('connect', () => {
      if (isRefused(socket.remoteAddress ?? '')) fail(refusedAddress('a connection into a private network'))
    }))
    request.on('response', (response) => {
      readBody(response, maximumBytes).then((body) => {
        clearTimeout(deadline)
        resolveAnswer({ status: response.statusCode ?? 0, headers: response.headers, body, url })
      }, fail)
    })
  })
}

async function readBody(response: http.IncomingMessage, maximumBytes: number): Promise<Buffer> {
  const encoding = response.headers['content-encoding']
  const unpacking = encoding === 'gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : undefined
  if (unpacking) response.on('error', (error) => unpacking.destroy(error))
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of (unpacking ? response.pipe(unpacking) : response) as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > maximumBytes) {
      throw new DataLoadError('DATA_TOO_LARGE', `Expected an answer of at most ${maximumBytes} bytes, got more. Ask for smaller pages, or raise maximumPageBytes.`, {
        details: { limit: 'maximumPageBytes', maximum: maximumBytes },
      })
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Without the address: it may be one that the caller was not to learn. */
function refusedAddress(received: string): DataLoadError {
  return new DataLoadError('ADDRESS_REFUSED', `Expected a URL of the public internet over http or https, got ${received}. Allow private addresses where the source is your own.`, {
    details: { received },
  })
}

function unavailable(received: string, cause?: unknown): DataLoadError {
  return new DataLoadError('SOURCE_UNAVAILABLE', `Expected the source to answer, got ${received}.`, { details: { received }, ...(cause === undefined ? {} : { cause }) })
}

function describe(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'a connection that broke'
}
