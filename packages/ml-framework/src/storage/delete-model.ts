import { type ArtifactStore, type Database, isMLError, type RequestContext, type TenantId } from '@motadata/core'
import type { Transaction } from 'kysely'
import { modelNotArchived, modelNotFound } from './registry-errors.js'
import type { RegistryTables } from './registry-tables.js'

const tables = ['model_card', 'model_alias', 'model_alias_event', 'model_version', 'registered_model'] as const

/**
 * Deletes an archived model: its rows in one transaction, then those of its artifacts that no other version is made of. Were the process
 * to die between the two, only bytes that nobody names would be left.
 *
 * @throws MLError `MODEL_NOT_FOUND`, `MODEL_NOT_ARCHIVED`
 */
export async function deleteModel(
  { database, artifacts }: { readonly database: Database; readonly artifacts: ArtifactStore }, context: RequestContext, name: string,
): Promise<void> {
  const hashes = await database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
    const model = await transaction.selectFrom('ml_framework.registered_model').select('archived_at').where('name', '=', name).forUpdate().executeTakeFirst()
    if (!model) throw modelNotFound(name)
    if (model.archived_at === null) throw modelNotArchived(name)
    const found = [...await versionHashes(transaction, name), ...await scoreHashes(transaction, name)]
    for (const table of tables) await transaction.deleteFrom(`ml_framework.${table}`).where('name', '=', name).execute()
    return [...new Set(found)]
  })
  for (const sha256 of hashes) await deleteUnnamed({ database, artifacts }, context.tenantId, sha256)
}

/** Bytes that a registration begins to name while they are deleted are put back. */
async function deleteUnnamed(
  { database, artifacts }: { readonly database: Database; readonly artifacts: ArtifactStore }, tenantId: TenantId, sha256: string,
): Promise<void> {
  const isNamedNow = (): Promise<boolean> => database.withTenant(tenantId, (transaction: Transaction<RegistryTables>) => isNamed(transaction, sha256))
  if (await isNamedNow()) return
  const bytes = await readIfThere(artifacts, tenantId, sha256)
  await artifacts.delete(tenantId, sha256)
  if (bytes && await isNamedNow()) await artifacts.put(tenantId, bytes)
}

async function readIfThere(artifacts: ArtifactStore, tenantId: TenantId, sha256: string): Promise<Uint8Array | undefined> {
  try {
    return await artifacts.get(tenantId, sha256)
  } catch (error) {
    if (isMLError(error, 'ARTIFACT_NOT_FOUND') || isMLError(error, 'ARTIFACT_CORRUPT')) return undefined
    throw error
  }
}

async function versionHashes(transaction: Transaction<RegistryTables>, name: string): Promise<string[]> {
  const rows = await transaction.selectFrom('ml_framework.model_version').select('artifact_sha256').where('name', '=', name).execute()
  return rows.map((row) => row.artifact_sha256)
}

async function scoreHashes(transaction: Transaction<RegistryTables>, name: string): Promise<string[]> {
  const rows = await transaction.selectFrom('ml_framework.model_card').select('row_scores_sha256').where('name', '=', name).execute()
  return rows.flatMap((row) => row.row_scores_sha256 ?? [])
}

async function isNamed(transaction: Transaction<RegistryTables>, sha256: string): Promise<boolean> {
  const version = await transaction.selectFrom('ml_framework.model_version').select('version').where('artifact_sha256', '=', sha256).executeTakeFirst()
  if (version) return true
  const card = await transaction.selectFrom('ml_framework.model_card').select('version').where('row_scores_sha256', '=', sha256).executeTakeFirst()
  return card !== undefined
}
