import type { Clock, Logger, Principal, TenantId } from '@motadata/core'
import { LRUCache } from 'lru-cache'
import type { ApiKeyRepository } from '../storage/api-key-repository.js'
import type { ApiKeyRow } from '../storage/access-tables.js'
import { type KeyIdentity, keyTextMaximumLength, parseKeyText, sameDigest } from './key-text.js'
import { RecentDigests } from './recent-digests.js'

/** A key whose text is right, and what stands in its way if anything does. */
export interface VerifiedKey extends KeyIdentity {
  readonly principal: Principal
  /** Epoch milliseconds from which on this text is no longer accepted; Infinity when there is no end. */
  readonly expiresAtMs: number
  readonly revoked: boolean
  readonly tenantSuspended: boolean
}

export interface KeyVerifierOptions {
  readonly repository: ApiKeyRepository
  readonly clock: Clock
  readonly logger: Logger
  /** How long a verified key is believed without asking the database. */
  readonly maximumAgeMs: number
  /** Of keys remembered as good, and again of texts remembered as wrong. */
  readonly maximumEntries: number
}

interface Remembered {
  /** Undefined for a text that is no key. */
  readonly key: VerifiedKey | undefined
  readonly checkedAtMs: number
}

/** Texts that are no key are remembered for less: that is only there to spare the database a caller who tries one again and again. */
const wrongMaximumAgeMs = 1_000
const lastUsedResolutionMs = 60_000

/**
 * Tells whose key a text is, from memory where it was told lately.
 *
 * Memory is keyed by the SHA-256 of the text. A caller can't choose a digest, so how long a lookup takes tells nothing of a secret,
 * and no secret stays in memory to be dumped. Good and wrong texts are kept apart: a flood of wrong ones pushes out no good one.
 */
export class KeyVerifier {
  readonly #options: KeyVerifierOptions
  readonly #good: LRUCache<string, Remembered>
  readonly #wrong: LRUCache<string, Remembered>
  readonly #loading = new Map<string, Promise<VerifiedKey | undefined>>()
  readonly #digests = new RecentDigests()

  constructor(options: KeyVerifierOptions) {
    this.#options = options
    this.#good = new LRUCache({ max: options.maximumEntries })
    this.#wrong = new LRUCache({ max: options.maximumEntries })
  }

  /**
   * @returns Undefined for a text that is no key: malformed, unknown or with another secret, which look the same from outside. What
   * is remembered comes without a promise: it is asked for with every prediction, and the promise would cost as much as the rest.
   */
  verify(text: string): VerifiedKey | undefined | Promise<VerifiedKey | undefined> {
    if (text.length > keyTextMaximumLength) return undefined
    const nowMs = this.#options.clock.nowMs()
    const digest = this.#digests.of(text)
    const good = this.#good.get(digest)
    if (good && isFresh(good, nowMs, this.#options.maximumAgeMs)) return good.key
    const wrong = this.#wrong.get(digest)
    if (wrong && isFresh(wrong, nowMs, Math.min(wrongMaximumAgeMs, this.#options.maximumAgeMs))) return undefined
    const identity = parseKeyText(text)
    return identity && this.#load(identity, digest, nowMs)
  }

  /** The next request with this key, whatever its secret, asks the database. */
  forgetKey(tenantId: TenantId, keyId: string): void {
    this.#forget((key) => key.tenantId === tenantId && key.keyId === keyId)
  }

  /** The next request with any key of this tenant asks the database. */
  forgetTenant(tenantId: TenantId): void {
    this.#forget((key) => key.tenantId === tenantId)
  }

  /** Once per change that people make, over a bounded memory: an index by key would cost more than these scans. */
  #forget(concerns: (key: VerifiedKey) => boolean): void {
    for (const [digest, { key }] of this.#good.entries()) if (key && concerns(key)) this.#good.delete(digest)
    // What is being loaded now may have been read before the change: nobody joins it any more, and it is not remembered.
    this.#loading.clear()
  }

  #load(identity: KeyIdentity, digest: string, nowMs: number): Promise<VerifiedKey | undefined> {
    const joined = this.#loading.get(digest)
    if (joined) return joined
    const loading = this.#read(identity, digest, nowMs).then(
      (key) => {
        if (this.#loading.get(digest) === loading) {
          this.#loading.delete(digest)
          const memory = key ? this.#good : this.#wrong
          memory.set(digest, { key, checkedAtMs: nowMs })
        }
        return key
      },
      (error: unknown) => {
        if (this.#loading.get(digest) === loading) this.#loading.delete(digest)
        throw error
      },
    )
    this.#loading.set(digest, loading)
    return loading
  }

  async #read({ tenantId, keyId }: KeyIdentity, digest: string, nowMs: number): Promise<VerifiedKey | undefined> {
    const found = await this.#options.repository.findWithTenant(tenantId, keyId)
    if (!found) return undefined
    const { key, tenantSuspended } = found
    const expiresAtMs = acceptedUntilMs(key, digest)
    if (expiresAtMs === undefined) return undefined
    const revoked = key.revoked_at !== null
    if (!revoked && !tenantSuspended && nowMs < expiresAtMs) await this.#noteUse(key, nowMs)
    const principal: Principal = Object.freeze({ kind: 'api-key', id: keyId, role: key.role })
    return { tenantId, keyId, principal, expiresAtMs, revoked, tenantSuspended }
  }

  async #noteUse(key: ApiKeyRow, nowMs: number): Promise<void> {
    if (key.last_used_at && nowMs - key.last_used_at.getTime() < lastUsedResolutionMs) return
    try {
      await this.#options.repository.setLastUsed(key.tenant_id, key.id, new Date(nowMs))
    } catch (error) {
      // A request must not fail because a note about it did.
      this.#options.logger.warn({ tenantId: key.tenant_id, keyId: key.id, error }, 'the last use of an API key could not be written down')
    }
  }
}

/** A clock that was set back makes what was checked in its future stale, not everlasting. */
function isFresh(entry: Remembered, nowMs: number, maximumAgeMs: number): boolean {
  const ageMs = nowMs - entry.checkedAtMs
  return ageMs >= 0 && ageMs < maximumAgeMs
}

/** Until when the text of this digest is accepted; undefined when it is not the key's. Both secrets are always compared. */
function acceptedUntilMs(key: ApiKeyRow, digest: string): number | undefined {
  const isCurrent = sameDigest(digest, key.secret_hash)
  const isPrevious = sameDigest(digest, key.previous_secret_hash ?? '')
  if (isCurrent) return key.expires_at?.getTime() ?? Infinity
  return isPrevious ? key.previous_secret_expires_at?.getTime() : undefined
}
