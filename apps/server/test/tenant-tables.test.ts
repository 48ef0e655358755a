import { type MigrationDatabase, parseTenantId, secureTenantTable } from '@motadata/core'
import { walkTenantTables } from '@motadata/testing'
import { sql, type Transaction } from 'kysely'
import { type OpenTestPlatform, startTestServer, type TestServer } from './support/running-server.js'
import { describeWithServices } from './support/services.js'
import { embedded, onPostgresql } from './support/test-platforms.js'

/** What all processes hold to: checks of master keys, which migrations only add. Nothing of it is a tenant's. */
const shared = ['core.expanding_migration', 'core.setting']
/** The queue's own tables, which hold ids only and which no tenant's unit of work may read. */
const ignoredSchemas = ['pgboss']

describe('the tables of the composed server on the embedded database', () => describeTables(embedded))
describeWithServices('the tables of the composed server on PostgreSQL, as a login that owns nothing', {}, () => {
  describeTables(onPostgresql)
})

function describeTables(open: OpenTestPlatform): void {
  let server: TestServer
  beforeAll(async () => void (server = await startTestServer({ open })), 60_000)
  afterAll(() => server.stop())

  const select = <Row>(statement: string, tenantId?: string): Promise<readonly Row[]> => {
    const run = async (transaction: Transaction<unknown>): Promise<readonly Row[]> => (await sql.raw<Row>(statement).execute(transaction)).rows
    return tenantId === undefined ? server.platform.database.asSystem(run) : server.platform.database.withTenant(parseTenantId(tenantId), run)
  }

  it('are all fenced by tenant, in every schema of ours', async () => {
    const { tables, problems } = await walkTenantTables(server.platform.database, { shared, ignoredSchemas })
    expect(problems).toEqual([])
    expect([...tables].sort()).toEqual([
      'access.api_key', 'access.audit_event', 'access.tenant', 'access.token_revocation', 'artifacts.artifact', 'artifacts.chunk',
      'data_management.dataset', 'data_management.dataset_part', 'data_management.dataset_version', 'data_management.erased_version',
      'data_management.erasure', 'data_management.erasure_finding',
      'data_management.feature_entity', 'data_management.feature_materialization', 'data_management.feature_push', 'data_management.feature_service',
      'data_management.feature_view', 'data_management.feature_view_state', 'data_management.feature_view_version',
      'data_management.pipeline', 'data_management.pipeline_cache', 'data_management.pipeline_cache_artifact', 'data_management.pipeline_lineage', 'data_management.pipeline_run',
      'data_management.pipeline_step_run', 'data_management.quarantine', 'data_management.quarantined_row', 'data_management.redaction_token', 'data_management.released_artifact', 'jobs.job', 'jobs.schedule',
      'ml_framework.model_alias', 'ml_framework.model_alias_event', 'ml_framework.model_card', 'ml_framework.model_version', 'ml_framework.registered_model',
      'ml_framework.training_checkpoint',
      'online.value',
    ])
    const schemas = await select<{ name: string }>("select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1")
    expect(schemas.map(({ name }) => name)).toEqual(['access', 'artifacts', 'core', 'data_management', 'jobs', 'ml_framework', 'online', 'pgboss', 'public'])
  })

  it('are worked with by roles that no policy spares', async () => {
    const roles = await select<{ name: string; spared: boolean; owns: number }>(`
      select rolname as name, rolsuper or rolbypassrls as spared,
        (select count(*)::int from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owns
      from pg_roles r where rolname in ('ml_app', 'ml_system') order by 1`)
    expect(roles).toEqual([{ name: 'ml_app', spared: false, owns: 0 }, { name: 'ml_system', spared: false, owns: 0 }])
    const [who] = await select<{ current: string }>('select current_user as current', 'acme')
    expect(who).toEqual({ current: 'ml_app' })
    if (server.platform.database.engine === 'postgresql') {
      const [login] = await select<object>('select rolsuper or rolbypassrls as spared, (select count(*)::int from pg_class where relowner = oid) as owns from pg_roles where rolname = session_user')
      expect(login).toEqual({ spared: false, owns: 0 })
    }
  })

  it('that are the queue’s, all processes’ or a migration history’s are no tenant’s to read or write', async () => {
    const tables = await select<{ name: string; open: boolean }>(`
      select n.nspname || '.' || c.relname as name, has_table_privilege('ml_app', c.oid, 'select, insert, update, delete') as open
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relrowsecurity and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`)
    expect(tables.filter(({ open: isOpen }) => isOpen)).toEqual([])
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['core.expanding_migration', 'pgboss.job', 'access.kysely_migration']))
    await expect(select('select * from pgboss.job', 'acme')).rejects.toThrow(/permission denied/)
  })

  it('would be found without their fence, whatever part of it is missing', async () => {
    await server.platform.database.migrate({
      schema: 'careless',
      migrations: {
        '0001-tables': {
          async up(database: MigrationDatabase) {
            await sql`create table careless.shared (id text primary key)`.execute(database)
            await sql`create table careless.open (tenant_id text not null, id text not null, primary key (tenant_id, id))`.execute(database)
            await sql`create table careless.keyed_by_id (tenant_id text not null, id text not null, primary key (id, tenant_id))`.execute(database)
            await sql`create table careless.not_forced (tenant_id text not null, id text not null, primary key (tenant_id, id))`.execute(database)
            await sql`create table careless.fenced (tenant_id text not null, id text not null, primary key (tenant_id, id))`.execute(database)
            for (const table of ['keyed_by_id', 'not_forced', 'fenced']) {
              for (const statement of secureTenantTable('careless', table)) await statement.execute(database)
            }
            await sql`alter table careless.not_forced no force row level security`.execute(database)
          },
        },
      },
    })
    const { problems } = await walkTenantTables(server.platform.database, { shared, ignoredSchemas })
    expect([...problems].sort()).toEqual([
      'careless.keyed_by_id has no primary key that begins with tenant_id',
      'careless.not_forced does not force row-level security',
      'careless.open does not force row-level security',
      'careless.open has no policy for ml_app',
      'careless.shared has no column tenant_id',
    ])
  })
}
