import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PlatformError } from '@motadata/core'
import { syncFolder } from '../filesystem/durable-file.js'
import { DurableNodeFS } from './durable-node-fs.js'
import { readSeed, seedVersion } from './seed-snapshot.js'
import { unpackTar } from './unpack-tar.js'

/** Checkpoints are ours to make (see housekeeping), so the log needs no room for more than what lies between two. */
const logParameters = ['-c', 'max_wal_size=64MB', '-c', 'min_wal_size=32MB']

/**
 * PGlite turns fsync off (`-F`) and, for what is left, asks for `fdatasync`, which its platform does not have. Both are set so
 * that a commit is on the disk.
 */
const durableParameters = [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), '-c', 'wal_sync_method=fsync', ...logParameters]

/** A database in memory, from the snapshot. */
export async function openPGliteInMemory(): Promise<PGlite> {
  const seed = await readSeed()
  const startParams = [...PGlite.defaultStartParams, ...logParameters]
  return PGlite.create(seed ? { loadDataDir: new Blob([Buffer.from(seed)]), startParams } : { startParams })
}

/**
 * The database in a folder, made from the snapshot when there is none. The folder's lock must be held.
 *
 * @throws MLError `STORAGE_UNAVAILABLE` for a folder of another PostgreSQL version, or one that can't be opened
 */
export async function openPGliteFolder(folder: string): Promise<PGlite> {
  await removeUnfinished(folder)
  if (existsSync(join(folder, 'PG_VERSION'))) {
    await checkVersion(folder)
  } else {
    const seed = await readSeed()
    if (seed) await placeSeed(folder, seed)
  }
  try {
    return await PGlite.create({ fs: new DurableNodeFS(folder), startParams: durableParameters })
  } catch (cause) {
    throw new PlatformError(
      'STORAGE_UNAVAILABLE',
      `Expected to open the database in ${folder}, got an error. The cause says more; restore the folder from a backup if it is damaged.`,
      { cause },
    )
  }
}

/** The snapshot comes in whole: it is unpacked beside and then named, so that a start that dies leaves nothing half made. */
async function placeSeed(folder: string, seed: Uint8Array): Promise<void> {
  const beside = `${folder}.new-${randomBytes(6).toString('hex')}`
  await mkdir(beside, { recursive: true, mode: 0o700 })
  await unpackTar(seed, beside)
  await rename(beside, folder)
  await syncFolder(dirname(folder))
}

async function removeUnfinished(folder: string): Promise<void> {
  const parent = dirname(folder)
  const prefix = `${folder.slice(parent.length + 1)}.new-`
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function checkVersion(folder: string): Promise<void> {
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  if (version === seedVersion.postgresql) return
  throw new PlatformError(
    'STORAGE_UNAVAILABLE',
    `Expected a database of PostgreSQL ${seedVersion.postgresql} in ${folder}, got one of ${JSON.stringify(version.slice(0, 20))}. ` +
      'Open it with the version of this package that made it, or start with another folder.',
  )
}
