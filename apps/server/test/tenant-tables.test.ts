import { type MigrationDatabase, secureTenantTable } from '@motadata/core'
import { walkTenantTables } from '@motadata/testing'
import { sql } from 'kysely'
import { startTestServer, type TestServer } from './support/running-server.js'

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

it('every table of the composed server is fenced by tenant', async () => {
  const { tables, problems } = await walkTenantTables(server.platform.database)
  expect(problems).toEqual([])
  expect([...tables].sort()).toEqual([
    'access.api_key', 'access.tenant', 'access.token_revocation', 'jobs.job',
    'ml_framework.model_alias', 'ml_framework.model_alias_event', 'ml_framework.model_version', 'ml_framework.registered_model',
    'online.value',
  ])
})

it('a table without its fence would be found, whatever part of it is missing', async () => {
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
  const { problems } = await walkTenantTables(server.platform.database)
  expect([...problems].sort()).toEqual([
    'careless.keyed_by_id has no primary key that begins with tenant_id',
    'careless.not_forced does not force row-level security',
    'careless.open does not force row-level security',
    'careless.open has no policy for ml_app',
    'careless.shared has no column tenant_id',
  ])
})
