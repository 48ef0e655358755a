import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openPlatform, silentLogger } from '@motadata/adapters'
import type { Platform } from '@motadata/core'
import { table } from 'arquero'
import { MLSystem } from '../src/ml-system.js'
import { makeTickets } from './tickets.js'

let platform: Platform
let system: MLSystem
beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  system = await MLSystem.open(platform)
})
afterAll(() => platform.close())

const tickets = makeTickets(200)
const texts = tickets.map(({ text }) => text)
const labels = tickets.map(({ category }) => category)

describe('MLSystem for a tenant', () => {
  it('trains on records, predicts one and many, and tells what the model is', async () => {
    const ml = system.forTenant('tenant_123')
    const trainingData = tickets.map(({ text, category }) => ({ text, category }))
    const version = await ml.trainModel({ modelId: 'ticket_classifier', modelType: 'classification', trainingData })
    expect(version).toMatchObject({ name: 'ticket_classifier', version: 1, aliases: ['champion'] })
    expect((await ml.predict('ticket_classifier', { text: 'no toner, paper jam' })).label).toBe('printer')
    expect((await ml.predict('ticket_classifier@champion', 'vpn and wifi')).label).toBe('network')
    expect((await ml.predict('ticket_classifier/versions/1', [{ text: 'reset my password' }, 'toner'])).map(({ label }) => label)).toEqual(['access', 'printer'])
    expect(await ml.getModelInfo('ticket_classifier')).toEqual(version)
    expect((await ml.listModels()).models.map(({ name }) => name)).toEqual(['ticket_classifier'])
  })

  it('gives probabilities by class, and lets models go and come', async () => {
    const ml = system.forTenant('probabilities')
    await ml.trainModel({ modelId: 'tickets', modelType: 'classification', trainingData: { X: texts, y: labels } })
    const { classes, probabilities } = await ml.predictProba('tickets', ['vpn and wifi', { text: 'paper jam' }])
    const predictions = await ml.predictBatch('tickets', ['vpn and wifi', { text: 'paper jam' }])
    expect(probabilities.map((row) => Object.fromEntries(row.map((share, code) => [classes[code]!, share])))).toEqual(predictions.map((one) => one.probabilities))
    expect([await ml.unloadModel('tickets'), await ml.unloadModel('tickets@champion')]).toEqual([true, false])
    expect(await ml.loadModel('tickets')).toMatchObject({ name: 'tickets', version: 1 })
    expect(await ml.unloadModel('tickets/versions/1')).toBe(true)
    await expect(system.forTenant('somebody').unloadModel('tickets')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })

  it('trains on an arquero table, and on features and labels', async () => {
    const ml = system.forTenant('forms')
    await ml.trainModel({ modelId: 'from_table', modelType: 'classification', trainingData: table({ text: texts, category: labels }) })
    await ml.trainModel({ modelId: 'from_texts', modelType: 'classification', trainingData: { X: texts, y: labels } })
    await ml.trainModel({ modelId: 'from_records', modelType: 'classification', target: 'topic', trainingData: { X: texts.map((text) => ({ text })), y: labels } })
    const answers = await Promise.all(['from_table', 'from_texts', 'from_records'].map((model) => ml.predict(model, { text: 'paper jam in the tray' })))
    expect(answers.map(({ label }) => label)).toEqual(['printer', 'printer', 'printer'])
    expect(answers[1]!.probabilities).toEqual(answers[0]!.probabilities)
  })

  it('answers with the version that was promoted, at once', async () => {
    const ml = system.forTenant('promoting')
    const train = (y: readonly string[]) => ml.trainModel({ modelId: 'tickets', modelType: 'classification', trainingData: { X: texts, y } })
    await train(labels)
    await train(labels.map((label) => label.toUpperCase()))
    expect((await ml.predict('tickets', 'vpn')).label).toBe('network')
    await ml.promoteVersion('tickets', 2)
    expect((await ml.predict('tickets', 'vpn')).label).toBe('NETWORK')
    await ml.promoteVersion('tickets', 1, 'challenger')
    expect((await ml.predict('tickets@challenger', 'vpn')).label).toBe('network')
  })

  it('answers no more once the model is archived', async () => {
    const ml = system.forTenant('archiving')
    await ml.trainModel({ modelId: 'tickets', modelType: 'classification', trainingData: { X: texts, y: labels } })
    await ml.predict('tickets', 'vpn')
    await ml.archiveModel('tickets')
    await expect(ml.predict('tickets', 'vpn')).rejects.toMatchObject({ code: 'MODEL_ARCHIVED' })
  })

  it('knows nothing of another tenant, whose model of the same name is another', async () => {
    const [one, other] = [system.forTenant('one'), system.forTenant('other')]
    await one.trainModel({ modelId: 'tickets', modelType: 'classification', trainingData: { X: texts, y: labels } })
    await expect(other.predict('tickets', 'vpn')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(other.getModelInfo('tickets/versions/1')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await other.trainModel({ modelId: 'tickets', modelType: 'classification', trainingData: { X: texts, y: labels.map((label) => `other ${label}`) } })
    expect([(await one.predict('tickets', 'vpn')).label, (await other.predict('tickets', 'vpn')).label]).toEqual(['network', 'other network'])
    expect((await other.listModels()).models).toHaveLength(1)
  })

  it.each([['a/b', 'NAME_INVALID'], ['tickets@NO', 'NAME_INVALID'], [5, 'NAME_INVALID'], [undefined, 'NAME_INVALID'], ['nope', 'MODEL_NOT_FOUND'], ['nope/versions/1', 'MODEL_NOT_FOUND']])(
    'refuses to ask %p', async (modelId, code) => {
      await expect(system.forTenant('one').predict(modelId as string, 'vpn')).rejects.toMatchObject({ code })
    })

  it('refuses a tenant id that is none', () => {
    expect(() => system.forTenant('../acme')).toThrow(expect.objectContaining({ code: 'TENANT_ID_INVALID' }))
  })

  it('names the columns when it is not told which one to learn', async () => {
    await expect(system.forTenant('one').trainModel({ modelId: 'x', modelType: 'classification', trainingData: [{ text: 'a', topic: 'b' }] })).rejects.toMatchObject({
      code: 'TARGET_INVALID', details: { columns: ['text', 'topic'] },
    })
  })

  it('ends a training that its caller gives up', async () => {
    const cancelling = new AbortController()
    const training = system.forTenant('one').trainModel({
      modelId: 'given_up', modelType: 'classification', trainingData: { X: texts, y: labels }, signal: cancelling.signal, onProgress: () => cancelling.abort(),
    })
    await expect(training).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('can be opened again on the same platform, and sees what is there', async () => {
    const again = await MLSystem.open(platform)
    expect((await again.forTenant('tenant_123').predict('ticket_classifier', 'toner')).label).toBe('printer')
    await again.close()
  })
})

describe('A script', () => {
  it('ends by itself once the platform is closed', async () => {
    const script = `
      import { openPlatform } from '@motadata/adapters'
      import { MLSystem } from '@motadata/ml-framework'
      const platform = await openPlatform({ inMemory: true })
      const ml = (await MLSystem.open(platform)).forTenant('tenant_123')
      const rows = (text, category) => Array.from({ length: 20 }, (_, i) => ({ text: text + ' ' + i, category }))
      await ml.trainModel({ modelId: 'ticket_classifier', modelType: 'classification', trainingData: [...rows('vpn down', 'network'), ...rows('paper jam', 'printer')] })
      console.log((await ml.predict('ticket_classifier', { text: 'the vpn again' })).label)
      await platform.close()
    `
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@motadata/source', '--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...process.env, NODE_OPTIONS: '' }, timeout: 25_000,
    })
    expect(stdout.trim()).toBe('network')
  })
})
