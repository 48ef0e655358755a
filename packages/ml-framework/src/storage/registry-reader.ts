import type { Database, ModelPage, ModelVersion, RegisteredModel, RequestContext, PageRequest } from '@motadata/core'
import { decodePageToken, encodePageToken, pageLimit } from '@motadata/core'
import type { Transaction } from 'kysely'
import type { AliasEvent, VersionPage } from '../model-registry.js'
import { toModelVersion, toRegisteredModel } from './registry-rows.js'
import type { ModelCardRow, ModelVersionRow, RegistryTables } from './registry-tables.js'

const eventLimit = 200

/** Reads models, versions and aliases of the context's tenant. Row-level security is what filters by tenant, in every query. */
export class RegistryReader {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async listModels(context: RequestContext, page: PageRequest): Promise<ModelPage> {
    const limit = pageLimit(page.limit)
    const after = page.pageToken === undefined ? '' : decodePageToken(page.pageToken, /^[\w.-]{1,128}$/)
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const rows = await transaction.selectFrom('ml_framework.registered_model').selectAll()
        .where('name', '>', after).orderBy('name').limit(limit + 1).execute()
      const shown = rows.slice(0, limit)
      if (shown.length === 0) return { models: [] }
      const aliases = await transaction.selectFrom('ml_framework.model_alias').select(['name', 'alias', 'version'])
        .where('name', 'in', shown.map(({ name }) => name)).orderBy('alias').execute()
      return {
        models: shown.map((row) => toRegisteredModel(row, aliases.filter(({ name }) => name === row.name))),
        ...(rows.length > limit ? { nextPageToken: encodePageToken(shown.at(-1)!.name) } : {}),
      }
    })
  }

  findModel(context: RequestContext, name: string): Promise<RegisteredModel | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const row = await transaction.selectFrom('ml_framework.registered_model').selectAll()
        .where('name', '=', name).executeTakeFirst()
      if (!row) return undefined
      const aliases = await transaction.selectFrom('ml_framework.model_alias').select(['alias', 'version'])
        .where('name', '=', name).orderBy('alias').execute()
      return toRegisteredModel(row, aliases)
    })
  }

  findVersion(context: RequestContext, name: string, version: number): Promise<ModelVersion | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const row = await transaction.selectFrom('ml_framework.model_version').selectAll()
        .where('name', '=', name).where('version', '=', version).executeTakeFirst()
      return row && (await withAliases(transaction, name, [row]))[0]
    })
  }

  findByIdempotencyKey(context: RequestContext, idempotencyKey: string): Promise<ModelVersion | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const row = await transaction.selectFrom('ml_framework.model_version').selectAll()
        .where('idempotency_key', '=', idempotencyKey).executeTakeFirst()
      return row && (await withAliases(transaction, row.name, [row]))[0]
    })
  }

  /** Those of the artifacts that a version has, or a training that has not ended. */
  async neededArtifacts(context: RequestContext, hashes: readonly string[]): Promise<ReadonlySet<string>> {
    if (hashes.length === 0) return new Set()
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const rows = await transaction.selectFrom('ml_framework.model_version').select('artifact_sha256').distinct()
        .where('artifact_sha256', 'in', [...hashes]).execute()
      const scores = await transaction.selectFrom('ml_framework.model_card').select('row_scores_sha256').distinct()
        .where('row_scores_sha256', 'in', [...hashes]).execute()
      const steps = await transaction.selectFrom('ml_framework.training_checkpoint').select('artifact_sha256').distinct()
        .where('artifact_sha256', 'in', [...hashes]).execute()
      return new Set([...rows, ...steps].map((row) => row.artifact_sha256).concat(scores.flatMap((row) => row.row_scores_sha256 ?? [])))
    })
  }

  async listVersions(context: RequestContext, name: string, page: PageRequest): Promise<VersionPage> {
    const limit = pageLimit(page.limit)
    const before = page.pageToken === undefined ? 2 ** 31 - 1 : Number(decodePageToken(page.pageToken, /^[1-9]\d{0,8}$/))
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const rows = await transaction.selectFrom('ml_framework.model_version').selectAll()
        .where('name', '=', name).where('version', '<', before).orderBy('version', 'desc').limit(limit + 1).execute()
      const shown = rows.slice(0, limit)
      return {
        versions: await withAliases(transaction, name, shown),
        ...(rows.length > limit ? { nextPageToken: encodePageToken(String(shown.at(-1)!.version)) } : {}),
      }
    })
  }

  /** How a version came about; undefined for versions of older releases. */
  findCard(context: RequestContext, name: string, version: number): Promise<ModelCardRow | undefined> {
    return this.#database.withTenant(context.tenantId, (transaction: Transaction<RegistryTables>) =>
      transaction.selectFrom('ml_framework.model_card').selectAll().where('name', '=', name).where('version', '=', version).executeTakeFirst())
  }

  /** Versions of all models that learned from the same data, but for one. */
  listSameData(context: RequestContext, { name, version, datasetFingerprint }: ModelVersion): Promise<readonly { readonly name: string; readonly version: number }[]> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const rows = await transaction.selectFrom('ml_framework.model_version').select(['name', 'version'])
        .where('dataset_fingerprint', '=', datasetFingerprint).orderBy('name').orderBy('version').limit(eventLimit).execute()
      return rows.filter((row) => row.name !== name || row.version !== version)
    })
  }

  listAliasEvents(context: RequestContext, name: string): Promise<readonly AliasEvent[]> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<RegistryTables>) => {
      const rows = await transaction.selectFrom('ml_framework.model_alias_event').selectAll()
        .where('name', '=', name).orderBy('id', 'desc').limit(eventLimit).execute()
      return rows.map((row) => ({
        alias: row.alias,
        ...(row.from_version === null ? {} : { fromVersion: row.from_version }),
        toVersion: row.to_version,
        changedBy: row.changed_by,
        changedAt: new Date(row.changed_at),
      }))
    })
  }
}

async function withAliases(
  transaction: Transaction<RegistryTables>, name: string, rows: readonly ModelVersionRow[],
): Promise<ModelVersion[]> {
  const aliases = await transaction.selectFrom('ml_framework.model_alias').select(['alias', 'version'])
    .where('name', '=', name).orderBy('alias').execute()
  return rows.map((row) => toModelVersion(row, aliases.filter(({ version }) => version === row.version).map(({ alias }) => alias)))
}
