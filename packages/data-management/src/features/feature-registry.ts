import { type Clock, type Database, type Entity, type FeatureService, FeatureStoreError, type FeatureViewDefinition, type RegisteredFeatureView, type RequestContext } from '@motadata/core'
import type { Transaction } from 'kysely'
import { type FeatureTables, toRegisteredFeatureView } from '../storage/feature-tables.js'
import { canonicalEntity, canonicalService, canonicalView, onlineForm } from './canonical-definition.js'
import { entityNotFound, featureServiceNotFound, featureViewNotFound } from './feature-errors.js'

interface Page {
  readonly after: string
  readonly limit: number
}

const byTenantAndName = ['tenant_id', 'name'] as const

/** Which entities, feature views and services there are, of the context's tenant. Row-level security is what filters by tenant, in every query. */
export class FeatureRegistry {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** @throws FeatureStoreError `FEATURE_IN_USE` when its key changes under views */
  async putEntity(context: RequestContext, given: Entity): Promise<Entity> {
    const entity = canonicalEntity(given)
    return this.#withTenant(context, async (transaction) => {
      const earlier = await transaction.selectFrom('data_management.feature_entity').select('definition').where('name', '=', entity.name).forUpdate().executeTakeFirst()
      if (earlier && (earlier.definition.joinKey !== entity.joinKey || earlier.definition.keyKind !== entity.keyKind)) await this.#refuseInUse(transaction, entity.name, 'keep its key')
      await transaction.insertInto('data_management.feature_entity').values(this.#row(context, entity))
        .onConflict((conflict) => conflict.columns([...byTenantAndName]).doUpdateSet({ definition: JSON.stringify(entity), updated_at: this.#now() })).execute()
      return entity
    })
  }

  /** @throws FeatureStoreError `ENTITY_NOT_FOUND` for the first that there is not */
  async getEntities(context: RequestContext, names: readonly string[]): Promise<readonly Entity[]> {
    return this.#withTenant(context, (transaction) => entitiesOf(transaction, names))
  }

  async listEntities(context: RequestContext, { after, limit }: Page): Promise<readonly Entity[]> {
    return this.#withTenant(context, async (transaction) =>
      (await transaction.selectFrom('data_management.feature_entity').select('definition').where('name', '>', after).orderBy('name').limit(limit).execute()).map(({ definition }) => definition))
  }

  /** @throws FeatureStoreError `ENTITY_NOT_FOUND`, `FEATURE_IN_USE` */
  async deleteEntity(context: RequestContext, name: string): Promise<void> {
    await this.#withTenant(context, async (transaction) => {
      await transaction.selectFrom('data_management.feature_entity').select('name').where('name', '=', name).forUpdate().execute()
      await this.#refuseInUse(transaction, name, 'be free to go')
      const { numDeletedRows } = await transaction.deleteFrom('data_management.feature_entity').where('name', '=', name).executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw entityNotFound(name)
    })
  }

  /** Makes another version when the definition is another. @throws FeatureStoreError `ENTITY_NOT_FOUND` */
  async putView(context: RequestContext, given: FeatureViewDefinition): Promise<RegisteredFeatureView> {
    const definition = canonicalView(given)
    const { name } = definition
    return this.#withTenant(context, async (transaction) => {
      await entitiesOf(transaction, definition.entities, true)
      const now = this.#now()
      await transaction.insertInto('data_management.feature_view')
        .values({ tenant_id: context.tenantId, name, latest_version: 0, generation: 0, created_at: now, updated_at: now, deleted_at: null })
        .onConflict((conflict) => conflict.columns([...byTenantAndName]).doNothing()).execute()
      const view = await transaction.selectFrom('data_management.feature_view').selectAll().where('name', '=', name).forUpdate().executeTakeFirstOrThrow()
      const newest = await transaction.selectFrom('data_management.feature_view_version').selectAll().where('name', '=', name).where('version', '=', view.latest_version).executeTakeFirst()
      const isThere = newest !== undefined && view.deleted_at === null
      if (isThere && JSON.stringify(canonicalView(newest.definition)) === JSON.stringify(definition)) return toRegisteredFeatureView(newest)

      const version = view.latest_version + 1
      const generation = isThere && onlineForm(newest.definition) === onlineForm(definition) ? newest.generation : version
      const row = await transaction.insertInto('data_management.feature_view_version')
        .values({ tenant_id: context.tenantId, name, version, generation, definition: JSON.stringify(definition), created_by: context.principal.id, created_at: now })
        .returningAll().executeTakeFirstOrThrow()
      await transaction.updateTable('data_management.feature_view').set({ latest_version: version, generation, updated_at: now, deleted_at: null }).where('name', '=', name).execute()
      return toRegisteredFeatureView(row)
    })
  }

  /** The newest version, or one by number. @throws FeatureStoreError `FEATURE_VIEW_NOT_FOUND` */
  async getView(context: RequestContext, name: string, version?: number): Promise<RegisteredFeatureView> {
    return this.#withTenant(context, async (transaction) => {
      let query = newestVersions(transaction).where('view.name', '=', name)
      query = version === undefined ? query.whereRef('version.version', '=', 'view.latest_version') : query.where('version.version', '=', version)
      const row = await query.executeTakeFirst()
      if (!row) throw featureViewNotFound(name, version)
      return toRegisteredFeatureView(row)
    })
  }

  async listViews(context: RequestContext, { after, limit }: Page): Promise<readonly RegisteredFeatureView[]> {
    return this.#withTenant(context, async (transaction) =>
      (await newestVersions(transaction).whereRef('version.version', '=', 'view.latest_version').where('view.name', '>', after).orderBy('view.name').limit(limit).execute()).map(toRegisteredFeatureView))
  }

  /** Its versions stay known as taken. @throws FeatureStoreError `FEATURE_VIEW_NOT_FOUND`, `FEATURE_IN_USE` by a service */
  async deleteView(context: RequestContext, name: string): Promise<void> {
    await this.#withTenant(context, async (transaction) => {
      const view = await transaction.selectFrom('data_management.feature_view').selectAll().where('name', '=', name).where('deleted_at', 'is', null).forUpdate().executeTakeFirst()
      if (!view) throw featureViewNotFound(name)
      const services = await transaction.selectFrom('data_management.feature_service').select(['name', 'definition']).execute()
      const using = services.find(({ definition }) => definition.features.some((reference) => /^[^:@]*/.exec(reference)![0] === name))
      if (using) throw inUse(`the feature view '${name}' to be free to go`, 'feature service', using.name)
      await transaction.updateTable('data_management.feature_view').set({ deleted_at: this.#now(), updated_at: this.#now() }).where('name', '=', name).execute()
      await transaction.deleteFrom('data_management.feature_view_state').where('name', '=', name).execute()
      await transaction.deleteFrom('data_management.feature_push').where('name', '=', name).execute()
    })
  }

  async putService(context: RequestContext, given: FeatureService): Promise<FeatureService> {
    const service = canonicalService(given)
    return this.#withTenant(context, async (transaction) => {
      await transaction.insertInto('data_management.feature_service').values(this.#row(context, service))
        .onConflict((conflict) => conflict.columns([...byTenantAndName]).doUpdateSet({ definition: JSON.stringify(service), updated_at: this.#now() })).execute()
      return service
    })
  }

  /** @throws FeatureStoreError `FEATURE_SERVICE_NOT_FOUND` */
  async getService(context: RequestContext, name: string): Promise<FeatureService> {
    return this.#withTenant(context, async (transaction) => {
      const row = await transaction.selectFrom('data_management.feature_service').select('definition').where('name', '=', name).executeTakeFirst()
      if (!row) throw featureServiceNotFound(name)
      return row.definition
    })
  }

  async listServices(context: RequestContext, { after, limit }: Page): Promise<readonly FeatureService[]> {
    return this.#withTenant(context, async (transaction) =>
      (await transaction.selectFrom('data_management.feature_service').select('definition').where('name', '>', after).orderBy('name').limit(limit).execute()).map(({ definition }) => definition))
  }

  /** @throws FeatureStoreError `FEATURE_SERVICE_NOT_FOUND` */
  async deleteService(context: RequestContext, name: string): Promise<void> {
    await this.#withTenant(context, async (transaction) => {
      const { numDeletedRows } = await transaction.deleteFrom('data_management.feature_service').where('name', '=', name).executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw featureServiceNotFound(name)
    })
  }

  async #refuseInUse(transaction: Transaction<FeatureTables>, entity: string, what: string): Promise<void> {
    const views = await newestVersions(transaction).whereRef('version.version', '=', 'view.latest_version').execute()
    const using = views.find(({ definition }) => definition.entities.includes(entity))
    if (using) throw inUse(`the entity '${entity}' to ${what}`, 'feature view', using.name)
  }

  #row<Definition extends { readonly name: string }>(context: RequestContext, definition: Definition) {
    const now = this.#now()
    return { tenant_id: context.tenantId, name: definition.name, definition: JSON.stringify(definition), created_at: now, updated_at: now }
  }

  #now(): Date {
    return new Date(this.#clock.nowMs())
  }

  #withTenant<Result>(context: RequestContext, work: (transaction: Transaction<FeatureTables>) => Promise<Result>): Promise<Result> {
    return this.#database.withTenant(context.tenantId, work)
  }
}

/** Versions of views that are not deleted. */
function newestVersions(transaction: Transaction<FeatureTables>) {
  return transaction.selectFrom('data_management.feature_view as view')
    .innerJoin('data_management.feature_view_version as version', (join) => join.onRef('version.tenant_id', '=', 'view.tenant_id').onRef('version.name', '=', 'view.name'))
    .where('view.deleted_at', 'is', null)
    .selectAll('version')
}

async function entitiesOf(transaction: Transaction<FeatureTables>, names: readonly string[], hold = false): Promise<readonly Entity[]> {
  let query = transaction.selectFrom('data_management.feature_entity').select(['name', 'definition']).where('name', 'in', [...names]).orderBy('name')
  if (hold) query = query.forShare() // none is deleted while a view that names it is registered
  const found = new Map((await query.execute()).map(({ name, definition }) => [name, definition]))
  return names.map((name) => {
    const entity = found.get(name)
    if (!entity) throw entityNotFound(name)
    return entity
  })
}

function inUse(expected: string, kind: string, name: string): FeatureStoreError {
  return new FeatureStoreError('FEATURE_IN_USE', `Expected ${expected}, but the ${kind} '${name}' relies on it. Change that first.`, { details: { usedBy: name, kind } })
}
