/** Bytes kept for a while and lost without harm. Keys come from `tenantKey`. */
export interface Cache {
  get(key: string): Promise<Uint8Array | undefined>
  set(key: string, value: Uint8Array, options: { readonly ttlMs: number }): Promise<void>
  delete(key: string): Promise<void>
}
