import { parseTenantId, tenantKey } from '../src/index.js'

const acme = parseTenantId('acme')

describe('tenantKey', () => {
  it('puts the tenant before every part', () => {
    expect(tenantKey(acme, 'models', 7)).toBe('t/acme/models/7')
  })

  it.each(['..', '../globex', '.', '/globex', 'a/../../b', '..\\b', '%2e%2e/b'])('keeps the part %j inside the tenant', (part) => {
    const key = tenantKey(acme, 'files', part)
    expect(key.split('/')).toHaveLength(4)
    expect(key).not.toMatch(/(^|\/)\.\.?(\/|$)/)
    expect(new URL(key, 'file:///store/').pathname.startsWith('/store/t/acme/files/')).toBe(true)
  })

  it('gives different keys for different parts', () => {
    expect(tenantKey(acme, 'a/b')).not.toBe(tenantKey(acme, 'a', 'b'))
    expect(tenantKey(acme, 'a.b')).not.toBe(tenantKey(acme, 'a%2Eb'))
  })

  it.each(['', '\ud800'])('refuses the part %j', (part) => {
    expect(() => tenantKey(acme, part)).toThrow(expect.objectContaining({ code: 'KEY_PART_INVALID' }))
  })
})

describe('parseTenantId', () => {
  it.each(['a', 'acme', 'tenant_123', '0-1', 'a'.repeat(63)])('takes %s', (id) => expect(parseTenantId(id)).toBe(id))

  it.each(['', 'Acme', '-a', 'a-', 'a b', 'a/b', '..', 'a'.repeat(64), 'ä', 7, null, undefined, { toString: () => 'acme' }])('refuses %p', (id) => {
    expect(() => parseTenantId(id)).toThrow(expect.objectContaining({ code: 'TENANT_ID_INVALID' }))
  })
})
