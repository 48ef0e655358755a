import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Access, platformTenantId } from '@motadata/access'
import { beginRestore, endRestore, isRestoreUnderWay, masterKeyCheck, parseMasterKeys } from '@motadata/adapters'
import { PlatformError, parseTenantId, platformContext, type Platform, type TenantId } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import { backupId, type BackupManifest, keyPart, type RowsPart } from './backup-format.js'
import { migrate } from './migrate.js'
import { findTenantTables, type TenantTable } from './tenant-tables.js'

export interface RestoreOptions {
  readonly from: string
  /** As {@link verifyBackup} gave it. */
  readonly manifest: BackupManifest
  /** Where the master keys are to lie, if in a file. */
  readonly keyPath?: string
  /** Told how many of the tenants' tables are there. */
  readonly onProgress?: (progress: { readonly part: number; readonly parts: number }) => void
}

const rowsAtOnce = 200

/**
 * The master keys to open the platform with: those of the backup, or those of the environment, which must be the same. To be called before
 * anything is written.
 *
 * @param place - Where the keys lie in a file, or what the environment gives.
 * @throws PlatformError `RESTORE_REFUSED` for other keys than the backup's
 */
export async function chooseMasterKeys(
  from: string, manifest: BackupManifest, place: { readonly keyPath?: string; readonly masterKeys?: readonly Uint8Array[] },
): Promise<readonly Uint8Array[] | undefined> {
  const { keyPath, masterKeys } = place
  if (masterKeys) {
    const check = manifest.masterKeyCheck
    if (check === undefined || masterKeys.map(masterKeyCheck).includes(check)) return masterKeys
    throw refused('Expected the master keys that the backup was taken with, got others in the environment. Nothing was written. Give the same keys; with others its predictions could not be traced.')
  }
  const own = manifest.keys ? await readFile(join(from, keyPart), 'utf8') : undefined
  if (keyPath !== undefined && existsSync(keyPath)) {
    const there = parseMasterKeys(await readFile(keyPath, 'utf8'))
    const check = manifest.masterKeyCheck
    const isSame = check === undefined ? own === undefined || (await readFile(keyPath, 'utf8')) === own : there.map(masterKeyCheck).includes(check)
    if (isSame) return there
    throw refused(`Expected no master keys at ${keyPath}, or those of the backup, got others. Nothing was written. Restore into another DATA_FOLDER.`)
  }
  if (own !== undefined) return parseMasterKeys(own)
  if (manifest.masterKeyCheck === undefined) return undefined
  throw refused('Expected the master keys that the backup was taken with, which were in the environment and are not in it, got none. Nothing was written. Set MASTER_KEYS to the same.')
}

/** Puts the backup's keys where the platform will look for them, unless they are there. */
async function placeKeys(from: string, manifest: BackupManifest, keyPath: string): Promise<void> {
  if (!manifest.keys || existsSync(keyPath)) return
  await mkdir(dirname(keyPath), { recursive: true, mode: 0o700 })
  const beside = `${keyPath}.restored`
  await writeFile(beside, await readFile(join(from, keyPart)), { mode: 0o600, flush: true })
  await rename(beside, keyPath)
}

/**
 * Writes a backup into an empty platform, or goes on with one that was cut off, in whatever phase. Before anything else the platform is marked,
 * so that nothing but a restore opens it until all is there. Jobs that waited or ran wait again.
 *
 * @param platform - Opened with `forRestore`.
 * @throws PlatformError `RESTORE_REFUSED` where there are tenants already, or the backup has columns that this release does not know
 */
export async function restore(platform: Platform, { from, manifest, keyPath, onProgress }: RestoreOptions): Promise<void> {
  await migrate(platform)
  const tables = await findTenantTables(platform.database)
  const known = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]))
  for (const part of manifest.rows) checkKnown(known.get(part.table), part)
  const id = backupId(manifest)
  if (!(await isRestoreUnderWay(platform.database, id))) await expectEmpty(platform)
  await beginRestore(platform.database, id)
  if (keyPath !== undefined) await placeKeys(from, manifest, keyPath)
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
  await endRestore(platform.database, id)
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
    // one restore at a time, lest two of them number the same rows
    await sql`select pg_advisory_xact_lock(hashtext('motadata.restore'))`.execute(transaction)
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

async function insert(transaction: Transaction<unknown>, { schema, name, neededJson }: TenantTable, columns: readonly string[], lines: readonly string[]): Promise<void> {
  const table = sql.table(`${schema}.${name}`)
  const listed = sql.join(columns.map((column) => sql.ref(column)))
  const values = sql.join(columns.map((column) => (neededJson.includes(column) ? sql`coalesce(${sql.ref(column)}, 'null')` : sql.ref(column))))
  await sql`insert into ${table} (${listed}) select ${values} from json_populate_recordset(null::${table}, ${`[${lines.join(',')}]`}::json) on conflict do nothing`.execute(transaction)
}

const refused = (message: string): PlatformError => new PlatformError('RESTORE_REFUSED', message)
