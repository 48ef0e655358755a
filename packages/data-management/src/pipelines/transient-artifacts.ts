import { type ArtifactReference, type ArtifactStore, PlatformError, sha256, type TenantId } from '@motadata/core'

/** Artifacts of one call, in memory, for rows that are not to be kept. */
export class TransientArtifacts implements ArtifactStore {
  readonly #bytes = new Map<string, Uint8Array>()

  put(_tenantId: TenantId, bytes: Uint8Array): Promise<ArtifactReference> {
    const hash = sha256(bytes)
    this.#bytes.set(hash, bytes)
    return Promise.resolve({ sha256: hash, sizeBytes: bytes.byteLength })
  }

  get(_tenantId: TenantId, hash: string): Promise<Uint8Array> {
    const bytes = this.#bytes.get(hash)
    if (bytes) return Promise.resolve(bytes)
    return Promise.reject(new PlatformError('ARTIFACT_NOT_FOUND', 'Expected rows of this call, got the hash of none.'))
  }

  has(_tenantId: TenantId, hash: string): Promise<boolean> {
    return Promise.resolve(this.#bytes.has(hash))
  }

  delete(_tenantId: TenantId, hash: string): Promise<void> {
    this.#bytes.delete(hash)
    return Promise.resolve()
  }

  deleteIfOlder(): Promise<boolean> {
    return Promise.resolve(false)
  }

  async *list(): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }> {
    for (const [hash, bytes] of this.#bytes) yield await Promise.resolve({ sha256: hash, sizeBytes: bytes.byteLength, modifiedAtMs: 0 })
  }
}
