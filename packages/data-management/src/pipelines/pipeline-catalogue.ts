import type { Clock, Database, RequestContext } from '@motadata/core'
import { decodePageToken, encodePageToken, pageLimit, type PageRequest } from '@motadata/core'
import type { Transaction } from 'kysely'
import { type PipelineTables, toRegisteredPipeline } from '../storage/pipeline-tables.js'
import type { DatasetColumn } from '../parts/dataset-manifest.js'
import type { PipelineDefinition } from './pipeline-definition.js'
import { pipelineNotFound } from './pipeline-errors.js'
import type { PipelinePage, RegisteredPipeline } from './pipeline-run.js'

/** Which pipelines there are, of the context's tenant. */
export class PipelineCatalogue {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** Makes the pipeline or changes it; the same definition again changes nothing. */
  async put(context: RequestContext, definition: PipelineDefinition, columns: Readonly<Record<string, readonly DatasetColumn[]>>): Promise<RegisteredPipeline> {
    const { tenantId } = context
    return this.#database.withTenant(tenantId, async (transaction: Transaction<PipelineTables>) => {
      const now = new Date(this.#clock.nowMs())
      const documents = { definition: JSON.stringify(definition), columns: JSON.stringify(columns) }
      const made = await transaction.insertInto('data_management.pipeline')
        .values({ tenant_id: tenantId, name: definition.name, ...documents, revision: 1, created_by: context.principal.id, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing()).returningAll().executeTakeFirst()
      if (made) return toRegisteredPipeline(made)
      const earlier = await transaction.selectFrom('data_management.pipeline').selectAll().where('name', '=', definition.name).forUpdate().executeTakeFirstOrThrow()
      const isSame = JSON.stringify(earlier.definition) === documents.definition
      const changed = await transaction.updateTable('data_management.pipeline')
        .set({ ...documents, updated_at: isSame ? earlier.updated_at : now, revision: earlier.revision + (isSame ? 0 : 1) })
        .where('name', '=', definition.name).returningAll().executeTakeFirstOrThrow()
      return toRegisteredPipeline(changed)
    })
  }

  /** @throws DataManagementError `PIPELINE_NOT_FOUND` */
  async get(context: RequestContext, name: string): Promise<RegisteredPipeline> {
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      const row = await transaction.selectFrom('data_management.pipeline').selectAll().where('name', '=', name).executeTakeFirst()
      if (!row) throw pipelineNotFound(name)
      return toRegisteredPipeline(row)
    })
  }

  /** By name, in byte order. @throws MLError `INPUT_INVALID` */
  async list(context: RequestContext, page: PageRequest): Promise<PipelinePage> {
    const limit = pageLimit(page.limit)
    const after = page.pageToken === undefined ? '' : decodePageToken(page.pageToken, /^[\w.-]{1,128}$/)
    return this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      const rows = await transaction.selectFrom('data_management.pipeline').selectAll().where('name', '>', after).orderBy('name').limit(limit + 1).execute()
      const pipelines = rows.slice(0, limit).map(toRegisteredPipeline)
      return { pipelines, ...(rows.length > limit ? { nextPageToken: encodePageToken(pipelines.at(-1)!.name) } : {}) }
    })
  }

  /** With its runs. @throws DataManagementError `PIPELINE_NOT_FOUND` */
  async delete(context: RequestContext, name: string): Promise<void> {
    await this.#database.withTenant(context.tenantId, async (transaction: Transaction<PipelineTables>) => {
      const { numDeletedRows } = await transaction.deleteFrom('data_management.pipeline').where('name', '=', name).executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw pipelineNotFound(name)
      await transaction.deleteFrom('data_management.pipeline_run').where('pipeline', '=', name).execute()
    })
  }
}
