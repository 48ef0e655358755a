import { lookup as lookUp, type LookupAddress, type LookupOptions } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { DataManagementError, MLError } from '@motadata/core'
import { isPublicAddress } from '../http/address-guard.js'
import type { LineageSink } from './lineage-sink.js'

export interface HttpLineageSinkOptions {
  /** Where events are posted: of Marquez, `https://…/api/v1/lineage`. */
  readonly url: string
  /** Sent as a bearer token. */
  readonly apiKey?: string
  /** Whether it may be in a private network or on this machine; default no. */
  readonly allowPrivateAddresses?: boolean
  /** Of one attempt; default 5 s. */
  readonly timeoutMs?: number
  /** Default 3, each after twice the pause. */
  readonly attempts?: number
  /** Before the second attempt; default 500 ms. */
  readonly retryDelayMs?: number
}

/**
 * Posts events to a catalogue over HTTP. An address in a private network is refused, unless allowed: the address is looked at where it is
 * resolved, and redirections are not followed.
 *
 * @throws MLError `CONFIGURATION_INVALID` for what is no URL of http or https. An `emit` throws `ADDRESS_REFUSED`, `SOURCE_UNAVAILABLE`
 */
export function createHttpLineageSink(options: HttpLineageSinkOptions): LineageSink {
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new MLError('CONFIGURATION_INVALID', 'Expected a URL of http or https to post events of lineage to, got another text.', { details: { field: 'url' } })
  }
  const { attempts = 3, retryDelayMs = 500 } = options
  return {
    async emit(_context, event) {
      const body = JSON.stringify(event)
      for (let attempt = 1; ; attempt++) {
        const status = await post(url, body, options).catch((error: unknown) => (error instanceof MLError ? Promise.reject(error) : error as Error))
        if (typeof status === 'number' && status < 300) return
        const isFinal = attempt >= attempts || (typeof status === 'number' && status < 500 && status !== 429)
        if (isFinal) throw new DataManagementError('SOURCE_UNAVAILABLE', `Expected the catalogue to take an event of lineage, got ${typeof status === 'number' ? `status ${status}` : 'no answer'} in ${attempt} attempts.`)
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs * 2 ** (attempt - 1)))
      }
    },
  }
}

function post(url: URL, body: string, { apiKey, allowPrivateAddresses = false, timeoutMs = 5_000 }: HttpLineageSinkOptions): Promise<number> {
  const isRefused = (address: string): boolean => !allowPrivateAddresses && !isPublicAddress(address)
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) > 0 && isRefused(literal)) return Promise.reject(refused())
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST', agent: false, timeout: timeoutMs,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
      lookup: (hostname: string, { all }: LookupOptions, done: (error: Error | null, address: string | LookupAddress[], family?: number) => void) => {
        lookUp(hostname, { all: true }, (error, addresses) => {
          if (error) return done(error, '')
          if (addresses.length === 0 || addresses.some(({ address }) => isRefused(address))) return done(refused(), '')
          if (all) done(null, addresses)
          else done(null, addresses[0]!.address, addresses[0]!.family)
        })
      },
    }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    request.on('error', reject)
    request.end(body)
  })
}

function refused(): DataManagementError {
  return new DataManagementError('ADDRESS_REFUSED', 'Expected the catalogue of lineage at an address of the public internet, got one of a private network. Allow private addresses where it is your own.')
}
