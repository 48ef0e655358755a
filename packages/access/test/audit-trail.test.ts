import { createHash } from 'node:crypto'
import { parseTenantId, platformContext, type RequestContext, type TenantId } from '@motadata/core'
import { sql, type Transaction } from 'kysely'
import { platformTenantId } from '../src/index.js'
import { AccessFixture, codeOf } from './access-fixture.js'

describe('the audit trail', () => {
  let fixture: AccessFixture
  let tenantId: TenantId
  let admin: RequestContext
  let keyId: string

  beforeAll(async () => void (fixture = await AccessFixture.open()))
  afterAll(() => fixture.close())
  beforeEach(async () => {
    const { adminKey } = await fixture.createTenant()
    tenantId = adminKey.tenantId
    keyId = adminKey.id
    admin = await fixture.contextOf(adminKey)
  })

  const trail = () => fixture.access.auditTrail
  /** What somebody who owns the database could do. */
  const asOwner = (statement: string) =>
    fixture.platform.database.migrate({
      schema: `tamper_${Math.random().toString(36).slice(2)}`,
      migrations: {
        '0001': {
          async up(database) {
            await sql.raw('alter table access.audit_event no force row level security').execute(database)
            await sql.raw(statement).execute(database)
            await sql.raw('alter table access.audit_event force row level security').execute(database)
          },
        },
      },
    })

  it('says who made, rotated and revoked which key, and who revoked tokens, newest first', async () => {
    const made = await fixture.access.apiKeys.create(admin, { name: 'service desk', role: 'predictor' })
    await fixture.access.apiKeys.rotate(admin, made.id)
    await fixture.access.apiKeys.revoke(admin, made.id)
    await fixture.access.tokens.revokeSubject(admin, 'user-1')
    const { events } = await trail().list(admin)
    const actor = { kind: 'api-key', id: keyId }
    expect(events).toMatchObject([
      { number: 5, action: 'tokens.revoked', subject: 'user-1', actor, details: { kind: 'subject' } },
      { number: 4, action: 'api-key.revoked', subject: made.id, actor },
      { number: 3, action: 'api-key.rotated', subject: made.id, actor },
      { number: 2, action: 'api-key.created', subject: made.id, actor, details: { name: 'service desk', role: 'predictor' }, requestId: 'test' },
      { number: 1, action: 'tenant.created', subject: tenantId, actor: { kind: 'platform', id: 'platform' }, previousHash: '', occurredAt: new Date(fixture.clock.nowMs()) },
    ])
    expect(JSON.stringify(events)).not.toContain(made.key.split('.')[3])
  })

  it('says to operators and to the tenant who suspended and resumed it', async () => {
    await fixture.access.tenants.suspend(fixture.operator, tenantId)
    await fixture.access.tenants.resume(fixture.operator, tenantId)
    for (const context of [admin, fixture.operator]) {
      const { events } = await trail().list(context, { limit: 2 })
      expect(events).toMatchObject([{ action: 'tenant.resumed', subject: tenantId }, { action: 'tenant.suspended', subject: tenantId }])
    }
  })

  it('begins with the first start', async () => {
    const own = await AccessFixture.open()
    await own.access.bootstrap({ tenantId: 'acme' })
    const first = await own.access.auditTrail.list(platformContext(parseTenantId('acme'), 'test'))
    expect(first.events).toMatchObject([{ action: 'tenant.created', actor: { kind: 'platform', id: 'first start' } }])
    const operators = await own.access.auditTrail.list(platformContext(platformTenantId, 'test'))
    expect(operators.events.map(({ action }) => action)).toEqual(['api-key.created', 'tenant.created'])
    await own.close()
  })

  it('is the tenant’s own, and only its admins’', async () => {
    const others = await fixture.contextOf((await fixture.createTenant()).adminKey)
    expect((await trail().list(others)).events.map(({ tenantId: of }) => of)).toEqual([others.tenantId])
    const trainer = await fixture.contextOf(await fixture.access.apiKeys.create(admin, { name: 'x', role: 'trainer' }))
    expect(await codeOf(trail().list(trainer))).toBe('PERMISSION_DENIED')
    expect(await codeOf(trail().verify(trainer))).toBe('PERMISSION_DENIED')
  })

  it('comes in pages', async () => {
    for (let count = 0; count < 4; count++) await fixture.access.apiKeys.create(admin, { name: 'x', role: 'viewer' })
    const first = await trail().list(admin, { limit: 3 })
    const rest = await trail().list(admin, { limit: 3, pageToken: first.nextPageToken! })
    expect([...first.events, ...rest.events].map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
    expect(rest.nextPageToken).toBeUndefined()
    for (const pageToken of ['x', '0', '-1', '99999999999']) expect(await codeOf(trail().list(admin, { pageToken }))).toBe('INPUT_INVALID')
  })

  it('counts without a gap also what is done at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, at) => fixture.access.apiKeys.create(admin, { name: `key ${at}`, role: 'viewer' })))
    expect(await trail().verify(admin)).toMatchObject({ isWhole: true, eventCount: 11 })
  })

  it('has nothing of what was refused', async () => {
    expect(await codeOf(fixture.access.apiKeys.revoke(admin, '01900000-0000-7000-8000-000000000000'))).toBe('API_KEY_NOT_FOUND')
    expect((await trail().list(admin)).events).toHaveLength(1)
  })

  it('has hashes that anybody can compute', async () => {
    const { events: [event] } = await trail().list(admin)
    const { number, occurredAt, action, actor, subject, details, requestId, previousHash } = event!
    const hashed = ['audit-event/1', previousHash, tenantId, number, occurredAt.toISOString(), action, actor.kind, actor.id, subject, JSON.stringify(details), requestId]
    expect(event!.hash).toBe(createHash('sha256').update(JSON.stringify(hashed)).digest('hex'))
  })

  describe('that somebody changed', () => {
    beforeEach(async () => {
      for (const name of ['one', 'two', 'three']) await fixture.access.apiKeys.create(admin, { name, role: 'viewer' })
    })

    it.each([
      ['an actor', 2, (id: string) => `update access.audit_event set actor_id = 'somebody else' where tenant_id = '${id}' and number = 2`],
      ['a time', 3, (id: string) => `update access.audit_event set occurred_at = occurred_at + interval '1 second' where tenant_id = '${id}' and number = 3`],
      ['an event gone from the middle', 2, (id: string) => `delete from access.audit_event where tenant_id = '${id}' and number = 2`],
      ['an event gone from the beginning', 1, (id: string) => `delete from access.audit_event where tenant_id = '${id}' and number = 1`],
      ['a hash', 4, (id: string) => `update access.audit_event set hash = repeat('0', 64) where tenant_id = '${id}' and number = 4`],
    ])('is found out: %s', async (_, brokenAt, statement) => {
      expect(await trail().verify(admin)).toMatchObject({ isWhole: true, eventCount: 4 })
      await asOwner(statement(tenantId))
      expect(await trail().verify(admin)).toMatchObject({ isWhole: false, eventCount: brokenAt - 1, brokenAt })
    })

    it('at its end is found out by a hash that was noted before', async () => {
      const { hash } = await trail().verify(admin)
      await fixture.access.apiKeys.create(admin, { name: 'four', role: 'viewer' })
      expect(await trail().verify(admin, hash)).toMatchObject({ isWhole: true, eventCount: 5 })
      await asOwner(`delete from access.audit_event where tenant_id = '${tenantId}' and number >= 4`)
      expect(await trail().verify(admin)).toMatchObject({ isWhole: true, eventCount: 3 })
      expect(await trail().verify(admin, hash)).toMatchObject({ isWhole: false, brokenAt: 4 })
    })
  })

  it('can be changed by no tenant, and added to for no other', async () => {
    const as = (statement: string) => fixture.platform.database.withTenant(tenantId, (transaction: Transaction<unknown>) => sql.raw(statement).execute(transaction))
    const other = (await fixture.createTenant()).tenant.id
    for (const statement of ['update access.audit_event set actor_id = $$x$$', 'delete from access.audit_event']) await expect(as(statement)).rejects.toThrow(/permission denied/)
    await expect(as(`insert into access.audit_event select '${other}', 99, occurred_at, action, actor_kind, actor_id, subject, details, request_id, '', 'x' from access.audit_event`)).rejects.toThrow(/row-level security/)
    const { rows } = await as(`select 1 from access.audit_event where tenant_id = '${other}'`)
    expect(rows).toEqual([])
  })
})
