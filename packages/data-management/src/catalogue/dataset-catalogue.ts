import type { Clock, Database, DataManagementError, RequestContext } from '@motadata/core'
import { decodePageToken, encodePageToken, pageLimit, type PageRequest } from '@motadata/core'
import type { Transaction } from 'kysely'
import { type DatasetTables, toDatasetVersion, toRegisteredDataset } from '../storage/dataset-tables.js'
import { datasetArchived, datasetErased, datasetNotFound, datasetVersionNotFound, keyOfOtherDataset } from './dataset-errors.js'
import type { DatasetOrigin, DatasetPage, DatasetReference, DatasetVersion, DatasetVersionPage, RegisteredDataset } from './dataset-version.js'
import { markReplayed, putIntoQuarantine, type Quarantine, type Replay } from '../quarantine/quarantine-store.js'
import type { PrivacyTables } from '../storage/privacy-tables.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'

/** A version to be, whose rows and manifest are kept already. */
export interface VersionEntry {
  readonly name: string
  readonly description?: string
  readonly fingerprint: string
  readonly rowCount: number
  readonly sizeBytes: number
  readonly columns: readonly DatasetColumn[]
  /** Hashes of the artifacts that hold its rows. */
  readonly parts: readonly string[]
  readonly origin: DatasetOrigin
  readonly idempotencyKey?: string
  /** What the newest version has to be still; undefined when it does not matter. */
  readonly basedOn?: number
  /** Rows of the source that are not in it. */
  readonly quarantine?: Quarantine
  /** Rows in quarantine that are in it. */
  readonly replay?: Replay
  /** And its hash, which an erasure changes. */
  readonly basedOnFingerprint?: string
}

const hashesAtOnce = 1_000
/** Longer than a sweep ever spares what was given up. */
const releasedKeptMs = 400 * 86_400_000

