import type { JSONWebKeySet } from 'jose'
import { fetchJson } from './fetch-json.js'
import type { CheckedIssuer } from './oidc-issuer.js'

/** Of the discovery document, and again of the keys. */
const deadlineMs = 5_000
const maximumBytes = 256 * 1024

/**
 * Asks an issuer for its public keys: at the address that was configured, else where its discovery document says they are. What is configured
 * may be a private address where that is allowed; a document leads to one only on the issuer's own origin, so that it sends nobody to a
 * neighbour in our network.
 *
 * @throws Error for everything but keys, or a document that is the issuer's
 * @see OpenID Connect Discovery 1.0, sections 4.1 and 4.3.
 */
export async function fetchIssuerKeys({ issuer, jwksUrl, allowPrivateAddresses }: CheckedIssuer): Promise<JSONWebKeySet> {
  const limits = { deadlineMs, maximumBytes, allowPrivateAddresses }
  if (jwksUrl !== undefined) return (await fetchJson(jwksUrl, limits)) as JSONWebKeySet
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, limits)
  const discovered = keysAddress(document, issuer)
  const isOwn = discovered.origin === new URL(issuer).origin
  if (!isOwn && discovered.protocol !== 'https:') throw new Error(`expected a jwks_uri that begins with https:// or is of the origin of ${issuer}, got another`)
  return (await fetchJson(discovered.href, { ...limits, allowPrivateAddresses: allowPrivateAddresses && isOwn })) as JSONWebKeySet
}

/** Where a discovery document says the keys are. One that names another issuer is not this one's, whoever serves it. */
function keysAddress(document: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: address } = (document ?? {}) as { readonly issuer?: unknown; readonly jwks_uri?: unknown }
  if (named !== issuer) throw new Error(`expected the discovery document to name the issuer ${issuer}, got ${JSON.stringify(named)?.slice(0, 200)}`)
  if (typeof address !== 'string' || !URL.canParse(address)) throw new Error('expected the discovery document to have a jwks_uri, got none')
  return new URL(address)
}
