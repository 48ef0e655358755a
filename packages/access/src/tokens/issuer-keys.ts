import type { AccessError, Clock, Logger } from '@motadata/core'
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose'
import { fetchIssuerKeys } from './fetch-issuer-keys.js'
import type { CheckedIssuer } from './oidc-issuer.js'
import { issuerUnavailable } from './token-refusals.js'

type FindKey = ReturnType<typeof createLocalJWKSet>

/** Keys are asked for again after so long. */
const maximumAgeMs = 10 * 60_000
/** While the issuer gives none, those it gave last are believed for so long. */
const staleMaximumAgeMs = 24 * 3_600_000
/** Whatever tokens come, the issuer is asked no more often. */
const pauseMs = 10_000

/**
 * The public keys of an issuer: fetched when the first token comes, again when they are old, and at once when a token names a key that is not
 * among them, though never sooner than ten seconds after the last time. While the issuer does not answer, the last keys stay good, and
 * whether a key that is not among them is one of its new ones can not be told.
 */
export class IssuerKeys {
  readonly #issuer: CheckedIssuer
  readonly #clock: Clock
  readonly #logger: Logger
  #find: FindKey | undefined
  #fetchedAtMs = -Infinity
  #askedAtMs = -Infinity
  #asking: Promise<void> | undefined
  /** Whether it did not answer when it was asked last. */
  #isSilent = false

  constructor(options: { readonly issuer: CheckedIssuer; readonly clock: Clock; readonly logger: Logger }) {
    this.#issuer = options.issuer
    this.#clock = options.clock
    this.#logger = options.logger
  }

  /**
   * The key that a token's header names; what `jwtVerify` asks for.
   *
   * @throws AccessError `ISSUER_UNAVAILABLE` while there are no keys at all, or none of this name and the issuer does not say whether there is
   *   one now; JOSEError for a key that the issuer has not
   */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<FindKey> => {
    if (this.#ageMs(this.#fetchedAtMs) >= maximumAgeMs) await this.#refresh()
    try {
      return await this.#known()(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const isAsked = await this.#refresh()
      if (this.#isSilent) throw this.#unavailable()
      if (!isAsked) throw error
      return this.#known()(header, token)
    }
  }

  #known(): FindKey {
    if (this.#find && this.#ageMs(this.#fetchedAtMs) < staleMaximumAgeMs) return this.#find
    throw this.#unavailable()
  }

  #unavailable(): AccessError {
    return issuerUnavailable(Math.max(1_000, pauseMs - this.#ageMs(this.#askedAtMs)))
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
    try {
      this.#find = createLocalJWKSet(await fetchIssuerKeys(this.#issuer))
      this.#fetchedAtMs = this.#clock.nowMs()
      this.#isSilent = false
    } catch (error) {
      this.#isSilent = true
      this.#logger.warn({ issuer: this.#issuer.issuer, error }, 'the keys of an issuer of tokens could not be fetched')
    }
  }

  /** A clock that was set back makes things old, not everlasting. */
  #ageMs(sinceMs: number): number {
    const ageMs = this.#clock.nowMs() - sinceMs
    return ageMs < 0 ? Infinity : ageMs
  }
}
