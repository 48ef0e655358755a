import { parseTenantId, type TenantId } from '@motadata/core'
import { type Transaction, sql } from 'kysely'
import type { AccessTables, ApiKeyRow } from '../../src/storage/access-tables.js'
import { issueKey } from '../../src/keys/issue-key.js'
import { AccessFixture } from '../access-fixture.js'

describe('the tables of access', () => {
  let fixture: AccessFixture
  const acme = parseTenantId('acme')
  const globex = parseTenantId('globex')

  beforeAll(async () => {
    fixture = await AccessFixture.open()
    await fixture.access.bootstrap()
    for (const id of [acme, globex]) await fixture.access.tenants.create(fixture.operator, { id })
  })
  afterAll(() => fixture.close())

  const as = <Result>(tenantId: TenantId, work: (transaction: Transaction<AccessTables>) => Promise<Result>) => fixture.platform.database.withTenant(tenantId, work)
  const asSystem = <Result>(work: (transaction: Transaction<AccessTables>) => Promise<Result>) => fixture.platform.database.asSystem(work)
  const newKey = (tenantId: TenantId, role: ApiKeyRow['role'] = 'admin') =>
    issueKey({ tenantId, id: fixture.platform.ids.next(), name: 'forged', role, createdAt: new Date(0) }).row

  it('force row-level security and have keys that begin with the tenant, all of them', async () => {
    const { rows } = await asSystem((transaction) =>
      sql<{ name: string; forced: boolean; firstKeyColumn: string }>`
        select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced, a.attname as "firstKeyColumn"
        from pg_class c
        join pg_index i on i.indrelid = c.oid and i.indisprimary
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where c.relnamespace = 'access'::regnamespace and c.relkind = 'r' and c.relname not like 'kysely%' order by 1`.execute(transaction),
    )
    expect(rows).toEqual([
      { name: 'api_key', forced: true, firstKeyColumn: 'tenant_id' },
      { name: 'tenant', forced: true, firstKeyColumn: 'tenant_id' },
    ])
  })

  it('show a tenant its own rows and no others', async () => {
    const keys = await as(acme, (transaction) => transaction.selectFrom('access.api_key').select('tenant_id').execute())
    expect(keys).toEqual([{ tenant_id: 'acme' }])
    const tenants = await as(acme, (transaction) => transaction.selectFrom('access.tenant').select('tenant_id').execute())
    expect(tenants).toEqual([{ tenant_id: 'acme' }])
  })

  it("keep a tenant from changing, ending or making another's keys", async () => {
    const changed = await as(acme, (transaction) => transaction.updateTable('access.api_key').set({ secret_hash: 'mine' }).where('tenant_id', '=', globex).executeTakeFirst())
    expect(changed.numUpdatedRows).toBe(0n)
    const deleted = await as(acme, (transaction) => transaction.deleteFrom('access.api_key').where('tenant_id', '=', globex).executeTakeFirst())
    expect(deleted.numDeletedRows).toBe(0n)
    await expect(as(acme, (transaction) => transaction.insertInto('access.api_key').values(newKey(globex)).execute())).rejects.toThrow(/row-level security/)
    await expect(as(acme, (transaction) => transaction.updateTable('access.api_key').set({ tenant_id: globex }).execute())).rejects.toThrow(/row-level security/)
  })

  it('keep a tenant from making itself an operator', async () => {
    const make = (row: ApiKeyRow) => as(acme, (transaction) => transaction.insertInto('access.api_key').values(row).execute())
    await expect(make(newKey(parseTenantId('platform'), 'operator'))).rejects.toThrow(/row-level security/)
    await expect(make(newKey(acme, 'operator'))).rejects.toThrow(/operators_belong_to_the_platform/)
    await expect(as(acme, (transaction) => transaction.updateTable('access.api_key').set({ role: 'operator' }).execute())).rejects.toThrow(/operators_belong_to_the_platform/)
  })

  it('keep a tenant from lifting its own suspension', async () => {
    await expect(as(acme, (transaction) => transaction.updateTable('access.tenant').set({ suspended_at: null }).execute())).rejects.toThrow(/permission denied/)
    await expect(as(acme, (transaction) => transaction.deleteFrom('access.tenant').execute())).rejects.toThrow(/permission denied/)
    const row = { tenant_id: parseTenantId('mine'), name: 'mine', created_at: new Date(0), suspended_at: null }
    await expect(as(acme, (transaction) => transaction.insertInto('access.tenant').values(row).execute())).rejects.toThrow(/permission denied/)
  })

  it('let work above tenants add a key, and read or change none', async () => {
    await expect(asSystem((transaction) => transaction.selectFrom('access.api_key').select('id').execute())).rejects.toThrow(/permission denied/)
    await expect(asSystem((transaction) => transaction.updateTable('access.api_key').set({ name: 'x' }).execute())).rejects.toThrow(/permission denied/)
    await expect(asSystem((transaction) => transaction.deleteFrom('access.api_key').execute())).rejects.toThrow(/permission denied/)
    await expect(asSystem((transaction) => transaction.insertInto('access.api_key').values(newKey(acme)).execute())).resolves.toBeDefined()
  })

  it('hold no secret', async () => {
    const { key } = await fixture.access.apiKeys.create(fixture.operator, { name: 'secretive', role: 'operator' })
    const rows = await as(parseTenantId('platform'), (transaction) => transaction.selectFrom('access.api_key').selectAll().execute())
    expect(JSON.stringify(rows)).toContain('secretive')
    expect(JSON.stringify(rows)).not.toContain(key.split('.')[3])
  })
})
