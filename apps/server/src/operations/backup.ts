import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isMLError, PlatformError, parseTenantId, type Platform, type SnapshotView, type TenantId } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { version } from '../version.js'
import { type ArtifactPart, backupFormat, type BackupManifest, type BackupPart, keyPart, manifestName, type RowsPart, writeManifest } from './backup-format.js'
import { migrate } from './migrate.js'
import { findTenantTables, type TenantTable } from './tenant-tables.js'

export interface BackupOptions {
  /** A folder that does not exist yet. */
  readonly to: string
  /** The file with the master keys, where they are in a file. */
  readonly keyPath?: string
  /** Told what was copied: each tenant, as it is done. */
  readonly onProgress?: (progress: { readonly tenantId: string; readonly tenant: number; readonly tenants: number }) => void
}

const rowsAtOnce = 500

/**
 * Copies all tenants' rows, artifacts and the key ring into a folder, which is there whole or not at all. On PostgreSQL servers and workers may go on.
 *
 * The rows of all tenants and tables are of one moment, one snapshot of the database. Artifacts are copied after it: what its rows refer to
 * was there before them, and a sweep spares it for longer than a backup takes. Memory stays flat.
 *
 * @throws PlatformError `BACKUP_INVALID` where the folder exists
 */
export async function backUp(platform: Platform, { to, keyPath, onProgress }: BackupOptions): Promise<BackupManifest> {
  if (existsSync(to)) throw new PlatformError('BACKUP_INVALID', `Expected a folder to make for the backup, got ${to}, which exists. Name another.`, { details: { folder: to } })
  const partial = `${to}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true, mode: 0o700 })
  await migrate(platform)
  const tables = await findTenantTables(platform.database)
  const { tenants, rows, masterKeyCheck } = await platform.database.snapshot((view) => copySnapshot(view, partial, tables))
  const artifacts: ArtifactPart[] = []
  for (const [index, tenantId] of tenants.entries()) {
    artifacts.push(...(await copyArtifacts(platform, partial, tenantId)))
    onProgress?.({ tenantId, tenant: index + 1, tenants: tenants.length })
  }
  const keys = keyPath !== undefined && existsSync(keyPath) ? await copyKeys(partial, keyPath) : undefined
  const manifest: BackupManifest = {
    format: backupFormat, createdAt: new Date(platform.clock.nowMs()).toISOString(), engine: platform.database.engine, version,
    tables: tables.map(fullName), tenants, rows, artifacts, ...(keys ? { keys } : {}), ...(masterKeyCheck === undefined ? {} : { masterKeyCheck }),
  }
  await writeFile(join(partial, manifestName), writeManifest(manifest), { mode: 0o600, flush: true })
  await rename(partial, to)
  return manifest
}

const fullName = ({ schema, name }: TenantTable): string => `${schema}.${name}`

interface Snapshot {
  readonly tenants: readonly TenantId[]
  readonly rows: readonly RowsPart[]
  readonly masterKeyCheck: string | undefined
}

async function copySnapshot(view: SnapshotView, folder: string, tables: readonly TenantTable[]): Promise<Snapshot> {
  const { tenants, masterKeyCheck } = await view.asSystem(async (transaction: Transaction<unknown>) => ({
    tenants: (await sql<{ tenant_id: string }>`select tenant_id from access.tenant order by tenant_id`.execute(transaction)).rows.map((row) => parseTenantId(row.tenant_id)),
    masterKeyCheck: (await sql<{ value: string }>`select value from core.setting where name = 'master-key-check'`.execute(transaction)).rows[0]?.value,
  }))
  const rows: RowsPart[] = []
  for (const tenantId of tenants) {
    await mkdir(join(folder, 'tenants', tenantId, 'artifacts'), { recursive: true, mode: 0o700 })
    await view.asTenant(tenantId, async (transaction: Transaction<unknown>) => {
      for (const table of tables) {
        const part = await copyTable(transaction, folder, tenantId, table)
        if (part) rows.push(part)
      }
    })
  }
  return { tenants, rows, masterKeyCheck }
}

async function copyArtifacts(platform: Platform, folder: string, tenantId: TenantId): Promise<readonly ArtifactPart[]> {
  const parts: ArtifactPart[] = []
  for await (const { sha256 } of platform.artifacts.list(tenantId)) {
    const bytes = await platform.artifacts.get(tenantId, sha256).catch((error: unknown) => {
      // swept since it was listed, so that no row of the snapshot needs it
      if (isMLError(error, 'ARTIFACT_NOT_FOUND')) return undefined
      throw error
    })
    if (!bytes) continue
    const path = `tenants/${tenantId}/artifacts/${sha256}`
    await writeFile(join(folder, path), bytes, { mode: 0o600, flush: true })
    parts.push({ path, tenantId, sha256, sizeBytes: bytes.byteLength })
  }
  return parts
}

async function copyTable(transaction: Transaction<unknown>, folder: string, tenantId: TenantId, table: TenantTable): Promise<RowsPart | undefined> {
  const path = `tenants/${tenantId}/${fullName(table)}.ndjson`
  const hash = createHash('sha256')
  const file = await open(join(folder, path), 'wx', 0o600)
  let rows = 0
  let sizeBytes = 0
  let last: readonly string[] | undefined
  try {
    for (;;) {
      const fetched = await rowsAfter(transaction, tenantId, table, last)
      if (fetched.length === 0) break
      last = fetched.at(-1)!.copied_key
      // a stored JSON document may hold line ends between its tokens, nowhere else
      const bytes = Buffer.from(fetched.map(({ copied_line: line }) => `${line.replace(/[\r\n]+/g, ' ')}\n`).join(''))
      hash.update(bytes)
      await file.writeFile(bytes)
      rows += fetched.length
      sizeBytes += bytes.byteLength
    }
    await file.sync()
  } finally {
    await file.close()
  }
  if (rows > 0) return { path, tenantId, table: fullName(table), columns: table.columns, rows, sizeBytes, sha256: hash.digest('hex') }
  await rm(join(folder, path))
  return undefined
}

/** Under names that no table has columns of. */
interface CopiedRow {
  readonly copied_line: string
  /** Values of the primary key, as text. */
  readonly copied_key: readonly string[]
}

/** Some rows in the order of their key, after a key. */
async function rowsAfter(transaction: Transaction<unknown>, tenantId: TenantId, table: TenantTable, last: readonly string[] | undefined): Promise<readonly CopiedRow[]> {
  const columns = sql.join(table.columns.map((column) => sql.ref(column)))
  const key = sql.join(table.key.map(({ column }) => sql.ref(column)))
  const keyTexts = sql.join(table.key.map(({ column }) => sql`${sql.ref(column)}::text`))
  const after = last ? sql`and (${key}) > (${sql.join(last.map((value, at) => sql`${value}::${sql.raw(table.key[at]!.type)}`))})` : sql``
  const { rows } = await sql<CopiedRow>`
    select row_to_json((select r from (select ${columns}) r))::text as copied_line, json_build_array(${keyTexts}) as copied_key
    from ${sql.table(fullName(table))} where tenant_id = ${tenantId} ${after} order by ${key} limit ${sql.lit(rowsAtOnce)}`.execute(transaction)
  return rows
}

async function copyKeys(folder: string, keyPath: string): Promise<BackupPart> {
  const bytes = await readFile(keyPath)
  await mkdir(dirname(join(folder, keyPart)), { recursive: true, mode: 0o700 })
  await writeFile(join(folder, keyPart), bytes, { mode: 0o600, flush: true })
  return { path: keyPart, sizeBytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') }
}
