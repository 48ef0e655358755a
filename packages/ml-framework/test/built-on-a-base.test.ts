import { openPlatform, silentLogger } from '@motadata/adapters'
import { parseTenantId, platformContext, type Platform } from '@motadata/core'
import { MLSystem } from '../src/ml-system.js'
import { makeTickets } from './tickets.js'

let platform: Platform
let system: MLSystem
beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  system = await MLSystem.open(platform)
  await system.forTenant('acme').trainModel({ ...classes, modelId: 'base', trainingData: ticketsOf(2_000, 7) })
})
afterAll(async () => {
  await system.close()
  await platform.close()
})

const classes = { modelType: 'classification', target: 'category', columnKinds: { text: 'text' } } as const
const ticketsOf = (count: number, seed: number) => makeTickets(count, seed).map(({ text, category }) => ({ text, category }))
const contextOf = (tenant: string) => platformContext(parseTenantId(tenant), 'base')
const accuracy = (version: { readonly report: { readonly metrics: { readonly accuracy?: number | undefined } } }): number => version.report.metrics.accuracy!
/** Few rows to learn from, many to measure on. */
const few = [...ticketsOf(24, 3).map((ticket) => ({ ...ticket, held: 0 })), ...ticketsOf(400, 4).map((ticket) => ({ ...ticket, held: 1 }))]
const measured = { ...classes, trainingData: few, test: { kind: 'rule', rule: 'held == 1' } } as const

describe('a model built on another', () => {
  it('learns from few rows what it would not learn alone', async () => {
    const ml = system.forTenant('acme')
    const alone = await ml.trainModel({ ...measured, modelId: 'alone', features: ['text'] })
    const based = await ml.trainModel({ ...measured, modelId: 'based', base: 'base' })
    expect(accuracy(based)).toBeGreaterThan(accuracy(alone) + 0.05)
    expect(based.artifact.format).toBe('motadata-model/3')
    expect(based.report.notes.join(' ')).toContain('built on base/versions/1')
    expect(based.signature.inputs.map(({ name }) => name)).toEqual(['text'])
    expect((await ml.predict('based', { text: 'paper jam, no toner' })).label).toBe('printer')
  })

  it('learns other labels, abstains, and covers, as any other', async () => {
    const ml = system.forTenant('acme')
    const trainingData = makeTickets(600, 9).map(({ text, category }) => ({ text, category: category === 'access' ? 'identity' : 'technology' }))
    const version = await ml.trainModel({ ...classes, modelId: 'other_labels', trainingData, base: 'base@champion', promisedPrecision: 0.9, coverage: 0.9 })
    expect(version.report.metrics.accuracy).toBeGreaterThan(0.85)
    expect(await ml.predict('other_labels', 'password reset, account locked')).toMatchObject({ label: 'identity', abstained: false, predictionSet: ['identity'] })
    const { explanation } = await ml.explain('other_labels', 'password reset please')
    expect(explanation).toMatchObject({ method: 'linear', label: 'identity' })
    expect(explanation!.terms[0]!.name).toMatch(/password|reset/)
    expect(explanation!.fields.reduce((sum, { contribution }) => sum + contribution, explanation!.intercept)).toBeCloseTo(explanation!.score, 9)
  })

  it('counts what it is built on once, also across tenants, as long as one of them is in memory', async () => {
    const other = contextOf('globex')
    await system.models.registerModel(other, await system.models.saveModel(contextOf('acme'), { name: 'base' }))
    const ml = system.forTenant('globex')
    for (const modelId of ['first', 'second']) await ml.trainModel({ ...measured, modelId, base: 'base' })
    await system.forTenant('acme').trainModel({ ...measured, modelId: 'third', base: 'base' })
    const manager = system.models
    for (const context of [other, contextOf('acme')]) for (const { name, version } of manager.getLoaded(context)) manager.evict(context, name, version)
    expect(manager.usedBytes).toBe(0)

    const first = await manager.load(other, { name: 'first' })
    const ofOne = manager.usedBytes
    const second = await manager.load(other, { name: 'second' })
    const third = await manager.load(contextOf('acme'), { name: 'third' })
    expect(second.model.processor).toBe(first.model.processor)
    expect(third.model.processor).toBe(first.model.processor)
    const heads = manager.usedBytesOf(parseTenantId('globex')) + manager.usedBytesOf(parseTenantId('acme'))
    const base = ofOne - first.model.sizeBytes
    expect(base).toBeGreaterThan(first.model.processor.sizeBytes)
    expect(manager.usedBytes).toBe(heads + base)
    manager.evict(other, 'first', 1)
    expect(manager.usedBytes).toBe(heads + base - first.model.sizeBytes)
    manager.evict(other, 'second', 1)
    manager.evict(contextOf('acme'), 'third', 1)
    expect(manager.usedBytes).toBe(0)
    expect((await ml.predict('second', 'paper jam')).label).toBe('printer')
  })

  it.each([
    ['a base that is not there', { base: 'missing' }, 'MODEL_NOT_FOUND'],
    ['an alias that it does not have', { base: 'base@challenger' }, 'MODEL_ALIAS_NOT_FOUND'],
    ['a name that is none', { base: 'no name!' }, 'NAME_INVALID'],
    ['features of its own', { base: 'base', features: ['text'] }, 'INPUT_INVALID'],
    ['another estimator', { base: 'base', estimator: { kind: 'linear-svm' } }, 'INPUT_INVALID'],
    ['rows without any of its columns', { base: 'base', trainingData: few.map(({ text, category }) => ({ words: text, category })), test: { kind: 'share', share: 0.2 } }, 'COLUMN_MISSING'],
  ] as const)('refuses %s', async (_name, spec, code) => {
    await expect(system.forTenant('acme').trainModel({ ...measured, modelId: 'refused', ...spec })).rejects.toMatchObject({ code })
  })

  it('refuses a base of numbers, one that has a base itself, and numbers on a base', async () => {
    const ml = system.forTenant('acme')
    const hours = few.map(({ text, held }) => ({ text, held, hours: text.length }))
    await ml.trainModel({ modelId: 'hours', modelType: 'regression', target: 'hours', features: ['text'], columnKinds: { text: 'text' }, trainingData: hours })
    await ml.trainModel({ ...measured, modelId: 'on_base', base: 'base' })
    for (const base of ['hours', 'on_base']) await expect(ml.trainModel({ ...measured, modelId: 'refused', base })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'base' } })
    await expect(ml.trainModel({ modelId: 'refused', modelType: 'regression', target: 'hours', trainingData: hours, base: 'base' })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'modelType' } })
  })

  it("sees no other tenant's base", async () => {
    await expect(system.forTenant('initech').trainModel({ ...measured, modelId: 'thief', base: 'base' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })
})
