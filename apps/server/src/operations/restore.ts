import { createReadStream, existsSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Access, platformTenantId } from '@motadata/access'
import { PlatformError, parseTenantId, platformContext, type Platform, type TenantId } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import type { BackupManifest, RowsPart } from './backup-format.js'
import { keyPart } from './backup-format.js'
import { migrate } from './migrate.js'
import { findTenantTables, type TenantTable } from './tenant-tables.js'

export interface RestoreOptions {
  readonly from: string
  /** As {@link verifyBackup} gave it. */
  readonly manifest: BackupManifest
  /** Told how many of the tenants' tables are there. */
  readonly onProgress?: (progress: { readonly part: number; readonly parts: number }) => void
}

const rowsAtOnce = 200

/**
 * Puts the backup's keys where the platform will look for them; to be called before it is opened for the first time.
 *
 * @throws PlatformError `RESTORE_REFUSED` where other keys are
 */
export async function restoreKeys(from: string, manifest: BackupManifest, keyPath: string): Promise<void> {
  if (!manifest.keys) return
  const restored = join(from, keyPart)
  if (existsSync(keyPath)) {
    if ((await readFile(keyPath)).equals(await readFile(restored))) return
    throw refused(`Expected no master keys at ${keyPath}, or those of the backup, got others. Restore into another DATA_FOLDER.`)
  }
  await mkdir(dirname(keyPath), { recursive: true, mode: 0o700 })
  await copyFile(restored, keyPath)
}

/**
 * Writes a backup into an empty platform. Nobody is let in before all of it is there, since API keys come last. One that was cut off
 * is begun anew in an empty platform. Jobs that waited or ran wait again.
 *
 * @throws PlatformError `RESTORE_REFUSED` where there are tenants already, or the backup has columns that this release does not know
 */
export async function restore(platform: Platform, { from, manifest, onProgress }: RestoreOptions): Promise<void> {
  await migrate(platform)
  await expectEmpty(platform)
  const tables = await findTenantTables(platform.database)
  const known = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]))
  for (const part of manifest.rows) checkKnown(known.get(part.table), part)
  for (const { tenantId, sha256, path } of manifest.artifacts) {
    const tenant = parseTenantId(tenantId)
    if (!(await platform.artifacts.has(tenant, sha256))) await platform.artifacts.put(tenant, await readFile(join(from, path)))
  }
  const inOrder = tables.flatMap((table) => manifest.rows.filter((part) => part.table === `${table.schema}.${table.name}`).map((part) => ({ table, part })))
  for (const [index, { table, part }] of inOrder.entries()) {
    await writeRows(platform, from, table, part)
    onProgress?.({ part: index + 1, parts: inOrder.length })
  }
  for (const tenantId of manifest.tenants) await platform.jobs.resume(platformContext(parseTenantId(tenantId), 'restore'))
}

async function expectEmpty(platform: Platform): Promise<void> {
  const access = await Access.open(platform)
  const context = platformContext(platformTenantId, 'restore')
  const { tenants } = await access.tenants.list(context)
  const others = tenants.filter(({ id }) => id !== platformTenantId)
  if (others.length === 0) return
  throw refused(`Expected a platform without tenants to restore into, got one with ${others[0]!.id}${others.length > 1 ? ' and others' : ''}. Restore into an empty database and DATA_FOLDER.`)
}

function checkKnown(table: TenantTable | undefined, part: RowsPart): asserts table {
  const unknown = table ? part.columns.filter((column) => !table.columns.includes(column)) : [part.table]
  if (unknown.length === 0) return
  throw refused(`Expected a backup of this release or an older one, got one with ${part.table} (${unknown.join(', ')}), which this release does not know. Use the release that made it.`)
}

async function writeRows(platform: Platform, from: string, table: TenantTable, part: RowsPart): Promise<void> {
  const tenantId = parseTenantId(part.tenantId)
  const write = async (transaction: Transaction<unknown>): Promise<void> => {
    if (table.numbersItself && (await hasRows(transaction, table, tenantId))) return
    // made just before it is read: what it emits before that is lost
    const lines = createInterface({ input: createReadStream(join(from, part.path), 'utf8'), crlfDelay: Infinity })
    let batch: string[] = []
    for await (const line of lines) {
      batch.push(line)
      if (batch.length < rowsAtOnce) continue
      await insert(transaction, table, part.columns, batch)
      batch = []
    }
    if (batch.length > 0) await insert(transaction, table, part.columns, batch)
  }
  await (table.tenantAdds ? platform.database.withTenant(tenantId, write) : platform.database.asSystem(write))
}

/** Rows that get new numbers would be there twice after a second run. */
async function hasRows(transaction: Transaction<unknown>, { schema, name }: TenantTable, tenantId: TenantId): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(`${schema}.${name}`)} where tenant_id = ${tenantId} limit 1`.execute(transaction)
  return rows.length > 0
}

async function insert(transaction: Transaction<unknown>, { schema, name }: TenantTable, columns: readonly string[], lines: readonly string[]): Promise<void> {
  const table = sql.table(`${schema}.${name}`)
  const listed = sql.join(columns.map((column) => sql.ref(column)))
  await sql`insert into ${table} (${listed}) select ${listed} from json_populate_recordset(null::${table}, ${`[${lines.join(',')}]`}::json) on conflict do nothing`.execute(transaction)
}

const refused = (message: string): PlatformError => new PlatformError('RESTORE_REFUSED', message)
