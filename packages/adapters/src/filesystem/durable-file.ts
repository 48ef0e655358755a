import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

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

/** Makes a folder and those above it, each of them durable. */
export async function makeFolderDurably(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await syncFolder(dirname(folder))
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
