import { openPlatform, silentLogger } from '@motadata/adapters'
import { createDataset, type ErasureFinding, parseTenantId, platformContext, type Platform, type RequestContext } from '@motadata/core'
import fc from 'fast-check'
import { type PiiKind, Redactor } from '../src/index.js'

const acme = platformContext(parseTenantId('acme'), 'test')
const globex = platformContext(parseTenantId('globex'), 'test')
const trainer: RequestContext = { ...acme, principal: { kind: 'api-key', id: 'k', role: 'trainer' } }
const mail = 'Anna Berg (anna.berg@acme.example) rang from +49 30 1234567'

describe('Redactor', () => {
  let platform: Platform
  let redactor: Redactor
  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    redactor = await Redactor.open(platform)
  }, 60_000)
  afterAll(() => platform.close())
  const redact = async (text: string, context = acme): Promise<string> => (await redactor.redact(context, [text])).texts[0]!

  it('puts one word for each, and counts them', async () => {
    const { texts, counts } = await redactor.redact(acme, [mail, null, 'no paper in hall 3'])
    expect(texts[0]).toMatch(/^NAME_[a-z2-7]{16} \(EMAIL_[a-z2-7]{16}\) rang from PHONE_[a-z2-7]{16}$/)
    expect(texts.slice(1)).toEqual([null, 'no paper in hall 3'])
    expect(counts).toEqual({ name: 1, email: 1, phone: 1 })
  })

  it('gives the same token for the same data however it is written, and to each tenant another', async () => {
    expect(await redact('ANNA.BERG@acme.example')).toBe(await redact('anna.berg@acme.example'))
    expect(await redact('+49 (30) 123-4567')).toBe(await redact('0049 30 1234567'))
    expect(await redact('anna.berg@acme.example', globex)).not.toBe(await redact('anna.berg@acme.example'))
    expect(await redact('anna.berg@acme.example')).not.toBe(await redact('anna.berg@acme.examples'))
  })

  it('leaves a redacted text as it is', async () => {
    const once = await redact(mail)
    expect(await redact(once)).toBe(once)
  })

  it('puts back what tokens stand for, for admins of the tenant only', async () => {
    const redacted = await redact(mail)
    expect(await redactor.restore(acme, [`> ${redacted}`])).toEqual([`> ${mail}`])
    expect(await redactor.restore(globex, [redacted])).toEqual([redacted])
    await expect(redactor.restore(trainer, [redacted])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('puts back any text whose data is written in one way', async () => {
    const piece = fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom(' Anna Berg ', ' a.b@c.de ', ' 10.0.0.1 ', ' +49 30 1234567 ', ' '))
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), async (text) => {
      expect(await redactor.restore(acme, [await redact(text)])).toEqual([text])
    }), { numRuns: 60 })
  })

  it('takes columns of texts, and of categories when they are named', async () => {
    const dataset = createDataset([
      ['text', { kind: 'text', values: [mail, null] }],
      ['caller', { kind: 'category', codes: Int32Array.of(0, 1), categories: ['anna.berg@acme.example', 'ANNA.BERG@acme.example'] }],
      ['hours', { kind: 'number', values: Float64Array.of(1, 2) }],
    ])
    const redacted = await redactor.redactDataset(acme, dataset)
    expect(redacted.dataset.columns.get('caller')).toEqual(dataset.columns.get('caller'))
    expect(redacted.counts).toEqual({ name: 1, email: 1, phone: 1 })
    const named = await redactor.redactDataset(acme, dataset, { columns: ['caller'] })
    expect(named.dataset.columns.get('caller')).toEqual({ kind: 'category', codes: Int32Array.of(0, 0), categories: [await redact('anna.berg@acme.example')] })
    await expect(redactor.redactDataset(acme, dataset, { columns: ['hours'] })).rejects.toMatchObject({ code: 'COLUMN_INVALID' })
    await expect(redactor.redactDataset(acme, dataset, { columns: ['gone'] })).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
  })

  it('takes the kinds that are asked for, and refuses others', async () => {
    expect((await redactor.redact(acme, [mail], { kinds: ['email'] })).counts).toEqual({ email: 1 })
    await expect(redactor.redact(acme, [mail], { kinds: ['shoe size' as PiiKind] })).rejects.toMatchObject({ code: 'REDACTION_INVALID' })
    await expect(redactor.redact(acme, [mail], { kinds: 'email' as unknown as PiiKind[] })).rejects.toMatchObject({ code: 'REDACTION_INVALID' })
  })

  it('of a person who was erased puts nothing back', async () => {
    const [theirs, others] = [await redact('dora.fuchs@acme.example'), await redact('anna.berg@acme.example')]
    const subject = { kind: 'person', identifiers: ['dora.fuchs@acme.example'] } as const
    const scan = async (context: RequestContext): Promise<ErasureFinding[]> => {
      const found = []
      for await (const finding of redactor.erasable.scan(context, subject)) found.push(finding)
      return found
    }
    expect(await scan(acme)).toEqual([{ kind: 'redaction-token', name: 'tokens', count: 1, effect: 'erase' }])
    await redactor.erasable.erase(globex, subject, { erasureId: 'e' })
    expect(await scan(acme)).toHaveLength(1)
    await redactor.erasable.erase(acme, subject, { erasureId: 'e' })
    expect(await scan(acme)).toEqual([])
    expect(await redactor.restore(acme, [theirs, others])).toEqual([theirs, 'anna.berg@acme.example'])
  })
})
