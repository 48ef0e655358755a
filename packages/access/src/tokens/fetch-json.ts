import { lookup as resolveName } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.js'

export interface FetchLimits {
  /** From now to the end of the answer. */
  readonly deadlineMs: number
  readonly maximumBytes: number
  /** Whether private and loopback addresses may be asked. */
  readonly allowPrivateAddresses: boolean
}

/**
 * Asks an address for JSON, within limits. No redirect is followed. A name is looked up once, and the address that was checked is the one
 * that is connected to, so a name that changes its address in between leads nowhere else.
 *
 * @throws Error for everything but an answer of status 200 with JSON
 */
export async function fetchJson(url: string, limits: FetchLimits): Promise<unknown> {
  const { protocol, hostname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (!limits.allowPrivateAddresses && isIP(host) !== 0 && !isPublicAddress(host)) throw privateAddress(host)
  const text = await new Promise<string>((resolve, reject) => {
    const request = protocol === 'https:' ? requestHttps : requestHttp
    const asked = request(
      url,
      {
        // a connection of its own: one kept from elsewhere was checked by nobody
        agent: false,
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(limits.deadlineMs),
        ...(limits.allowPrivateAddresses ? {} : { lookup: lookupPublic }),
      },
      (answer) => {
        if (answer.statusCode !== 200) {
          answer.destroy(new Error(`expected the status 200, got ${answer.statusCode}`))
        }
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > limits.maximumBytes) answer.destroy(new Error(`expected at most ${limits.maximumBytes} bytes, got more`))
          else chunks.push(chunk)
        })
        answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
        answer.on('error', reject)
      },
    )
    asked.on('error', reject)
    asked.end()
  })
  return JSON.parse(text) as unknown
}

const lookupPublic: LookupFunction = (name, options, done) => {
  resolveName(name, { ...options, all: true }, (error, addresses) => {
    if (error) {
      done(error, '', 0)
      return
    }
    const refused = addresses.find(({ address }) => !isPublicAddress(address))
    const [first] = addresses
    if (refused || !first) done(privateAddress(refused?.address ?? name), '', 0)
    else if (options.all) done(null, addresses)
    else done(null, first.address, first.family)
  })
}

function privateAddress(address: string): Error {
  return new Error(`expected a public address, got ${address}; allowPrivateAddresses lets it be asked`)
}
