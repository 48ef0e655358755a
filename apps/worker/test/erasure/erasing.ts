import { gunzipSync } from 'node:zlib'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { parseTenantId, platformContext, type Platform, type RequestContext } from '@motadata/core'
import { DataManager, Erasures, FeatureStore, Redactor } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import { sql, type Transaction } from 'kysely'
import { configuredErasables } from '../../src/erasure/configured-erasables.js'

export const acme = platformContext(parseTenantId('acme'), 'test')
export const globex = platformContext(parseTenantId('globex'), 'test')

/** Everything of a platform that an erasure asks. */
export async function openErasing(platform: Platform) {
  const access = await Access.open(platform)
  const system = await MLSystem.open(platform)
  const datasets = await DataManager.open(platform)
  const features = await FeatureStore.open(platform, { datasets })
  const redactor = await Redactor.open(platform)
  const erasures = await Erasures.open(platform)
  const owners = configuredErasables({ platform, access, system, datasets, features, redactor })
  return { platform, access, system, datasets, redactor, erasures, owners, close: async () => (access.close(), await platform.close(), await system.close()) }
}

export type Erasing = Awaited<ReturnType<typeof openErasing>>

/** Tickets, every fifth of which names somebody. */
export function ticketsOf(count: number, marks: readonly string[]): Record<string, string | number>[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `INC${at}`, hours: at % 40, caller: at % 5 === 0 ? marks[1]! : `Caller ${at % 7}`,
    text: at % 5 === 0 ? `Ticket ${at}: ${marks[at % 2]!.toUpperCase()} can not print, please answer` : `Ticket ${at}: the printer of hall ${at % 9} is out of toner`,
  }))
}

/** Where a tenant's rows, artifacts (unpacked), online values, caches and jobs hold any of the texts; by our own reading, not the product's. */
export async function placesOf(platform: Platform, context: RequestContext, marks: readonly string[]): Promise<string[]> {
  const places: string[] = []
  const look = (place: string, text: string): void => {
    if (marks.some((mark) => text.toLowerCase().includes(mark.toLowerCase()))) places.push(place)
  }
  const tables = await platform.database.withTenant(context.tenantId, (transaction: Transaction<unknown>) =>
    sql<{ name: string }>`select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relforcerowsecurity and c.relkind = 'r'`.execute(transaction))
  for (const { name } of tables.rows) {
    const { rows } = await platform.database.withTenant(context.tenantId, (transaction: Transaction<unknown>) => sql<{ row: string }>`select to_json(t)::text as row from ${sql.table(name)} t`.execute(transaction))
    for (const { row } of rows) look(`table ${name}`, row)
  }
  for await (const { sha256 } of platform.artifacts.list(context.tenantId)) look(`artifact ${sha256}`, await textOfArtifact(await platform.artifacts.get(context.tenantId, sha256)))
  for await (const { key, bytes } of platform.onlineStore.entries(context.tenantId)) look('online store', `${key} ${Buffer.from(bytes).toString()}`)
  for await (const { key, bytes } of platform.cache.entries('')) look('cache', key.includes(context.tenantId) ? `${decodeURIComponent(key)} ${Buffer.from(bytes).toString()}` : '')
  for await (const job of platform.jobs.contents(context)) look(`job ${job.id}`, JSON.stringify(job))
  return places
}

async function textOfArtifact(bytes: Uint8Array): Promise<string> {
  const raw = Buffer.from(bytes)
  if (raw.subarray(0, 4).toString('latin1') !== 'PAR1') return raw.toString() + (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString() : '')
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const folder = await mkdtemp(join(tmpdir(), 'erasing-'))
  try {
    const path = join(folder, 'a.parquet')
    await writeFile(path, bytes)
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const result = await connection.runAndReadAll(`select t::varchar from read_parquet('${path}') t`)
    return raw.toString() + result.getRows().flat().join('\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}
