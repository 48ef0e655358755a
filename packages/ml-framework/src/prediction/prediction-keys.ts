import type { Clock, KeyRing, SecretKey, TenantId } from '@motadata/core'

interface Held {
  readonly key: SecretKey
  readonly readAtMs: number
}

const maxAgeMs = 5_000
const tenantLimit = 10_000

/** Keys that prediction ids are made with, kept for some seconds: deriving one costs more than a prediction. */
export class PredictionKeys {
  readonly #keys: KeyRing
  readonly #clock: Clock
  readonly #held = new Map<TenantId, Held>()

  constructor(options: { readonly keys: KeyRing; readonly clock: Clock }) {
    this.#keys = options.keys
    this.#clock = options.clock
  }

  /** The tenant's key, if it was read a moment ago. */
  find(tenantId: TenantId): SecretKey | undefined {
    const held = this.#held.get(tenantId)
    if (held === undefined) return undefined
    const age = this.#clock.nowMs() - held.readAtMs
    return age >= 0 && age < maxAgeMs ? held.key : undefined
  }

  async read(tenantId: TenantId): Promise<SecretKey> {
    const readAtMs = this.#clock.nowMs()
    const key = await this.#keys.current(tenantId, 'prediction-id')
    this.#held.delete(tenantId)
    for (const [oldest] of this.#held) {
      if (this.#held.size < tenantLimit) break
      this.#held.delete(oldest)
    }
    this.#held.set(tenantId, { key, readAtMs })
    return key
  }
}
