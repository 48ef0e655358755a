/** Bytes kept for a while and lost without harm. Keys come from `tenantKey`. */
export interface Cache {
  get(key: string): Promise<Uint8Array | undefined>
  set(key: string, value: Uint8Array, options: { readonly ttlMs: number }): Promise<void>
  delete(key: string): Promise<void>
  /**
   * What is held now under keys that begin so; what is set or deleted meanwhile may be there or not. Takes its time, for an erasure.
   *
   * Throws MLError `STORAGE_UNAVAILABLE`: unlike the others it does not take an outage for an empty cache.
   */
  entries(keyPrefix: string): AsyncIterable<{ readonly key: string; readonly bytes: Uint8Array }>
}
