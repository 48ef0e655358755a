import { type Platform, secureTenantTable } from '@motadata/core'
import { sql } from 'kysely'
import { walkTenantTables } from '@motadata/testing'
import { openPlatform } from '../src/index.js'

describe('the walk over tenant tables', () => {
  let platform: Platform

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true })
  })

  afterAll(() => platform.close())

  it('finds nothing wrong with the tables of a platform', async () => {
    expect(await walkTenantTables(platform.database)).toEqual({ tables: ['jobs.job', 'jobs.schedule', 'online.value'], problems: [] })
  })

  it('finds every way in which a table can be open', async () => {
    const statements = [
      'create table walked.plain (id text primary key)',
      'create table walked.unsecured (tenant_id text, id text, primary key (tenant_id, id))',
      'create table walked.keyed_by_id (tenant_id text, id text primary key)',
      'create table walked.keyless (tenant_id text)',
      'create table walked.not_forced (tenant_id text primary key)',
      'create table walked.wide_open (tenant_id text primary key)',
      'create table walked.half_open (tenant_id text primary key)',
      'create table walked.good (tenant_id text, id text, primary key (tenant_id, id))',
      'create table walked.shared (id text primary key)',
    ]
    const secured = ['keyed_by_id', 'keyless', 'not_forced', 'wide_open', 'half_open', 'good']
    const after = [
      'alter table walked.not_forced no force row level security',
      'create policy everybody on walked.wide_open using (true)',
      'create policy nearly on walked.half_open to ml_app using (tenant_id = core.tenant_id()) with check (tenant_id = core.tenant_id() or id_is_public())',
    ]
    await platform.database.migrate({
      schema: 'walked',
      migrations: {
        '0001-tables': {
          async up(database) {
            await sql.raw('create function public.id_is_public() returns boolean language sql as $$ select true $$').execute(database)
            for (const statement of statements) await sql.raw(statement).execute(database)
            for (const table of secured) for (const statement of secureTenantTable('walked', table)) await statement.execute(database)
            for (const statement of after) await sql.raw(statement).execute(database)
          },
        },
      },
    })
    const { problems } = await walkTenantTables(platform.database, { shared: ['walked.shared'] })
    expect(problems).toEqual([
      'walked.half_open has the policy nearly, which does not hold ml_app to the current tenant',
      'walked.keyed_by_id has no primary key that begins with tenant_id',
      'walked.keyless has no primary key that begins with tenant_id',
      'walked.not_forced does not force row-level security',
      'walked.plain has no column tenant_id',
      'walked.unsecured does not force row-level security',
      'walked.unsecured has no policy for ml_app',
      'walked.wide_open has the policy everybody, which does not hold ml_app to the current tenant',
    ])
  })
})
