import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlatformError } from '@motadata/core'

/**
 * Writes a file that is there whole or not at all, and stays through a loss of power: a temporary file, its sync, the name, the
 * folder's sync.
 *
 * @param options.temporaryFolder - On the same file system; default the file's own folder.
 * @param options.exclusive - Fails with `EEXIST` when there is a file of that name already, instead of replacing it.
 * @param options.mode - Default 0o600.
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  options: { readonly temporaryFolder?: string; readonly exclusive?: boolean; readonly mode?: number } = {},
): Promise<void> {
  const temporary = join(options.temporaryFolder ?? dirname(path), `${randomBytes(12).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', options.mode ?? 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await (options.exclusive ? link(temporary, path) : rename(temporary, path))
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dirname(path))
}

/**
 * Makes a folder and those above it, each of them durable.
 *
 * One at a time, since Node's recursive `mkdir` never ends where a file system says of an existing parent that it does not exist (`/proc`).
 *
 * @throws MLError `STORAGE_UNAVAILABLE` where no folder can be made
 */
export async function makeFolderDurably(path: string): Promise<void> {
  const missing: string[] = []
  for (let folder = path; !(await isFolder(folder)); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) {
    try {
      await mkdir(folder, { mode: 0o700 })
    } catch (error) {
      // another process may have made it meanwhile
      if (errorCode(error) === 'EEXIST' && (await isFolder(folder))) continue
      throw new PlatformError(
        'STORAGE_UNAVAILABLE',
        `Expected a folder that can be made at ${folder}, got ${errorCode(error) ?? 'an error'}. Choose another place.`,
        { details: { folder }, cause: error },
      )
    }
    await syncFolder(dirname(folder))
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

/** Makes names in a folder durable. File systems that can't sync a folder need none. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(errorCode(error) ?? '')) throw error
  }
}

/** The system's code of a failed call, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
