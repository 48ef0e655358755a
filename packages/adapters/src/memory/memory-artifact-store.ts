import { type ArtifactReference, type ArtifactStore, type Clock, type TenantId, sha256, tenantKey } from '@motadata/core'
import { artifactNotFound } from '../artifacts/artifact-not-found.js'

/** Artifacts in this process's memory, for tests and trials; they are gone when it ends. */
export class MemoryArtifactStore implements ArtifactStore {
  readonly #clock: Clock
  readonly #artifacts = new Map<string, { readonly bytes: Uint8Array; modifiedAtMs: number }>()

  constructor(options: { readonly clock: Clock }) {
    this.#clock = options.clock
  }

  put(tenantId: TenantId, bytes: Uint8Array): Promise<ArtifactReference> {
    const hash = sha256(bytes)
    this.#artifacts.set(keyOf(tenantId, hash), { bytes: Uint8Array.from(bytes), modifiedAtMs: this.#clock.nowMs() })
    return Promise.resolve({ sha256: hash, sizeBytes: bytes.byteLength })
  }

  async get(tenantId: TenantId, hash: string): Promise<Uint8Array> {
    const artifact = hash === '' ? undefined : this.#artifacts.get(keyOf(tenantId, hash))
    if (!artifact) throw artifactNotFound(hash)
    return Promise.resolve(Uint8Array.from(artifact.bytes))
  }

  has(tenantId: TenantId, hash: string): Promise<boolean> {
    return Promise.resolve(hash !== '' && this.#artifacts.has(keyOf(tenantId, hash)))
  }

  delete(tenantId: TenantId, hash: string): Promise<void> {
    if (hash !== '') this.#artifacts.delete(keyOf(tenantId, hash))
    return Promise.resolve()
  }

  deleteIfOlder(tenantId: TenantId, hash: string, beforeMs: number): Promise<boolean> {
    const artifact = hash === '' ? undefined : this.#artifacts.get(keyOf(tenantId, hash))
    return Promise.resolve(artifact !== undefined && artifact.modifiedAtMs < beforeMs && this.#artifacts.delete(keyOf(tenantId, hash)))
  }

  async *list(tenantId: TenantId): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }> {
    const prefix = `${tenantKey(tenantId, 'artifacts')}/`
    for (const [key, { bytes, modifiedAtMs }] of [...this.#artifacts]) {
      if (key.startsWith(prefix)) yield await Promise.resolve({ sha256: key.slice(prefix.length), sizeBytes: bytes.byteLength, modifiedAtMs })
    }
  }
}

function keyOf(tenantId: TenantId, hash: string): string {
  return tenantKey(tenantId, 'artifacts', hash)
}
