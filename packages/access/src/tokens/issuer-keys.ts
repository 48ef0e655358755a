import type { Clock, Logger } from '@motadata/core'
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from 'jose'
import { fetchJson } from './fetch-json.js'
import type { CheckedIssuer } from './oidc-issuer.js'
import { issuerUnavailable } from './token-refusals.js'

type FindKey = ReturnType<typeof createLocalJWKSet>

/** Keys are asked for again after so long. */
const maximumAgeMs = 10 * 60_000
/** While the issuer gives none, those it gave last are believed for so long. */
const staleMaximumAgeMs = 24 * 3_600_000
/** Whatever tokens come, the issuer is asked no more often. */
const pauseMs = 10_000
const deadlineMs = 5_000
const maximumBytes = 256 * 1024

/**
 * The public keys of an issuer: fetched when the first token comes, again when they are old, and at once when a token names a key that is not
 * among them, though never sooner than ten seconds after the last time. While the issuer does not answer, the last keys stay good.
 */
export class IssuerKeys {
  readonly #issuer: CheckedIssuer
  readonly #clock: Clock
  readonly #logger: Logger
  #find: FindKey | undefined
  #fetchedAtMs = -Infinity
  #askedAtMs = -Infinity
  #asking: Promise<void> | undefined

  constructor(options: { readonly issuer: CheckedIssuer; readonly clock: Clock; readonly logger: Logger }) {
    this.#issuer = options.issuer
    this.#clock = options.clock
    this.#logger = options.logger
  }

  /**
   * The key that a token's header names; what `jwtVerify` asks for.
   *
   * @throws AccessError `ISSUER_UNAVAILABLE` while there are no keys at all; JOSEError for a key that the issuer has not
   */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<FindKey> => {
    if (this.#ageMs(this.#fetchedAtMs) >= maximumAgeMs) await this.#refresh()
    try {
      return await this.#known()(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#refresh())) throw error
      return this.#known()(header, token)
    }
  }

  #known(): FindKey {
    if (this.#find && this.#ageMs(this.#fetchedAtMs) < staleMaximumAgeMs) return this.#find
    throw issuerUnavailable(Math.max(1_000, pauseMs - this.#ageMs(this.#askedAtMs)))
  }

  /** @returns whether the issuer was asked; whether it answered is another matter */
  async #refresh(): Promise<boolean> {
    if (!this.#asking) {
      if (this.#ageMs(this.#askedAtMs) < pauseMs) return false
      this.#askedAtMs = this.#clock.nowMs()
      this.#asking = this.#ask().finally(() => (this.#asking = undefined))
    }
    await this.#asking
    return true
  }

  async #ask(): Promise<void> {
    const { issuer, jwksUrl, allowPrivateAddresses } = this.#issuer
    try {
      const keys = await fetchJson(jwksUrl, { deadlineMs, maximumBytes, allowPrivateAddresses })
      this.#find = createLocalJWKSet(keys as JSONWebKeySet)
      this.#fetchedAtMs = this.#clock.nowMs()
    } catch (error) {
      this.#logger.warn({ issuer, error }, 'the keys of an issuer of tokens could not be fetched')
    }
  }

  /** A clock that was set back makes things old, not everlasting. */
  #ageMs(sinceMs: number): number {
    const ageMs = this.#clock.nowMs() - sinceMs
    return ageMs < 0 ? Infinity : ageMs
  }
}
