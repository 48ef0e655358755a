import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { PlatformError } from '@motadata/core'

export const backupFormat = 'motadata-backup/1'
export const manifestName = 'manifest.json'
export const keyPart = 'keys/master-keys.json'

/** One file of a backup. */
export interface BackupPart {
  /** Within the backup, with `/`. */
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** The rows of one tenant in one table, a JSON object a line. */
export interface RowsPart extends BackupPart {
  readonly tenantId: string
  /** `schema.table` */
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
}

/** A model or a set of rows of one tenant; its sha256 is its name. */
export interface ArtifactPart extends BackupPart {
  readonly tenantId: string
}

/** What a backup says of itself; written last, so that a folder without one is no backup. */
export interface BackupManifest {
  readonly format: typeof backupFormat
  readonly createdAt: string
  readonly engine: string
  readonly version: string
  /** In the order to write them in. */
  readonly tables: readonly string[]
  readonly tenants: readonly string[]
  readonly rows: readonly RowsPart[]
  readonly artifacts: readonly ArtifactPart[]
  /** Absent where the keys are kept elsewhere, in the environment of the processes. */
  readonly keys?: BackupPart
  /** Of the current master key, by which another one is told from it and nothing else; absent in backups of releases that did not write it. */
  readonly masterKeyCheck?: string
}

/**
 * The manifest of a backup, after each of its parts was found whole.
 *
 * @param onProgress - Told the share of the bytes that were looked at.
 * @throws PlatformError `BACKUP_INVALID` naming the part that is missing or damaged
 */
export async function verifyBackup(folder: string, onProgress?: (share: number) => void): Promise<BackupManifest> {
  const manifest = await readManifest(folder)
  const parts = [...manifest.rows, ...manifest.artifacts, ...(manifest.keys ? [manifest.keys] : [])]
  const total = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let seen = 0
  for (const part of parts) {
    if (isAbsolute(part.path) || normalize(part.path).startsWith('..')) throw damaged(folder, `a part within it, got ${JSON.stringify(part.path)}`)
    const { sizeBytes, sha256 } = await hashFile(join(folder, part.path)).catch(() => {
      throw damaged(folder, `its part ${part.path}, got no such file`)
    })
    if (sizeBytes !== part.sizeBytes) throw damaged(folder, `${part.sizeBytes} bytes in ${part.path}, got ${sizeBytes}`)
    if (sha256 !== part.sha256) throw damaged(folder, `${part.path} as it was written, got other bytes`)
    seen += sizeBytes
    onProgress?.(total === 0 ? 1 : seen / total)
  }
  return manifest
}

async function readManifest(folder: string): Promise<BackupManifest> {
  let manifest: BackupManifest
  try {
    const { sha256, ...stated } = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as BackupManifest & { sha256?: string }
    if (sha256 !== hashManifest(stated)) throw damaged(folder, `${manifestName} as it was written, got another`)
    manifest = stated
  } catch (error) {
    if (error instanceof PlatformError) throw error
    throw damaged(folder, `a ${manifestName} in it, got none that can be read`)
  }
  if (manifest.format === backupFormat) return manifest
  throw damaged(folder, `the format ${backupFormat}, got ${JSON.stringify(manifest.format)}; restore it with the release that made it`)
}

/** The manifest as it is written, with its own hash. */
export function writeManifest(manifest: BackupManifest): string {
  return `${JSON.stringify({ ...manifest, sha256: hashManifest(manifest) }, null, 1)}\n`
}

/** Tells one backup from another. */
export const backupId = (manifest: BackupManifest): string => hashManifest(manifest)

const hashManifest = (manifest: BackupManifest): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex')

async function hashFile(path: string): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    sizeBytes += chunk.byteLength
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}

function damaged(folder: string, expected: string): PlatformError {
  return new PlatformError('BACKUP_INVALID', `Expected the backup ${folder} to have ${expected}. Take another backup; nothing was changed.`, { details: { folder } })
}