/** Which datasets and versions there are, of the context's tenant. Row-level security is what filters by tenant, in every query. */
export class DatasetCatalogue {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async find(context: RequestContext, name: string): Promise<RegisteredDataset | undefined> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const row = await transaction.selectFrom('data_management.dataset').selectAll().where('name', '=', name).executeTakeFirst()
      return row && toRegisteredDataset(row)
    })
  }

  /** By name, in byte order. @throws MLError `INPUT_INVALID` */
  async list(context: RequestContext, page: PageRequest): Promise<DatasetPage> {
    const limit = pageLimit(page.limit)
    const after = page.pageToken === undefined ? '' : decodePageToken(page.pageToken, /^[\w.-]{1,128}$/)
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const rows = await transaction.selectFrom('data_management.dataset').selectAll().where('name', '>', after).orderBy('name').limit(limit + 1).execute()
      const shown = rows.slice(0, limit)
      return { datasets: shown.map(toRegisteredDataset), ...(rows.length > limit ? { nextPageToken: encodePageToken(shown.at(-1)!.name) } : {}) }
    })
  }

  /** @throws DataManagementError `DATASET_NOT_FOUND`, `DATASET_VERSION_NOT_FOUND`, `DATASET_ERASED` for a hash of former times */
  async getVersion(context: RequestContext, { name, version, asOf, fingerprint }: DatasetReference): Promise<DatasetVersion> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PrivacyTables>) => {
      let query = transaction.selectFrom('data_management.dataset_version').selectAll().where('name', '=', name)
      if (version !== undefined) query = query.where('version', '=', version)
      if (fingerprint !== undefined) query = query.where('fingerprint', '=', fingerprint)
      if (asOf !== undefined) query = query.where('created_at', '<=', asOf)
      const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst()
      if (row) return toDatasetVersion(row)
      const dataset = await transaction.selectFrom('data_management.dataset').select('name').where('name', '=', name).executeTakeFirst()
      if (!dataset) throw datasetNotFound(name)
      if (fingerprint !== undefined) throw await erasedOrUnknown(transaction, name, fingerprint)
      throw datasetVersionNotFound(name, version ?? asOf ?? 0)
    })
  }

  /** The version of a dataset that an idempotency key made. @throws MLError `INPUT_INVALID` when it made one of another dataset */
  async findByKey(context: RequestContext, name: string, idempotencyKey: string): Promise<DatasetVersion | undefined> {
    return this.#database.withTenant(context.tenantId, (transaction: Transaction<DatasetTables>) => versionOfKey(transaction, name, idempotencyKey))
  }

  /** Newest first. @throws MLError `INPUT_INVALID` */
  async listVersions(context: RequestContext, name: string, page: PageRequest): Promise<DatasetVersionPage> {
    const limit = pageLimit(page.limit)
    const before = page.pageToken === undefined ? 2 ** 31 - 1 : Number(decodePageToken(page.pageToken, /^[1-9]\d{0,8}$/))
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const rows = await transaction.selectFrom('data_management.dataset_version').selectAll()
        .where('name', '=', name).where('version', '<', before).orderBy('version', 'desc').limit(limit + 1).execute()
      const shown = rows.slice(0, limit)
      return { versions: shown.map(toDatasetVersion), ...(rows.length > limit ? { nextPageToken: encodePageToken(String(shown.at(-1)!.version)) } : {}) }
    })
  }

  /**
   * Enters a version. Rows that are the newest version's already make none: that one is given back.
   *
   * @returns the version; undefined when the newest one is no longer the one that the entry is based on
   * @throws DataManagementError `DATASET_ARCHIVED`; MLError `INPUT_INVALID` when the idempotency key made a version of another dataset, or rows to
   *   replay are in a version already
   */
  async enter(context: RequestContext, entry: VersionEntry): Promise<DatasetVersion | undefined> {
    const { name } = entry
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const now = new Date(this.#clock.nowMs())
      await transaction.insertInto('data_management.dataset')
        .values({ tenant_id: context.tenantId, name, description: entry.description ?? '', latest_version: 0, created_at: now, updated_at: now, archived_at: null })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
        .execute()
      const dataset = await transaction.selectFrom('data_management.dataset').selectAll().where('name', '=', name).forUpdate().executeTakeFirstOrThrow()
      if (entry.idempotencyKey !== undefined) {
        const earlier = await versionOfKey(transaction, name, entry.idempotencyKey)
        if (earlier) return earlier
      }
      if (dataset.archived_at !== null) throw datasetArchived(name)
      if (entry.basedOn !== undefined && entry.basedOn !== dataset.latest_version) return undefined
      const newest = await transaction.selectFrom('data_management.dataset_version').selectAll()
        .where('name', '=', name).where('version', '=', dataset.latest_version).executeTakeFirst()
      if (entry.basedOnFingerprint !== undefined && entry.basedOnFingerprint !== newest?.fingerprint) return undefined
      if (newest?.fingerprint === entry.fingerprint) return toDatasetVersion(newest)

      const version = dataset.latest_version + 1
      const row = await transaction.insertInto('data_management.dataset_version').values({
        tenant_id: context.tenantId, name, version, fingerprint: entry.fingerprint, row_count: entry.rowCount, size_bytes: entry.sizeBytes,
        columns: JSON.stringify(entry.columns), source: JSON.stringify(entry.origin), idempotency_key: entry.idempotencyKey ?? null,
        created_by: context.principal.id, created_at: now,
      }).returningAll().executeTakeFirstOrThrow()
      if (entry.parts.length > 0) {
        await transaction.insertInto('data_management.dataset_part')
          .values([...new Set(entry.parts)].map((sha256) => ({ tenant_id: context.tenantId, name, sha256 })))
          .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'sha256']).doNothing())
          .execute()
      }
      if (entry.quarantine) await putIntoQuarantine(transaction, context.tenantId, { name, version }, entry.quarantine)
      if (entry.replay) await markReplayed(transaction, name, entry.replay, version)
      const described = entry.description === undefined ? {} : { description: entry.description }
      await transaction.updateTable('data_management.dataset').set({ latest_version: version, updated_at: now, ...described }).where('name', '=', name).execute()
      return toDatasetVersion(row)
    })
  }

  /** @throws DataManagementError `DATASET_NOT_FOUND` */
  async archive(context: RequestContext, name: string): Promise<RegisteredDataset> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const now = new Date(this.#clock.nowMs())
      await transaction.updateTable('data_management.dataset').set({ archived_at: now, updated_at: now })
        .where('name', '=', name).where('archived_at', 'is', null).execute()
      const row = await transaction.selectFrom('data_management.dataset').selectAll().where('name', '=', name).executeTakeFirst()
      if (!row) throw datasetNotFound(name)
      return toRegisteredDataset(row)
    })
  }

  /**
   * Deletes a dataset with its versions, and notes when the artifacts that held it were given up: a backup that was begun before needs them still.
   *
   * @throws DataManagementError `DATASET_NOT_FOUND`
   */
  async delete(context: RequestContext, name: string): Promise<void> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const now = new Date(this.#clock.nowMs())
      const versions = await transaction.selectFrom('data_management.dataset_version').select('fingerprint').distinct().where('name', '=', name).execute()
      const parts = await transaction.selectFrom('data_management.dataset_part').select('sha256').where('name', '=', name).execute()
      const { numDeletedRows } = await transaction.deleteFrom('data_management.dataset').where('name', '=', name).executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw datasetNotFound(name)
      await transaction.deleteFrom('data_management.released_artifact').where('released_at', '<', new Date(now.getTime() - releasedKeptMs)).execute()
      const released = [...new Set([...versions.map(({ fingerprint }) => fingerprint), ...parts.map(({ sha256 }) => sha256)])]
      for (let at = 0; at < released.length; at += hashesAtOnce) {
        await transaction.insertInto('data_management.released_artifact')
          .values(released.slice(at, at + hashesAtOnce).map((sha256) => ({ tenant_id: context.tenantId, sha256, released_at: now })))
          .onConflict((conflict) => conflict.columns(['tenant_id', 'sha256']).doUpdateSet({ released_at: now }))
          .execute()
      }
    })
  }

  /** Those of the hashes that some dataset needs, or one needed that was deleted after an instant. */
  async needed(context: RequestContext, hashes: readonly string[], endedAfter: Date): Promise<ReadonlySet<string>> {
    if (hashes.length === 0) return new Set()
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<DatasetTables>) => {
      const manifests = await transaction.selectFrom('data_management.dataset_version').select('fingerprint').distinct().where('fingerprint', 'in', hashes).execute()
      const parts = await transaction.selectFrom('data_management.dataset_part').select('sha256').distinct().where('sha256', 'in', hashes).execute()
      const released = await transaction.selectFrom('data_management.released_artifact').select('sha256').where('sha256', 'in', hashes).where('released_at', '>', endedAfter).execute()
      return new Set([...manifests.map(({ fingerprint }) => fingerprint), ...parts.map(({ sha256 }) => sha256), ...released.map(({ sha256 }) => sha256)])
    })
  }
}

