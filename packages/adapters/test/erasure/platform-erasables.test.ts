import { type ErasureFinding, type ErasureSubject, parseTenantId, platformContext, type Platform, type RequestContext, tenantKey } from '@motadata/core'
import { openPlatform, platformErasables, silentLogger } from '../../src/index.js'

const acme = platformContext(parseTenantId('acme'), 'test')
const globex = platformContext(parseTenantId('globex'), 'test')
const anna: ErasureSubject = { kind: 'person', identifiers: ['anna.berg@acme.example'] }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the erasables of a platform', () => {
  let platform: Platform
  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
  }, 60_000)
  afterAll(() => platform.close())

  const scan = async (context: RequestContext, subject: ErasureSubject): Promise<ErasureFinding[]> => {
    const found: ErasureFinding[] = []
    for (const owner of platformErasables(platform)) for await (const finding of owner.scan(context, subject)) found.push(finding)
    return found
  }
  const erase = async (context: RequestContext, subject: ErasureSubject): Promise<void> => {
    for (const owner of platformErasables(platform)) await owner.erase(context, subject, { erasureId: 'e1' })
  }
  const fill = async (context: RequestContext, text: string): Promise<string> => {
    await platform.cache.set(tenantKey(context.tenantId, 'prediction', text), bytes('x'), { ttlMs: 1e6 })
    await platform.cache.set(tenantKey(context.tenantId, 'prediction', 'other', text.length), bytes(`of ${text}`), { ttlMs: 1e6 })
    await platform.onlineStore.setMany(context.tenantId, [{ key: text, bytes: bytes('1'), eventTimeMs: 1 }, { key: `caller of ${text.length}`, bytes: bytes(`\u0005${text}`), eventTimeMs: 1 }], { ttlMs: 1e6 })
    return (await platform.jobs.enqueue(context, { kind: 'never-worked-on', payload: { rows: [{ text }] } })).id
  }

  it('find and erase what names a person, and nothing of others or of another tenant', async () => {
    await fill(acme, 'mail anna.berg@acme.example')
    const other = await fill(acme, 'mail hanna.berg@acme.com')
    const theirs = await fill(globex, 'mail anna.berg@acme.example')
    const found = await scan(acme, anna)
    expect(found.map(({ kind }) => kind)).toEqual(['job', 'online-value', 'online-value', 'cache-entry', 'cache-entry'])
    expect(JSON.stringify(found)).not.toContain('anna')
    await erase(acme, anna)
    await erase(acme, anna)
    expect(await scan(acme, anna)).toEqual([])
    expect(await scan(globex, anna)).toHaveLength(5)
    expect([(await platform.jobs.get(acme, other)).state, (await platform.jobs.get(globex, theirs)).state]).toEqual(['queued', 'queued'])
  })

  it('of a tenant erase everything, and nothing of another', async () => {
    await fill(acme, 'anything')
    await erase(acme, { kind: 'tenant' })
    expect(await scan(acme, { kind: 'tenant' })).toEqual([])
    expect(await scan(globex, { kind: 'tenant' })).toHaveLength(5)
  })
})
