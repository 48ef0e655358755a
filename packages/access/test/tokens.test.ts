import { createHmac } from 'node:crypto'
import { AccessError, platformContext, type RequestContext } from '@motadata/core'
import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { Access, type OidcIssuer } from '../src/index.js'
import { AccessFixture, codeOf, lostSignal } from './access-fixture.js'
import { TestIssuer } from './test-issuer.js'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('tokens of an identity provider', () => {
  let fixture: AccessFixture
  let issuer: TestIssuer
  let access: Access
  let tenantId: string
  let otherTenantId: string
  let admin: RequestContext

  beforeAll(async () => {
    fixture = await AccessFixture.open()
  })
  afterAll(() => fixture.close())

  const open = (changes: Partial<OidcIssuer> = {}): Promise<Access> => fixture.another({ oidc: [issuer.options(changes)] })
  beforeEach(async () => {
    issuer = await TestIssuer.start(fixture.clock)
    access = await open()
    const { adminKey } = await fixture.createTenant()
    tenantId = adminKey.tenantId
    admin = await fixture.contextOf(adminKey)
    otherTenantId = (await fixture.createTenant()).tenant.id
  })
  afterEach(async () => {
    access.close()
    await issuer.stop()
  })

  const ask = async (token: string, requiredAccess: 'viewer' | 'predictor' | 'admin' | 'operator' = 'predictor', by: Access = access) =>
    by.recognise(token, { requestId: 'r1', requiredAccess })
  const refuse = async (token: string, by: Access = access): Promise<AccessError> => {
    const error: unknown = await ask(token, 'predictor', by).then((context) => ({ accepted: context }), (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AccessError)
    return error as AccessError
  }

  it('say whose request it is: tenant, subject and role', async () => {
    expect(await ask(await issuer.sign(issuer.claims(tenantId)))).toEqual({
      tenantId, requestId: 'r1', principal: { kind: 'token', id: 'user-1', role: 'predictor' },
    })
  })

  it('are known without a promise the second time, and then ask nobody', async () => {
    const token = await issuer.sign(issuer.claims(tenantId))
    const first = await ask(token)
    const { unitCount } = fixture.database
    expect(access.recognise(token, { requestId: 'r1', requiredAccess: 'viewer' })).toEqual(first)
    expect([fixture.database.unitCount, issuer.requestCount]).toEqual([unitCount, 1])
  })

  it('are taken beside API keys, which go on as ever', async () => {
    const { adminKey } = await fixture.createTenant()
    issuer.answer = (response) => void response.writeHead(500).end()
    expect(await ask(adminKey.key, 'admin')).toMatchObject({ tenantId: adminKey.tenantId, principal: { kind: 'api-key' } })
    expect((await refuse(`${adminKey.key.slice(0, -2)}xx`)).message).toContain('API key')
  })

  it('are none where no issuer is known', async () => {
    expect(await refuse(await issuer.sign(issuer.claims(tenantId)), fixture.access)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  describe('are refused, all in the same words,', () => {
    const cases: readonly (readonly [string, (tenantId: string) => Promise<string> | string])[] = [
      ['expired', (id) => issuer.sign(issuer.claims(id, { exp: seconds() - 31 }))],
      ['not in force yet', (id) => issuer.sign(issuer.claims(id, { nbf: seconds() + 31 }))],
      ['issued in the future', (id) => issuer.sign(issuer.claims(id, { iat: seconds() + 31 }))],
      ['without an end', (id) => issuer.sign(issuer.claims(id, { exp: undefined }))],
      ['with an end too far away', (id) => issuer.sign(issuer.claims(id, { exp: seconds() + 86_401 }))],
      ['for another audience', (id) => issuer.sign(issuer.claims(id, { aud: 'another' }))],
      ['for no audience', (id) => issuer.sign(issuer.claims(id, { aud: undefined }))],
      ['of another issuer', (id) => issuer.sign(issuer.claims(id, { iss: 'https://evil.example' }))],
      ['of no issuer', (id) => issuer.sign(issuer.claims(id, { iss: undefined }))],
      ['without a subject', (id) => issuer.sign(issuer.claims(id, { sub: undefined }))],
      ['with a subject of a thousand characters', (id) => issuer.sign(issuer.claims(id, { sub: 'x'.repeat(1000) }))],
      ['with a subject of a control character', (id) => issuer.sign(issuer.claims(id, { sub: 'a\u0000b' }))],
      ['without a tenant', (id) => issuer.sign(issuer.claims(id, { tenant_id: undefined }))],
      ['with several tenants', (id) => issuer.sign(issuer.claims(id, { tenant_id: [id] }))],
      ['with a tenant that there is not', () => issuer.sign(issuer.claims('nobody'))],
      ['with the tenant of the platform', () => issuer.sign(issuer.claims('platform'))],
      ['signed by another key under the same name', async (id) => {
        const token = await issuer.sign(issuer.claims(id))
        await issuer.rotate('key-1')
        const [head, , ] = token.split('.')
        expect(await ask(await issuer.sign(issuer.claims(id)))).toBeDefined()
        return `${head}.${encode(issuer.claims(id, { sub: 'root' }))}.${token.split('.')[2]}`
      }],
      ['without a signature', async (id) => (await issuer.sign(issuer.claims(id))).replace(/[^.]*$/, '')],
      ['of the algorithm none', (id) => `${encode({ alg: 'none', kid: 'key-1' })}.${encode(issuer.claims(id))}.`],
      ['with a header that is no JSON', (id) => `e30x.${encode(issuer.claims(id))}.AAAA`],
      ['with claims that are a list', () => `${encode({ alg: 'ES256', kid: 'key-1' })}.${encode([])}.AAAA`],
      ['of nine thousand characters', (id) => issuer.sign(issuer.claims(id, { filler: 'x'.repeat(7000) }))],
      ['empty', () => ''],
      ['of dots', () => '....'],
    ]
    const seconds = (): number => Math.floor(fixture.clock.nowMs() / 1000)

    it.each(cases)('%s', async (_, make) => {
      const error = await refuse(await make(tenantId))
      expect(error).toMatchObject({ code: 'UNAUTHENTICATED', details: {} })
      expect(error.message).toBe('Expected a token that is accepted here and in force, got another. Get a new one from your identity provider.')
    })

    it('signed with the public key as if it were a secret (HS256)', async () => {
      await issuer.rotate('rsa', 'RS256')
      const pem = await exportSPKI((await importJWK(issuer.publicJwk, 'RS256', { extractable: true })) as CryptoKey)
      for (const secret of [pem, JSON.stringify(issuer.publicJwk), issuer.publicJwk.n!]) {
        const signed = `${encode({ alg: 'HS256', kid: 'rsa', typ: 'JWT' })}.${encode(issuer.claims(tenantId))}`
        expect(await refuse(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`)).toMatchObject({ code: 'UNAUTHENTICATED' })
      }
      expect(await ask(await issuer.sign(issuer.claims(tenantId)))).toMatchObject({ tenantId })
    })

    it('signed by an algorithm that is not in the list', async () => {
      const strict = await open({ algorithms: ['RS256'] })
      expect(await refuse(await issuer.sign(issuer.claims(tenantId)), strict)).toMatchObject({ code: 'UNAUTHENTICATED' })
      strict.close()
    })
  })

  it('are not logged', async () => {
    const token = await issuer.sign(issuer.claims(tenantId, { aud: 'another' }))
    await refuse(token)
    expect(fixture.log.lines.join('\n')).not.toContain(token.slice(-20))
  })

  it('are borne a little after their end, as clocks differ, and not remembered beyond it', async () => {
    const token = await issuer.sign(issuer.claims(tenantId, { exp: Math.floor(fixture.clock.nowMs() / 1000) + 3 }))
    expect(await ask(token)).toMatchObject({ tenantId })
    fixture.clock.advance(4_000)
    expect(access.recognise(token, { requestId: 'r1', requiredAccess: 'viewer' })).toBeInstanceOf(Promise)
    expect(await ask(token)).toMatchObject({ tenantId })
    fixture.clock.advance(30_000)
    expect(await refuse(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  describe('roles', () => {
    const as = async (roles: unknown, changes: Partial<OidcIssuer> = {}, more: object = {}): Promise<unknown> => {
      const own = await open(changes)
      const token = await issuer.sign(issuer.claims(tenantId, { roles, ...more }))
      const context = await ask(token, 'viewer', own).catch((error: AccessError) => error.code)
      own.close()
      return typeof context === 'string' ? context : context.principal.role
    }

    it('are the highest that the map knows', async () => {
      expect(await as(['else', 'desk-reader', 'desk-admin', 'desk-agent'])).toBe('admin')
      expect(await as('openid desk-agent desk-reader')).toBe('predictor')
    })

    it('that nobody knows are none, and none is no permission', async () => {
      for (const roles of [undefined, null, [], '', ['admin'], 'desk-agents', { 'desk-admin': true }, [['desk-admin']], '__proto__', ['constructor'], 7]) {
        expect(await as(roles)).toBe('PERMISSION_DENIED')
      }
    })

    it('stand where the claim says, by name or by path', async () => {
      const inside = { realm_access: { roles: ['desk-admin'] }, 'https://desk.example/roles': 'desk-agent' }
      expect(await as(undefined, { roleClaim: 'realm_access.roles' }, inside)).toBe('admin')
      expect(await as(undefined, { roleClaim: 'https://desk.example/roles' }, inside)).toBe('predictor')
      expect(await as(['desk-admin'], { roleClaim: 'roles.length' })).toBe('PERMISSION_DENIED')
      expect(await as(['desk-admin'], { roleClaim: '__proto__.roles' })).toBe('PERMISSION_DENIED')
    })

    it('suffice or do not, as those of keys; the operator’s is no token’s', async () => {
      const token = await issuer.sign(issuer.claims(tenantId, { roles: 'desk-admin' }))
      expect(await ask(token, 'admin')).toMatchObject({ tenantId })
      expect(await codeOf(ask(token, 'operator'))).toBe('PERMISSION_DENIED')
      expect(await codeOf(ask(await issuer.sign(issuer.claims(tenantId)), 'admin'))).toBe('PERMISSION_DENIED')
      await expect(open({ roleMap: { root: 'operator' as never } })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
    })
  })

  describe('of an issuer that may speak for some tenants only', () => {
    it('are refused for another tenant', async () => {
      const own = await open({ tenants: [tenantId] })
      expect(await ask(await issuer.sign(issuer.claims(tenantId)), 'predictor', own)).toMatchObject({ tenantId })
      expect(await refuse(await issuer.sign(issuer.claims(otherTenantId)), own)).toMatchObject({ code: 'UNAUTHENTICATED' })
      own.close()
    })

    it('are refused when they name a neighbour’s issuer but carry its own signature', async () => {
      const neighbour = await TestIssuer.start(fixture.clock)
      const theirs = { ...neighbour.options({ tenants: [otherTenantId] }), issuer: 'https://login.neighbour.example' }
      const both = await fixture.another({ oidc: [issuer.options({ tenants: [tenantId] }), theirs] })
      const good = await neighbour.sign(neighbour.claims(otherTenantId, { iss: theirs.issuer }))
      expect(await ask(good, 'predictor', both)).toMatchObject({ tenantId: otherTenantId })
      for (const claims of [neighbour.claims(tenantId, { iss: theirs.issuer }), neighbour.claims(tenantId, { iss: issuer.issuer })]) {
        expect(await refuse(await neighbour.sign(claims), both)).toMatchObject({ code: 'UNAUTHENTICATED' })
      }
      both.close()
      await neighbour.stop()
    })
  })

  describe('of a suspended tenant', () => {
    it('are refused at once, and taken again when it is resumed', async () => {
      const token = await issuer.sign(issuer.claims(tenantId))
      await ask(token)
      await access.tenants.suspend(fixture.operator, tenantId)
      expect(await codeOf(ask(token))).toBe('TENANT_SUSPENDED')
      await access.tenants.resume(fixture.operator, tenantId)
      expect(await ask(token)).toMatchObject({ tenantId })
    })

    it('are refused elsewhere as soon as the signal comes, and within five seconds without one', async () => {
      const token = await issuer.sign(issuer.claims(tenantId))
      const deaf = await fixture.another({ oidc: [issuer.options()], changes: lostSignal })
      const hearing = await open()
      for (const process of [deaf, hearing]) await ask(token, 'predictor', process)
      await fixture.access.tenants.suspend(fixture.operator, tenantId)
      expect(await codeOf(ask(token, 'predictor', hearing))).toBe('TENANT_SUSPENDED')
      expect(await ask(token, 'predictor', deaf)).toMatchObject({ tenantId })
      fixture.clock.advance(5_000)
      expect(await codeOf(ask(token, 'predictor', deaf))).toBe('TENANT_SUSPENDED')
      for (const process of [deaf, hearing]) process.close()
    })
  })

  describe('that are revoked', () => {
    it('by subject are refused, and those of a later login are not', async () => {
      const before = await issuer.sign(issuer.claims(tenantId))
      const another = await issuer.sign(issuer.claims(tenantId, { sub: 'user-2' }))
      for (const token of [before, another]) await ask(token)
      await access.tokens.revokeSubject(admin, 'user-1')
      expect(await refuse(before)).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await refuse(await issuer.sign(issuer.claims(tenantId, { iat: undefined })))).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await ask(another)).toMatchObject({ tenantId })
      fixture.clock.advance(1_000)
      expect(await ask(await issuer.sign(issuer.claims(tenantId)))).toMatchObject({ tenantId })
      expect(await refuse(before)).toMatchObject({ code: 'UNAUTHENTICATED' })
    })

    it('by their id are refused, and others of the subject are not', async () => {
      const [one, two] = await Promise.all(['jti-1', 'jti-2'].map((jti) => issuer.sign(issuer.claims(tenantId, { jti }))))
      await ask(one!)
      await access.tokens.revokeToken(admin, 'jti-1')
      expect(await refuse(one!)).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await ask(two!)).toMatchObject({ tenantId })
    })

    it('in one tenant are not in another', async () => {
      await access.tokens.revokeSubject(admin, 'user-1')
      expect(await ask(await issuer.sign(issuer.claims(otherTenantId)))).toMatchObject({ tenantId: otherTenantId })
    })

    it('while they were being looked up are not remembered as good', async () => {
      const token = await issuer.sign(issuer.claims(tenantId))
      let release = (): void => undefined
      fixture.database.holdBack = new Promise((resolve) => (release = resolve))
      const asked = ask(token)
      const { unitCount } = fixture.database
      while (fixture.database.unitCount === unitCount) await new Promise((resolve) => setImmediate(resolve))
      fixture.database.holdBack = undefined
      await access.tokens.revokeSubject(admin, 'user-1')
      release()
      await asked
      expect(await refuse(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
    })

    it('are revoked by admins, by what can be a subject', async () => {
      const viewer = await ask(await issuer.sign(issuer.claims(tenantId)))
      expect(await codeOf(access.tokens.revokeSubject(viewer, 'user-2'))).toBe('PERMISSION_DENIED')
      expect(await codeOf(access.tokens.revokeSubject(fixture.operator, ''))).toBe('INPUT_INVALID')
      for (const subject of ['', 'x'.repeat(256), 'a\u0000', '\ud800', null, 7]) {
        expect(await codeOf(access.tokens.revokeSubject(admin, subject as string))).toBe('INPUT_INVALID')
      }
      await expect(access.tokens.revokeToken(platformContext(admin.tenantId, 'r2'), 'jti-9')).resolves.toBeUndefined()
    })
  })

  describe('keys of the issuer', () => {
    const wait = (ms: number): void => fixture.clock.advance(ms)

    it('are fetched once for many tokens at the same time', async () => {
      const tokens = await Promise.all(Array.from({ length: 10 }, (_, at) => issuer.sign(issuer.claims(tenantId, { sub: `user-${at}` }))))
      await Promise.all(tokens.map((token) => ask(token)))
      expect(issuer.requestCount).toBe(1)
    })

    it('are fetched anew for a token that names another, though not again and again', async () => {
      await ask(await issuer.sign(issuer.claims(tenantId)))
      await issuer.rotate('key-2')
      const token = await issuer.sign(issuer.claims(tenantId, { sub: 'user-2' }))
      expect(await refuse(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
      wait(10_000)
      expect(await ask(token)).toMatchObject({ tenantId })
      expect(issuer.requestCount).toBe(2)
      for (let kid = 0; kid < 50; kid++) await refuse(await issuer.sign(issuer.claims(tenantId), { kid: `made-up-${kid}` }))
      expect(issuer.requestCount).toBe(2)
      wait(10_000)
      for (let kid = 0; kid < 50; kid++) await refuse(await issuer.sign(issuer.claims(tenantId), { kid: `made-up-${kid}` }))
      expect(issuer.requestCount).toBe(3)
    })

    it('that are not known while the issuer is down may be new ones: known ones go on, and of others nobody can say', async () => {
      await ask(await issuer.sign(issuer.claims(tenantId)))
      const known = await issuer.sign(issuer.claims(tenantId, { sub: 'user-2' }))
      await issuer.rotate('key-2')
      const rotated = await issuer.sign(issuer.claims(tenantId))
      issuer.answer = (response) => void response.destroy()
      wait(10_000)
      expect(await refuse(rotated)).toMatchObject({ code: 'ISSUER_UNAVAILABLE', details: { retryAfterMs: 10_000 } })
      expect(await ask(known)).toMatchObject({ tenantId })
      expect(issuer.requestCount).toBe(2)
      issuer.answer = undefined
      wait(10_000)
      expect(await ask(rotated)).toMatchObject({ tenantId })
      expect(await refuse(await issuer.sign(issuer.claims(tenantId), { kid: 'made-up' }))).toMatchObject({ code: 'UNAUTHENTICATED' })
    })

    it('that are withdrawn are no longer believed after ten minutes', async () => {
      const token = await issuer.sign(issuer.claims(tenantId))
      await ask(token)
      await issuer.rotate('key-2')
      wait(10 * 60_000)
      expect(await refuse(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
    })

    it('stay good while the issuer is down, for a day', async () => {
      const fresh = () => issuer.sign(issuer.claims(tenantId))
      await ask(await fresh())
      issuer.answer = (response) => void response.writeHead(503).end()
      wait(23 * 3_600_000)
      expect(await ask(await fresh())).toMatchObject({ tenantId })
      wait(3_600_000)
      expect(await refuse(await fresh())).toMatchObject({ code: 'ISSUER_UNAVAILABLE' })
      issuer.answer = undefined
      wait(10_000)
      expect(await ask(await fresh())).toMatchObject({ tenantId })
    })

    it.each([
      ['it is down', (response: import('node:http').ServerResponse) => void response.destroy()],
      ['it answers with an error', (response: import('node:http').ServerResponse) => void response.writeHead(500).end('{"keys":[]}')],
      ['it leads elsewhere', (response: import('node:http').ServerResponse) => void response.writeHead(302, { location: '/other' }).end()],
      ['it answers with no JSON', (response: import('node:http').ServerResponse) => void response.end('<html>')],
      ['it answers with something else', (response: import('node:http').ServerResponse) => void response.end('[]')],
      ['it answers without end', (response: import('node:http').ServerResponse) => void response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
    ])('are missing when %s from the start: say when to ask again, and let keys of the API be', async (_, answer) => {
      issuer.answer = answer
      const token = await issuer.sign(issuer.claims(tenantId))
      const error = await refuse(token)
      expect(error).toMatchObject({ code: 'ISSUER_UNAVAILABLE', details: { retryAfterMs: 10_000 } })
      expect(await refuse(token)).toMatchObject({ code: 'ISSUER_UNAVAILABLE' })
      expect(issuer.requestCount).toBe(1)
      issuer.answer = undefined
      wait(10_000)
      expect(await ask(token)).toMatchObject({ tenantId })
    })

    it('are not asked for at a private address unless that is allowed', async () => {
      const careful = await open({ jwksUrl: issuer.jwksUrl.replace('http:', 'https:'), allowPrivateAddresses: false })
      expect(await refuse(await issuer.sign(issuer.claims(tenantId)), careful)).toMatchObject({ code: 'ISSUER_UNAVAILABLE' })
      expect(issuer.requestCount).toBe(0)
      careful.close()
    })
  })
})