async function versionOfKey(transaction: Transaction<DatasetTables>, name: string, idempotencyKey: string): Promise<DatasetVersion | undefined> {
  const row = await transaction.selectFrom('data_management.dataset_version').selectAll().where('idempotency_key', '=', idempotencyKey).executeTakeFirst()
  if (row && row.name !== name) throw keyOfOtherDataset(name, row.name)
  return row && toDatasetVersion(row)
}

/** Why there is no version of that hash. Where it lost rows more than once, the last hash is named. */
async function erasedOrUnknown(transaction: Transaction<PrivacyTables>, name: string, fingerprint: string): Promise<DataManagementError> {
  let [erased, asked] = [await hashOfFormerTimes(transaction, name, fingerprint), fingerprint]
  if (!erased) return datasetVersionNotFound(name, fingerprint)
  const { version } = erased
  const seen = new Set<string>()
  while (erased && !seen.has(asked)) {
    seen.add(asked)
    asked = erased.successor
    erased = await hashOfFormerTimes(transaction, name, asked)
  }
  return datasetErased(name, { fingerprint, successor: asked, version })
}

function hashOfFormerTimes(transaction: Transaction<PrivacyTables>, name: string, fingerprint: string): Promise<{ readonly version: number; readonly successor: string } | undefined> {
  return transaction.selectFrom('data_management.erased_version').select(['version', 'successor'])
    .where('name', '=', name).where('fingerprint', '=', fingerprint).orderBy('version', 'desc').limit(1).executeTakeFirst()
}
