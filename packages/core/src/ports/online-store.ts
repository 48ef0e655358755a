import type { TenantId } from '../domain/tenant.js'

export interface OnlineValue {
  readonly bytes: Uint8Array
  /** When what the bytes tell of happened, in epoch milliseconds; a whole number. */
  readonly eventTimeMs: number
}

export interface OnlineWrite extends OnlineValue {
  /** The tenant's own name of it; any text that is not empty. */
  readonly key: string
}

export interface OnlineWriteOptions {
  readonly ttlMs: number
  readonly onTie?: 'keep' | 'replace'
}

/** The newest value of each key, for reading while a prediction waits. What arrives late never replaces what is newer. */
export interface OnlineStore {
  /** One answer for each key, in their order; undefined where there is none, its time to live is over, or the engine can't be reached. */
  getMany(tenantId: TenantId, keys: readonly string[]): Promise<readonly (OnlineValue | undefined)[]>
  /**
   * Keeps each value whose event is later than that of the value there; others change nothing, nor their time to live.
   *
   * @param options.onTie - Of two events of one time, whether the value there stays (default) or the one that comes replaces it, as a
   *   correction does.
   * @returns how many were kept
   * @throws MLError `INPUT_INVALID`, `STORAGE_UNAVAILABLE`
   */
  setMany(tenantId: TenantId, writes: readonly OnlineWrite[], options: OnlineWriteOptions): Promise<number>
  /** Resolves also for keys that are not there. Throws MLError `STORAGE_UNAVAILABLE`. */
  deleteMany(tenantId: TenantId, keys: readonly string[]): Promise<void>
  /**
   * All that the tenant has, in any order, also what is over but not cleared away yet; what is written meanwhile may be there or not. Takes its
   * time, for an erasure.
   *
   * Throws MLError `STORAGE_UNAVAILABLE`.
   */
  entries(tenantId: TenantId): AsyncIterable<OnlineWrite>
}
