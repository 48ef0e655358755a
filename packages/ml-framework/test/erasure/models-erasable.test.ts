import { gzipSync } from 'node:zlib'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { type Erasable, type ErasureFinding, type ErasureSubject, parseTenantId, platformContext, type Platform, type RequestContext } from '@motadata/core'
import { wordsOfArtifact } from '../../src/artifact/forget-terms.js'
import { createTrainingRowsErasable } from '../../src/jobs/index.js'
import { MLSystem } from '../../src/ml-system.js'
import { makeTickets } from '../tickets.js'

const acme = platformContext(parseTenantId('acme'), 'test')
const globex = platformContext(parseTenantId('globex'), 'test')
const subject: ErasureSubject = { kind: 'person', identifiers: ['Kowalczyk'] }

describe('the erasure of a person from models', () => {
  let platform: Platform
  let system: MLSystem
  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: silentLogger })
    system = await MLSystem.open(platform)
    const trainingData = makeTickets(200).map(({ text, category }, at) => ({ text: at % 4 === 0 ? `${text} asks Kowalczyk` : text, category }))
    for (const tenant of ['acme', 'globex']) {
      await system.forTenant(tenant).trainModel({ modelId: 'tickets', modelType: 'classification', trainingData })
      await system.forTenant(tenant).trainModel({ modelId: 'of_people', modelType: 'classification', trainingData: trainingData.map(({ text, category }) => ({ text, category: category === 'printer' ? 'Kowalczyk' : category })) })
    }
  }, 120_000)
  afterAll(() => platform.close())

  const scan = async (context: RequestContext, owner: Erasable = system.registry.erasable, of: ErasureSubject = subject): Promise<ErasureFinding[]> => {
    const found = []
    for await (const finding of owner.scan(context, of)) found.push(finding)
    return found
  }
  const termsOf = async (context: RequestContext): Promise<readonly string[]> => {
    const { artifact } = await system.registry.getVersion(context, { name: 'tickets' })
    return wordsOfArtifact(await platform.artifacts.get(context.tenantId, artifact.sha256)).terms
  }

  it('finds terms of vocabularies, and what can not be taken out of a model', async () => {
    expect((await scan(acme)).map(({ kind, name, effect }) => [kind, name, effect])).toEqual(expect.arrayContaining([
      ['vocabulary', 'tickets@1', 'erase'], ['model-version', 'tickets@1', 'taint'], ['model-document', 'of_people@1', 'retain'],
    ]))
    expect((await scan(acme)).filter(({ kind, name }) => kind === 'model-document' && name === 'tickets@1')).toEqual([])
  })

  it('forgets the terms, and predicts all other texts as before', async () => {
    const ml = system.forTenant('acme')
    const asked = ['no toner, paper jam', 'vpn and wifi', 'reset my password']
    const before = await ml.predict('tickets', asked)
    expect((await termsOf(acme)).filter((term) => term.includes('kowalczyk')).length).toBeGreaterThan(0)
    for (let again = 0; again < 2; again++) await system.registry.erasable.erase(acme, subject, { erasureId: 'e' })
    expect((await termsOf(acme)).filter((term) => term.includes('kowalczyk'))).toEqual([])
    expect((await scan(acme)).filter(({ effect }) => effect === 'erase')).toEqual([])
    const after = await ml.predict('tickets', asked)
    expect(after.map(({ probabilities }) => probabilities)).toEqual(before.map(({ probabilities }) => probabilities))
    expect((await scan(globex)).some(({ effect }) => effect === 'erase')).toBe(true)
  })

  it('tells models whose rows named the subject, and erases the rows', async () => {
    const rows = createTrainingRowsErasable(platform)
    const { sha256 } = await platform.artifacts.put(acme.tenantId, gzipSync('text,category\n"ask KOWALCZYK",printer\n'))
    await platform.jobs.work('train', () => Promise.resolve({ modelId: 'tickets', version: 7 }))
    const { id } = await platform.jobs.enqueue(acme, { kind: 'train', payload: { spec: {}, source: { artifactSha256: sha256, format: 'csv', compression: 'gzip' } } })
    while ((await platform.jobs.get(acme, id)).state !== 'succeeded') await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await scan(acme, rows)).toEqual([
      { kind: 'training-rows', name: sha256, count: 1, effect: 'erase' }, { kind: 'model-version', name: 'tickets@7', count: 1, effect: 'taint', reason: 'It was trained on rows that named the subject.' },
    ])
    await rows.erase(acme, subject, { erasureId: 'e' })
    expect(await platform.artifacts.has(acme.tenantId, sha256)).toBe(false)
    expect(await scan(acme, rows)).toEqual([])
  })

  it('of a tenant deletes all models, and none of another', async () => {
    await system.registry.erasable.erase(acme, { kind: 'tenant' }, { erasureId: 'e' })
    expect(await scan(acme, system.registry.erasable, { kind: 'tenant' })).toEqual([])
    expect((await system.registry.listModels(acme)).models).toEqual([])
    await expect(system.forTenant('acme').predict('tickets', 'toner')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect((await system.registry.listModels(globex)).models).toHaveLength(2)
  })
})
