import type { TenantId } from '../domain/tenant.js'

export interface ArtifactReference {
  /** Of the bytes, in hexadecimal; the artifact's name. */
  readonly sha256: string
  readonly sizeBytes: number
}

/** Bytes by their hash, a folder per tenant. What is put is there whole or not at all, and what is read has the hash asked for. */
export interface ArtifactStore {
  /** Durable when it resolves. Putting the same bytes again is cheap and changes nothing. */
  put(tenantId: TenantId, bytes: Uint8Array): Promise<ArtifactReference>
  /** Throws MLError `ARTIFACT_NOT_FOUND`, or `ARTIFACT_CORRUPT` when the bytes no longer have the hash. */
  get(tenantId: TenantId, sha256: string): Promise<Uint8Array>
  has(tenantId: TenantId, sha256: string): Promise<boolean>
  /** Resolves also when there is none. */
  delete(tenantId: TenantId, sha256: string): Promise<void>
  /**
   * Deletes an artifact that was last put before a time, for a sweep of what nobody needs: one that was put again since then stays. Killed
   * in the middle, it leaves the artifact whole or none.
   *
   * @param beforeMs - Epoch milliseconds.
   * @returns whether there was such a one
   */
  deleteIfOlder(tenantId: TenantId, sha256: string, beforeMs: number): Promise<boolean>
  /** In any order; what is put or deleted meanwhile may be there or not. */
  list(tenantId: TenantId): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }>
}
