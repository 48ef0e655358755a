import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArtifactReference, type ArtifactStore, type Clock, type TenantId, sha256, tenantKey } from '@motadata/core'
import { checkArtifact, isArtifactHash } from '../artifacts/artifact-hash.js'
import { artifactNotFound } from '../artifacts/artifact-not-found.js'
import { errorCode, makeFolderDurably, syncFolder, writeDurably } from './durable-file.js'
import { asFileError } from './file-error.js'
import { deleteFileIfOlder, filesAside, nameOfSwept, readEvenAside } from './swept-file.js'

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
    const path = this.#pathOf(tenantId, hash)
    return onFiles(async () => {
      if (!(await this.#refresh(path, hash))) {
        await makeFolderDurably(join(path, '..'))
        await writeDurably(path, bytes, { temporaryFolder: this.#temporaryFolder })
      }
      return { sha256: hash, sizeBytes: bytes.byteLength }
    })
  }

  async get(tenantId: TenantId, hash: string): Promise<Uint8Array> {
    if (!isArtifactHash(hash)) throw artifactNotFound(hash)
    const bytes = await onFiles(() => readEvenAside(this.#pathOf(tenantId, hash)))
    if (!bytes) throw artifactNotFound(hash)
    return checkArtifact(bytes, hash)
  }

  async has(tenantId: TenantId, hash: string): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    const path = this.#pathOf(tenantId, hash)
    return onFiles(async () => (await statIfThere(path)) !== undefined || (await filesAside(path)).length > 0 || (await statIfThere(path)) !== undefined)
  }

  async delete(tenantId: TenantId, hash: string): Promise<void> {
    if (!isArtifactHash(hash)) return
    const path = this.#pathOf(tenantId, hash)
    await onFiles(async () => {
      const there = [...((await statIfThere(path)) ? [path] : []), ...(await filesAside(path))]
      for (const file of there) await rm(file, { force: true })
      if (there.length > 0) await syncFolder(join(path, '..'))
    })
  }

  async deleteIfOlder(tenantId: TenantId, hash: string, beforeMs: number): Promise<boolean> {
    if (!isArtifactHash(hash)) return false
    return onFiles(() => deleteFileIfOlder(this.#pathOf(tenantId, hash), beforeMs))
  }

  async *list(tenantId: TenantId): AsyncIterable<ArtifactReference & { readonly modifiedAtMs: number }> {
    const root = this.#path(tenantKey(tenantId, 'artifacts'))
    for (const shard of await namesIn(root)) {
      const listed = new Set<string>()
      // sorted, so that a file comes before what was taken aside of it
      for (const name of (await namesIn(join(root, shard))).sort()) {
        const hash = nameOfSwept(name)
        if (!isArtifactHash(hash) || listed.has(hash)) continue
        const status = await onFiles(() => statIfThere(join(root, shard, name)))
        if (!status) continue
        listed.add(hash)
        yield { sha256: hash, sizeBytes: status.size, modifiedAtMs: status.mtimeMs }
      }
    }
  }

  /** Whether the file is there and whole; its time is then set to now, which a sweep that has it already looks at once more. */
  async #refresh(path: string, hash: string): Promise<boolean> {
    const present = await readEvenAside(path)
    if (!present || sha256(present) !== hash) return false
    const now = new Date(this.#clock.nowMs())
    try {
      await utimes(path, now, now)
      return (await statIfThere(path)) !== undefined
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

async function onFiles<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw asFileError(error)
  }
}

async function statIfThere(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  return stat(path).catch(unlessMissing)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await onFiles(() => readdir(folder).catch(unlessMissing))) ?? []
}

function unlessMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined
  throw error
}
