import { readFile, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArtifactReference, type ArtifactStore, type Clock, type TenantId, sha256, tenantKey } from '@motadata/core'
import { checkArtifact, isArtifactHash } from '../artifacts/artifact-hash.js'
import { artifactNotFound } from '../artifacts/artifact-not-found.js'
import { errorCode, makeFolderDurably, syncFolder, writeDurably } from './durable-file.js'

const abandonedAfterMs = 86_400_000

export interface FileArtifactStoreOptions {
  /** Everything is kept under it. */
  readonly folder: string
  readonly clock: Clock
}

/**
 * Artifacts as files named by their hash, `t/<tenant>/artifacts/<2 digits>/<64 digits>`.
 *
 * Putting bytes that are there already marks them as new again, so that a sweep of old unreferenced artifacts spares them, and
 * heals a file that was damaged.
 */
export class FileArtifactStore implements ArtifactStore {
  readonly #folder: string
  readonly #temporaryFolder: string
  readonly #clock: Clock

  constructor(options: FileArtifactStoreOptions) {
    this.#folder = options.folder
    this.#temporaryFolder = join(options.folder, 'tmp')
    this.#clock = options.clock
  }

  /** Makes the folder, and removes what writers that died have left in it more than a day ago. */
  async open(): Promise<void> {
    await makeFolderDurably(this.#temporaryFolder)
    for (const name of await readdir(this.#temporaryFolder)) {
      const path = join(this.#temporaryFolder, name)
      const status = await stat(path).catch(() => undefined)
      if (status && status.mtimeMs < this.#clock.nowMs() - abandonedAfterMs) await rm(path, { force: true })
    }
  }

  async put(tenantId: TenantId, bytes: Uint8Array): Promise<ArtifactReference> {
    const hash = sha256(bytes)
    const reference = { sha256: hash, sizeBytes: bytes.byteLength }
    const path = this.#pathOf(tenantId, hash)
    if (await this.#refresh(path, hash)) return reference
    await makeFolderDurably(join(path, '..'))
    await writeDurably(path, bytes, { temporaryFolder: this.#temporaryFolder })
    return reference
  }

  async get(tenantId: TenantId, hash: string): Promise<Uint8Array> {
    if (!isArtifactHash(hash)) throw artifactNotFound(hash)
    const bytes = await readIfThere(this.#pathOf(tenantId, hash))
    if (!bytes) throw artifactNotFound(hash)
    return checkArtifact(bytes, hash)
  }

  async has(tenantId: TenantId, hash: string): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    return (await statIfThere(this.#pathOf(tenantId, hash))) !== undefined
  }

  async delete(tenantId: TenantId, hash: string): Promise<void> {
    if (!isArtifactHash(hash)) return
    const path = this.#pathOf(tenantId, hash)
    if (!(await statIfThere(path))) return
    await rm(path, { force: true })
    await syncFolder(join(path, '..'))
  }

  async *list(tenantId: TenantId): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }> {
    const root = this.#path(tenantKey(tenantId, 'artifacts'))
    for (const shard of await namesIn(root)) {
      for (const name of await namesIn(join(root, shard))) {
        const status = isArtifactHash(name) ? await statIfThere(join(root, shard, name)) : undefined
        if (status) yield { sha256: name, sizeBytes: status.size, modifiedAtMs: status.mtimeMs }
      }
    }
  }

  /** Whether the file is there and whole; its time is then set to now. */
  async #refresh(path: string, hash: string): Promise<boolean> {
    const present = await readIfThere(path)
    if (!present || sha256(present) !== hash) return false
    const now = new Date(this.#clock.nowMs())
    try {
      await utimes(path, now, now)
      return true
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    }
  }

  #pathOf(tenantId: TenantId, hash: string): string {
    return this.#path(tenantKey(tenantId, 'artifacts', hash.slice(0, 2), hash))
  }

  #path(key: string): string {
    return join(this.#folder, ...key.split('/'))
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  const buffer = await readFile(path).catch(unlessMissing)
  return buffer && new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

async function statIfThere(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  return stat(path).catch(unlessMissing)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(unlessMissing)) ?? []
}

function unlessMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined
  throw error
}
