import { parseTenantId, platformContext, type TenantId } from '@motadata/core'
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

  type Work<Result> = (transaction: Transaction<AccessTables>) => Promise<Result>
  const as = <Result>(tenantId: TenantId, work: Work<Result>) => fixture.platform.database.withTenant(tenantId, work)
  const asSystem = <Result>(work: Work<Result>) => fixture.platform.database.asSystem(work)
  const insertKey = (row: ApiKeyRow) => (transaction: Transaction<AccessTables>) =>
    transaction.insertInto('access.api_key').values(row).execute()
  const changeKeys = (changes: Partial<ApiKeyRow>) => (transaction: Transaction<AccessTables>) =>
    transaction.updateTable('access.api_key').set(changes).execute()
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
      { name: 'audit_event', forced: true, firstKeyColumn: 'tenant_id' },
      { name: 'tenant', forced: true, firstKeyColumn: 'tenant_id' },
      { name: 'token_revocation', forced: true, firstKeyColumn: 'tenant_id' },
    ])
  })

  it('show a tenant its own rows and no others', async () => {
    const keys = await as(acme, (transaction) => transaction.selectFrom('access.api_key').select('tenant_id').execute())
    expect(keys).toEqual([{ tenant_id: 'acme' }])
    const tenants = await as(acme, (transaction) => transaction.selectFrom('access.tenant').select('tenant_id').execute())
    expect(tenants).toEqual([{ tenant_id: 'acme' }])
  })

  it("keep a tenant from seeing, lifting or making another's revocations", async () => {
    await fixture.access.tokens.revokeSubject(platformContext(globex, 'test'), 'user-1')
    const count = (tenantId: TenantId) => as(tenantId, (transaction) => transaction.selectFrom('access.token_revocation').selectAll().execute())
    expect(await count(acme)).toEqual([])
    const lifted = await as(acme, (transaction) => transaction.deleteFrom('access.token_revocation').executeTakeFirst())
    expect(lifted.numDeletedRows).toBe(0n)
    expect(await count(globex)).toHaveLength(1)
    const forged = { tenant_id: globex, kind: 'subject', value: 'user-2', revoked_at: new Date(0) } as const
    await expect(as(acme, (transaction) => transaction.insertInto('access.token_revocation').values(forged).execute())).rejects.toThrow(/row-level security/)
  })

  it("keep a tenant from changing, ending or making another's keys", async () => {
    const changed = await as(acme, (transaction) =>
      transaction.updateTable('access.api_key').set({ secret_hash: 'mine' }).where('tenant_id', '=', globex).executeTakeFirst(),
    )
    expect(changed.numUpdatedRows).toBe(0n)
    const deleted = await as(acme, (transaction) =>
      transaction.deleteFrom('access.api_key').where('tenant_id', '=', globex).executeTakeFirst(),
    )
    expect(deleted.numDeletedRows).toBe(0n)
    await expect(as(acme, insertKey(newKey(globex)))).rejects.toThrow(/row-level security/)
    await expect(as(acme, changeKeys({ tenant_id: globex }))).rejects.toThrow(/row-level security/)
  })

  it('keep a tenant from making itself an operator', async () => {
    await expect(as(acme, insertKey(newKey(parseTenantId('platform'), 'operator')))).rejects.toThrow(/row-level security/)
    await expect(as(acme, insertKey(newKey(acme, 'operator')))).rejects.toThrow(/operators_belong_to_the_platform/)
    await expect(as(acme, changeKeys({ role: 'operator' }))).rejects.toThrow(/operators_belong_to_the_platform/)
  })

  it('keep a tenant from lifting its own suspension, and from making or ending tenants', async () => {
    const mine = { tenant_id: parseTenantId('mine'), name: 'mine', created_at: new Date(0), suspended_at: null }
    const changes: Work<unknown>[] = [
      (transaction) => transaction.updateTable('access.tenant').set({ suspended_at: null }).execute(),
      (transaction) => transaction.deleteFrom('access.tenant').execute(),
      (transaction) => transaction.insertInto('access.tenant').values(mine).execute(),
    ]
    for (const change of changes) await expect(as(acme, change)).rejects.toThrow(/permission denied/)
  })

  it('let work above tenants add a key, and read or change none', async () => {
    const work: Work<unknown>[] = [
      (transaction) => transaction.selectFrom('access.api_key').select('id').execute(),
      (transaction) => transaction.deleteFrom('access.api_key').execute(),
      changeKeys({ name: 'x' }),
    ]
    for (const refused of work) await expect(asSystem(refused)).rejects.toThrow(/permission denied/)
    await expect(asSystem(insertKey(newKey(acme)))).resolves.toBeDefined()
  })

  it('hold no secret', async () => {
    const { key } = await fixture.access.apiKeys.create(fixture.operator, { name: 'secretive', role: 'operator' })
    const rows = await as(parseTenantId('platform'), (transaction) => transaction.selectFrom('access.api_key').selectAll().execute())
    expect(JSON.stringify(rows)).toContain('secretive')
    expect(JSON.stringify(rows)).not.toContain(key.split('.')[3])
  })
})
