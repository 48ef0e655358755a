import type { Clock, ModelVersion, RegisteredModel, TenantId } from '@motadata/core'

/** What is known of one model: what its aliases mean, and the versions that were asked for. Versions never change; aliases do. */
export interface KnownModel {
  readonly readAtMs: number
  readonly model: RegisteredModel
  readonly versions: Map<number, ModelVersion>
}

const modelLimit = 10_000
const versionLimit = 100

/**
 * Remembers for a while what registered models are, so that a prediction asks no database. What is remembered is forgotten on a
 * change, and is too old after some seconds. Only models that exist are remembered, the least recently added leave first.
 */
export class ResolutionCache {
  readonly #clock: Clock
  readonly #maxAgeMs: number
  readonly #models = new Map<string, KnownModel>()
  /** How often each model was forgotten while it was being read; only models being read are here. */
  readonly #reading = new Map<string, { readers: number; changed: boolean }>()

  constructor(options: { readonly clock: Clock; readonly maxAgeMs: number }) {
    this.#clock = options.clock
    this.#maxAgeMs = options.maxAgeMs
  }

  find(tenantId: TenantId, name: string): KnownModel | undefined {
    const known = this.#models.get(keyOf(tenantId, name))
    if (known === undefined) return undefined
    const age = this.#clock.nowMs() - known.readAtMs
    return age >= 0 && age < this.#maxAgeMs ? known : undefined
  }

  /**
   * Reads a model and remembers it, unless it changed meanwhile: then what was read is given, but asked for again the next time.
   */
  async read(tenantId: TenantId, name: string, read: () => Promise<RegisteredModel>): Promise<KnownModel> {
    const key = keyOf(tenantId, name)
    const reading = this.#reading.get(key) ?? { readers: 0, changed: false }
    this.#reading.set(key, reading)
    reading.readers++
    const readAtMs = this.#clock.nowMs()
    try {
      const model = await read()
      const known: KnownModel = { readAtMs, model, versions: this.#models.get(key)?.versions ?? new Map() }
      if (!reading.changed) this.#remember(key, known)
      return known
    } finally {
      if (--reading.readers === 0 && this.#reading.get(key) === reading) this.#reading.delete(key)
    }
  }

  /** Keeps a version with its model. */
  rememberVersion(known: KnownModel, version: ModelVersion): void {
    if (known.versions.size >= versionLimit) known.versions.clear()
    known.versions.set(version.version, version)
  }

  forget(tenantId: TenantId, name: string): void {
    const key = keyOf(tenantId, name)
    this.#models.delete(key)
    const reading = this.#reading.get(key)
    if (!reading) return
    // Those who read now get what they read; who comes after them reads anew.
    reading.changed = true
    this.#reading.delete(key)
  }

  clear(): void {
    this.#models.clear()
  }

  #remember(key: string, known: KnownModel): void {
    this.#models.delete(key)
    for (const [oldest] of this.#models) {
      if (this.#models.size < modelLimit) break
      this.#models.delete(oldest)
    }
    this.#models.set(key, known)
  }
}

const keyOf = (tenantId: TenantId, name: string): string => `${tenantId}/${name}`
