import fc from 'fast-check'
import { type Role, roles } from '@motadata/core'
import type { Bootstrapped } from '../../src/index.js'
import { AccessFixture } from '../access-fixture.js'
import { ServedAccess } from './served-access.js'

const instantText = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)

describe('the routes of access', () => {
  let fixture: AccessFixture
  let served: ServedAccess
  let first: Bootstrapped
  let admin: string
  let operator: string
  /** A key for every role. */
  let keys: Record<Role, string>

  beforeAll(async () => {
    fixture = await AccessFixture.open()
    first = (await fixture.access.bootstrap())!
    served = new ServedAccess(fixture.access)
    await served.server.ready()
    admin = first.adminKey.key
    operator = first.operatorKey.key
    const context = await fixture.contextOf(first.adminKey)
    const { apiKeys } = fixture.access
    const made = await Promise.all(roles.map(async (role) => [role, (await apiKeys.create(context, { name: role, role })).key]))
    keys = { ...Object.fromEntries(made), operator }
  })
  afterAll(async () => {
    await served.server.close()
    await fixture.close()
  })

  const addressOf = (url: string) => url.replace(':tenantId', 'default').replace(':keyId', first.adminKey.id)

  it('are these, and every one says who may call it and what it takes and gives', () => {
    expect(served.routes.map((route) => `${String(route.method)} ${route.url} ${route.config?.access}`).sort()).toEqual([
      'DELETE /v1/api-keys/:keyId admin',
      'DELETE /v1/operator-keys/:keyId operator',
      'GET /v1/api-keys admin',
      'GET /v1/api-keys/:keyId admin',
      'GET /v1/audit-events admin',
      'GET /v1/audit-events/verification admin',
      'GET /v1/me viewer',
      'GET /v1/operator-keys operator',
      'GET /v1/operator-keys/:keyId operator',
      'GET /v1/tenants operator',
      'GET /v1/tenants/:tenantId operator',
      'POST /v1/api-keys admin',
      'POST /v1/api-keys/:keyId/rotate admin',
      'POST /v1/operator-keys operator',
      'POST /v1/operator-keys/:keyId/rotate operator',
      'POST /v1/tenants operator',
      'POST /v1/tenants/:tenantId/resume operator',
      'POST /v1/tenants/:tenantId/suspend operator',
    ])
    for (const { url, schema } of served.routes) {
      expect(schema).toMatchObject({ tags: [expect.any(String)], summary: expect.any(String), operationId: expect.any(String) })
      const response = schema!.response as Record<string, unknown>
      expect(Object.keys(response)).toEqual(expect.arrayContaining(['401', '403']))
      expect(Object.keys(response).some((status) => status.startsWith('2'))).toBe(true)
      expect(schema!.params !== undefined).toBe(url.includes(':'))
    }
    const operationIds = served.routes.map((route) => route.schema?.operationId)
    expect(new Set(operationIds).size).toBe(served.routes.length)
  })

  it('are closed to nobody in particular, before anything of the request is looked at', async () => {
    for (const { method, url } of served.routes) {
      const answer = await served.ask(method as 'GET', addressOf(url), undefined, method === 'POST' ? '{ not json' : undefined)
      expect([url, answer.status, answer.body.code]).toEqual([url, 401, 'UNAUTHENTICATED'])
    }
  })

  it('are closed to every role that is not asked for, also between operators and tenants', async () => {
    const rank = (role: Role) => roles.indexOf(role as never)
    for (const { method, url, config } of served.routes) {
      const asked = config!.access as Role
      for (const held of [...roles, 'operator'] as const) {
        const suffices = asked === 'operator' || held === 'operator' ? asked === held : rank(held) >= rank(asked)
        if (suffices) continue
        const answer = await served.ask(method as 'GET', addressOf(url), keys[held], method === 'POST' ? {} : undefined)
        expect([url, held, answer.status, answer.body.code]).toEqual([url, held, 403, 'PERMISSION_DENIED'])
      }
    }
  })

  describe('/v1/me', () => {
    it.each(roles)('says to a %s who they are', async (role) => {
      const { status, body } = await served.ask('GET', '/v1/me', keys[role])
      expect([status, body]).toEqual([200, { tenantId: 'default', role, keyId: keys[role].split('.')[2] }])
    })
  })

  describe('/v1/api-keys', () => {
    it('makes, shows, lists, rotates and revokes', async () => {
      const asked = { name: 'service desk', role: 'predictor', expiresAt: '2026-12-31T23:59:59+01:00' }
      const made = await served.ask('POST', '/v1/api-keys', admin, asked)
      expect(made.status).toBe(201)
      expect(made.headers['cache-control']).toBe('no-store')
      const { key, ...shown } = made.body
      expect(shown).toEqual({
        tenantId: 'default', id: expect.any(String), name: 'service desk', role: 'predictor', prefix: expect.any(String),
        createdAt: instantText, expiresAt: '2026-12-31T22:59:59.000Z',
      })
      expect((await served.ask('GET', '/v1/me', key)).body).toEqual({ tenantId: 'default', role: 'predictor', keyId: shown.id })

      const seen = await served.ask('GET', `/v1/api-keys/${shown.id}`, admin)
      expect(seen.body).toEqual({ ...shown, lastUsedAt: instantText })
      const listed = await served.ask('GET', '/v1/api-keys?limit=1', admin)
      expect(listed.body).toEqual({ apiKeys: [seen.body], nextPageToken: shown.id })
      const rest = await served.ask('GET', `/v1/api-keys?pageToken=${shown.id}`, admin)
      expect(rest.body.apiKeys).toHaveLength(1 + roles.length)

      const rotated = await served.ask('POST', `/v1/api-keys/${shown.id}/rotate`, admin, { gracePeriodMs: 60_000 })
      expect([rotated.status, rotated.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(rotated.body).toMatchObject({ id: shown.id, rotatedAt: instantText, previousSecretExpiresAt: '2026-03-01T12:01:00.000Z' })
      expect((await served.ask('GET', '/v1/me', key)).status).toBe(200)
      expect((await served.ask('GET', '/v1/me', rotated.body.key)).status).toBe(200)

      const revoked = await served.ask('DELETE', `/v1/api-keys/${shown.id}`, admin)
      expect([revoked.status, revoked.body]).toEqual([204, undefined])
      expect((await served.ask('GET', '/v1/me', key)).status).toBe(401)
      expect((await served.ask('GET', '/v1/me', rotated.body.key)).status).toBe(401)
      expect((await served.ask('GET', `/v1/api-keys/${shown.id}`, admin)).body).toMatchObject({ revokedAt: instantText })
    })

    it('rotates without a body', async () => {
      const { body } = await served.ask('POST', '/v1/api-keys', admin, { name: 'n', role: 'viewer' })
      const rotated = await served.ask('POST', `/v1/api-keys/${body.id}/rotate`, admin)
      expect(rotated.status).toBe(200)
      expect(rotated.body.key).not.toBe(body.key)
      expect((await served.ask('GET', '/v1/me', body.key)).status).toBe(401)
    })

    it('does not revoke the key that asks', async () => {
      const { status, body } = await served.ask('DELETE', `/v1/api-keys/${first.adminKey.id}`, admin)
      expect([status, body.code]).toEqual([400, 'INPUT_INVALID'])
      expect((await served.ask('GET', '/v1/me', admin)).status).toBe(200)
    })

    it("answers for another tenant's key exactly as for one that never was", async () => {
      const other = await fixture.createTenant()
      for (const [method, suffix] of [['GET', ''], ['POST', '/rotate'], ['DELETE', '']] as const) {
        const theirs = await served.ask(method, `/v1/api-keys/${other.adminKey.id}${suffix}`, admin)
        const nobodys = await served.ask(method, `/v1/api-keys/00000000-0000-7000-8000-000000000000${suffix}`, admin)
        expect(theirs.status).toBe(404)
        expect(theirs.body).toEqual(nobodys.body)
        expect(theirs.body.code).toBe('API_KEY_NOT_FOUND')
      }
      expect((await served.ask('GET', '/v1/me', other.adminKey.key)).status).toBe(200)
    })

    it.each([
      ['no body', undefined],
      ['null', 'null'],
      ['a list', []],
      ['broken JSON', '{"name":'],
      ['no name', { role: 'viewer' }],
      ['no role', { name: 'n' }],
      ['an unknown role', { name: 'n', role: 'root' }],
      ['the role of an operator', { name: 'n', role: 'operator' }],
      ['a name of 10,000 characters', { name: 'n'.repeat(10_000), role: 'viewer' }],
      ['a name of a lone surrogate', '{"name":"\\ud800","role":"viewer"}'],
      ['a name with NUL', { name: 'a\u0000', role: 'viewer' }],
      ['an empty name', { name: ' ', role: 'viewer' }],
      ['an object for a name', { name: {}, role: 'viewer' }],
      ['a prototype', '{"name":"n","role":"viewer","__proto__":{"role":"admin"}}'],
      ['an end in the past', { name: 'n', role: 'viewer', expiresAt: '2026-03-01T12:00:00Z' }],
      ['an end on no day', { name: 'n', role: 'viewer', expiresAt: '2027-02-30T00:00:00Z' }],
      ['an end without an offset', { name: 'n', role: 'viewer', expiresAt: '2027-02-01T00:00:00' }],
      ['an end in a leap second', { name: 'n', role: 'viewer', expiresAt: '2028-12-31T23:59:60Z' }],
      ['an end in words', { name: 'n', role: 'viewer', expiresAt: 'tomorrow' }],
      ['an end as a number', { name: 'n', role: 'viewer', expiresAt: 1_900_000_000_000 }],
    ])('is not taken in by %s', async (_, payload) => {
      const before = (await fixture.access.apiKeys.list(await fixture.contextOf(first.adminKey))).apiKeys.length
      const { status, body } = await served.ask('POST', '/v1/api-keys', admin, payload as object, { 'content-type': 'application/json' })
      expect([status, ['INPUT_INVALID', 'REQUEST_INVALID'].includes(body.code)]).toEqual([400, true])
      expect((await fixture.access.apiKeys.list(await fixture.contextOf(first.adminKey))).apiKeys).toHaveLength(before)
    })

    it.each([
      'limit=0', 'limit=x', 'limit=1e9', 'limit=1.5', 'pageToken=%00', "pageToken='--", 'pageToken=', `pageToken=${'a'.repeat(500)}`,
    ])('is not listed by ?%s', async (query) => {
      expect((await served.ask('GET', `/v1/api-keys?${query}`, admin)).status).toBe(400)
    })

    it.each(['__proto__', '%00', '%F0%9F%9A%92', "'%20or%201=1--", '..%2f..%2fetc', 'a'.repeat(99)])('finds no key %s', async (keyId) => {
      expect((await served.ask('GET', `/v1/api-keys/${keyId}`, admin)).body).toMatchObject({ status: 404, code: 'API_KEY_NOT_FOUND' })
    })

    it('answers any body with 201 or 400, never with an error of its own', async () => {
      const values = fc.oneof(fc.constantFrom('n', 'viewer', 'admin', '2030-01-01T00:00:00Z', ''), fc.anything({ maxDepth: 1 }))
      const bodies = fc.record({ name: values, role: values, expiresAt: values }, { requiredKeys: [] })
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const text = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
          const { status } = await served.ask('POST', '/v1/api-keys', admin, text, { 'content-type': 'application/json' })
          expect([201, 400]).toContain(status)
        }),
        { numRuns: 100 },
      )
    })
  })

  describe('/v1/operator-keys', () => {
    it('makes, shows, lists, rotates and revokes for operators', async () => {
      const made = await served.ask('POST', '/v1/operator-keys', operator, { name: 'second operator' })
      expect([made.status, made.body.role, made.body.tenantId]).toEqual([201, 'operator', 'platform'])
      const rotated = await served.ask('POST', `/v1/operator-keys/${made.body.id}/rotate`, operator)
      expect((await served.ask('GET', '/v1/tenants', made.body.key)).status).toBe(401)
      expect((await served.ask('GET', '/v1/tenants', rotated.body.key)).status).toBe(200)
      const { body } = await served.ask('GET', '/v1/operator-keys', operator)
      expect(body.apiKeys).toMatchObject([{ name: 'second operator' }, { name: 'first operator key' }])
      expect((await served.ask('DELETE', `/v1/operator-keys/${first.operatorKey.id}`, rotated.body.key)).status).toBe(204)
      expect((await served.ask('GET', '/v1/tenants', operator)).status).toBe(401)
      const replaced = await served.ask('POST', '/v1/operator-keys', rotated.body.key, { name: 'third operator' })
      operator = replaced.body.key
    })

    it("does not find a tenant's key", async () => {
      for (const [method, suffix] of [['GET', ''], ['POST', '/rotate'], ['DELETE', '']] as const) {
        const { status, body } = await served.ask(method, `/v1/operator-keys/${first.adminKey.id}${suffix}`, operator)
        expect([status, body.code]).toEqual([404, 'API_KEY_NOT_FOUND'])
      }
    })
  })

  describe('/v1/tenants', () => {
    it('makes a tenant whose first key works, shows, lists, suspends and resumes it', async () => {
      const made = await served.ask('POST', '/v1/tenants', operator, { id: 'acme', name: 'Acme Corporation' })
      expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store'])
      expect(made.body.tenant).toEqual({ id: 'acme', name: 'Acme Corporation', createdAt: instantText })
      expect(made.body.adminKey).toMatchObject({ tenantId: 'acme', role: 'admin', name: 'first admin key' })
      const { key } = made.body.adminKey
      expect((await served.ask('GET', '/v1/me', key)).body).toEqual({ tenantId: 'acme', role: 'admin', keyId: made.body.adminKey.id })

      expect((await served.ask('GET', '/v1/tenants/acme', operator)).body).toEqual(made.body.tenant)
      const listed = await served.ask('GET', '/v1/tenants?limit=1', operator)
      expect(listed.body).toEqual({ tenants: [made.body.tenant], nextPageToken: 'acme' })

      const suspended = await served.ask('POST', '/v1/tenants/acme/suspend', operator)
      expect(suspended.body).toEqual({ ...made.body.tenant, suspendedAt: instantText })
      expect((await served.ask('GET', '/v1/me', key)).body).toMatchObject({ status: 403, code: 'TENANT_SUSPENDED' })
      expect((await served.ask('POST', '/v1/tenants/acme/resume', operator)).body).toEqual(made.body.tenant)
      expect((await served.ask('GET', '/v1/me', key)).status).toBe(200)
    })

    it.each([
      [{ id: 'default' }, 409, 'TENANT_EXISTS'],
      [{ id: 'platform' }, 409, 'TENANT_EXISTS'],
      [{ id: 'A b' }, 400, 'TENANT_ID_INVALID'],
      [{ id: '__proto__' }, 400, 'TENANT_ID_INVALID'],
      [{ id: 'x'.repeat(64) }, 400, 'REQUEST_INVALID'],
      [{ name: 'x' }, 400, 'REQUEST_INVALID'],
      [{ id: 'unnamed', name: '\u0000' }, 400, 'INPUT_INVALID'],
    ])('does not make one of %j', async (payload, status, code) => {
      expect((await served.ask('POST', '/v1/tenants', operator, payload)).body).toMatchObject({ status, code })
    })

    it('finds none that there is not, and none that is reserved', async () => {
      for (const path of ['nobody', 'platform']) {
        const notFound = { status: 404, code: 'TENANT_NOT_FOUND' }
        expect((await served.ask('GET', `/v1/tenants/${path}`, operator)).body).toMatchObject(notFound)
        expect((await served.ask('POST', `/v1/tenants/${path}/suspend`, operator)).body).toMatchObject(notFound)
        expect((await served.ask('POST', `/v1/tenants/${path}/resume`, operator)).body).toMatchObject(notFound)
      }
      expect((await served.ask('GET', '/v1/tenants/__proto__', operator)).body).toMatchObject({ status: 400, code: 'TENANT_ID_INVALID' })
    })
  })
})
