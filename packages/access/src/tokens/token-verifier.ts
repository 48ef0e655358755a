import { hash } from 'node:crypto'
import { type Clock, isMLError, type Logger, type Principal, type TenantId } from '@motadata/core'
import { decodeJwt, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { TokenRepository } from '../storage/token-repository.js'
import { IssuerKeys } from './issuer-keys.js'
import type { CheckedIssuer } from './oidc-issuer.js'
import { readClaims, type TokenClaims } from './read-claims.js'

/** A token that is its issuer's and in force, and what stands in its way if anything does. */
export interface VerifiedToken {
  readonly tenantId: TenantId
  /** Undefined when the token claims no role that is known here. */
  readonly principal: Principal | undefined
  readonly tenantSuspended: boolean
}

export interface TokenVerifierOptions {
  readonly issuers: readonly CheckedIssuer[]
  readonly repository: TokenRepository
  readonly clock: Clock
  readonly logger: Logger
  /** How long it is believed without asking the database that a tenant may be served and a token is not revoked. */
  readonly maximumAgeMs: number
  /** Of tokens remembered. */
  readonly maximumEntries: number
}

interface Remembered {
  readonly token: VerifiedToken
  readonly claims: TokenClaims
  /** When the signature was checked. */
  readonly verifiedAtMs: number
  /** When the database was asked. */
  readonly checkedAtMs: number
}

/** No token is longer: what is, is refused before anything reads through it. */
const tokenMaximumLength = 8_192
/** A signature is checked again after so long, by the keys that the issuer has then. */
const signatureMaximumAgeMs = 60_000

/**
 * Tells whose token a text is, from memory where it was told lately: memory is keyed by the SHA-256 of the text and holds no token.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions
  readonly #issuers: ReadonlyMap<string, { readonly issuer: CheckedIssuer; readonly keys: IssuerKeys }>
  readonly #known: LRUCache<string, Remembered>
  readonly #loading = new Map<string, Promise<VerifiedToken | undefined>>()

  constructor(options: TokenVerifierOptions) {
    const { issuers, clock, logger, maximumEntries } = options
    this.#options = options
    this.#issuers = new Map(issuers.map((issuer) => [issuer.issuer, { issuer, keys: new IssuerKeys({ issuer, clock, logger }) }]))
    this.#known = new LRUCache({ max: maximumEntries })
  }

  /**
   * @returns Undefined for a text that is no token, another's, not in force, revoked, or of a tenant that there is not: they look the same from
   * outside. What is remembered comes without a promise.
   * @throws AccessError `ISSUER_UNAVAILABLE`
   */
  verify(text: string): VerifiedToken | undefined | Promise<VerifiedToken | undefined> {
    if (text.length > tokenMaximumLength) return undefined
    const digest = hash('sha256', text, 'base64url')
    const nowMs = this.#options.clock.nowMs()
    const known = this.#known.get(digest)
    const isSigned = known && nowMs < known.claims.expiresAtMs && isFresh(known.verifiedAtMs, nowMs, signatureMaximumAgeMs)
    if (isSigned && isFresh(known.checkedAtMs, nowMs, this.#options.maximumAgeMs)) return known.token
    return this.#load(text, digest, nowMs, isSigned ? known : undefined)
  }

  /** The next request with any token of this tenant is checked anew. */
  forgetTenant(tenantId: TenantId): void {
    for (const [digest, { claims }] of this.#known.entries()) if (claims.tenantId === tenantId) this.#known.delete(digest)
    // What is being loaded now may have been read before the change: nobody joins it any more, and it is not remembered.
    this.#loading.clear()
  }

  #load(text: string, digest: string, nowMs: number, known: Remembered | undefined): Promise<VerifiedToken | undefined> {
    const joined = this.#loading.get(digest)
    if (joined) return joined
    const loading = this.#read(text, nowMs, known).then((read) => {
      if (this.#loading.get(digest) === loading && read) this.#known.set(digest, read)
      return read?.token
    }).finally(() => {
      if (this.#loading.get(digest) === loading) this.#loading.delete(digest)
    })
    this.#loading.set(digest, loading)
    return loading
  }

  async #read(text: string, nowMs: number, known: Remembered | undefined): Promise<Remembered | undefined> {
    const claims = known?.claims ?? await this.#check(text)
    if (!claims) return undefined
    const { tenantId, subject, tokenId, issuedAtMs, role } = claims
    const standing = await this.#options.repository.findStanding(tenantId, subject, tokenId)
    if (!standing) return undefined
    // a token says its time in whole seconds: one of the second in which its subject was revoked may be from before
    const isRevoked = standing.subjectRevokedAtMs !== undefined && (issuedAtMs === undefined || issuedAtMs <= standing.subjectRevokedAtMs)
    if (isRevoked || standing.tokenRevoked) return undefined
    const principal: Principal | undefined = role && Object.freeze({ kind: 'token', id: subject, role })
    const token = { tenantId, principal, tenantSuspended: standing.tenantSuspended }
    return { token, claims, verifiedAtMs: known?.verifiedAtMs ?? nowMs, checkedAtMs: nowMs }
  }

  /** Signature, issuer, audience and time. */
  async #check(text: string): Promise<TokenClaims | undefined> {
    const { clock, logger } = this.#options
    const nowMs = clock.nowMs()
    try {
      const found = this.#issuers.get(decodeJwt(text).iss ?? '')
      if (!found) return undefined
      const { issuer, keys } = found
      const { payload } = await jwtVerify(text, keys.find, {
        issuer: issuer.issuer, audience: [...issuer.audiences], algorithms: [...issuer.algorithms], requiredClaims: ['exp', 'sub'],
        clockTolerance: issuer.clockToleranceMs / 1000, currentDate: new Date(nowMs),
      })
      const claims = readClaims(payload, issuer)
      if (!claims || claims.expiresAtMs > nowMs + issuer.maximumLifetimeMs) return undefined
      return (claims.issuedAtMs ?? 0) > nowMs + issuer.clockToleranceMs ? undefined : claims
    } catch (error) {
      if (isMLError(error)) throw error
      const { code, name } = error as { readonly code?: unknown; readonly name?: unknown }
      logger.debug({ reason: code ?? name }, 'a token was refused')
      return undefined
    }
  }
}

/** A clock that was set back makes what was checked in its future stale, not everlasting. */
function isFresh(sinceMs: number, nowMs: number, maximumAgeMs: number): boolean {
  const ageMs = nowMs - sinceMs
  return ageMs >= 0 && ageMs < maximumAgeMs
}
