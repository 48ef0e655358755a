import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { parseTenantId } from '@motadata/core'
import { createKeyText, digestKeyText, isKeyId, keyTextMaximumLength, parseKeyText, sameDigest } from '../../src/keys/key-text.js'

const tenantId = parseTenantId('acme')
const keyId = '0198c5f2-7d3a-7001-9f6e-2b1c4d5e6f70'
const secret = 'A'.repeat(43)

describe('the text of a key', () => {
  it('names its tenant and its id, and says them back', () => {
    const { text, prefix } = createKeyText({ tenantId, keyId })
    expect(text).toMatch(/^mk1\.acme\.0198c5f2-7d3a-7001-9f6e-2b1c4d5e6f70\.[A-Za-z0-9_-]{43}$/)
    expect(parseKeyText(text)).toEqual({ tenantId, keyId })
    expect(text.split('.')[3]!.slice(0, 8)).toBe(prefix)
  })

  it('carries 256 bits that no other key carries', () => {
    const secrets = Array.from({ length: 1_000 }, () => createKeyText({ tenantId, keyId }).text.split('.')[3]!)
    expect(new Set(secrets).size).toBe(1_000)
    expect(Buffer.from(secrets[0]!, 'base64url')).toHaveLength(32)
  })

  it('is never longer than the length up to which text is read', () => {
    const longest = createKeyText({ tenantId: parseTenantId('t'.repeat(63)), keyId: 'k'.repeat(64) }).text
    expect(longest).toHaveLength(keyTextMaximumLength)
    expect(parseKeyText(longest)).toBeDefined()
  })

  it.each([
    ['nothing', ''],
    ['another format', `mk2.acme.${keyId}.${secret}`],
    ['a part too few', `mk1.acme.${secret}`],
    ['a part too many', `mk1.acme.${keyId}.${secret}.x`],
    ['a tenant that can be none', `mk1.ACME.${keyId}.${secret}`],
    ['a tenant that climbs', `mk1.-.${keyId}.${secret}`],
    ['a key id with a quote', `mk1.acme.'or'1.${secret}`],
    ['a key id with NUL', `mk1.acme.a\u0000b.${secret}`],
    ['a short secret', `mk1.acme.${keyId}.${secret.slice(1)}`],
    ['a long secret', `mk1.acme.${keyId}.${secret}A`],
    ['a line break at the end', `mk1.acme.${keyId}.${secret}\n`],
    ['space around it', ` mk1.acme.${keyId}.${secret}`],
    ['a full-width digit', `mk１.acme.${keyId}.${secret}`],
    ['prototype keys', `mk1.__proto__.constructor.${secret}`],
    ['a megabyte', `mk1.acme.${keyId}.${'A'.repeat(1_000_000)}`],
    ['a megabyte of dots', '.'.repeat(1_000_000)],
  ])('is not %s', (_, text) => {
    expect(parseKeyText(text)).toBeUndefined()
  })

  it('is read, or found to be none, whatever it is', () => {
    const alphabet = fc.constantFrom('mk1', '.', 'acme', keyId, secret, '-', '_', '\u0000', '\ud800', 'é', '٣', ' ', '%2e')
    const nearlyKeys = fc.array(alphabet, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearlyKeys), (text) => {
        const identity = parseKeyText(text)
        return identity === undefined || text.startsWith(`mk1.${identity.tenantId}.${identity.keyId}.`)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is read back from every tenant and key id', () => {
    const tenantIds = fc.stringMatching(/^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/).map(parseTenantId)
    fc.assert(
      fc.property(tenantIds, fc.stringMatching(/^[a-z0-9-]{1,64}$/), (tenant, id) => {
        expect(parseKeyText(createKeyText({ tenantId: tenant, keyId: id }).text)).toEqual({ tenantId: tenant, keyId: id })
      }),
    )
  })
})

describe('the digest of a key', () => {
  it('is SHA-256 over the whole text', () => {
    const { text } = createKeyText({ tenantId, keyId })
    expect(digestKeyText(text)).toBe(createHash('sha256').update(text).digest('base64url'))
  })

  it('is the published one of FIPS 180-2 for abc', () => {
    const published = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(Buffer.from(digestKeyText('abc'), 'base64url').toString('hex')).toBe(published)
  })

  it('is the same as itself only', () => {
    const digest = digestKeyText('a')
    expect(sameDigest(digest, digestKeyText('a'))).toBe(true)
    expect(sameDigest(digest, digestKeyText('b'))).toBe(false)
    expect(sameDigest(digest, '')).toBe(false)
  })
})

describe('the id of a key', () => {
  it('is 1 to 64 characters a-z, 0-9 and -', () => {
    expect(isKeyId(keyId)).toBe(true)
    for (const wrong of ['', 'A', 'a_b', 'a.b', 'a'.repeat(65), 'a\n', '__proto__', undefined, 7, {}]) expect(isKeyId(wrong)).toBe(false)
  })
})
