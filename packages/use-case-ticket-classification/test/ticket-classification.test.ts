import { openPlatform } from '@motadata/adapters'
import { parseTenantId, type Platform, platformContext, type TrainingProgress } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { loadUseCases } from '@motadata/use-cases'
import useCase, { makeTickets, TicketClassification } from '../src/index.js'

const acme = platformContext(parseTenantId('acme'), 'r1')
const globex = platformContext(parseTenantId('globex'), 'r2')

it('is loaded by its name', async () => {
  const loaded = (await loadUseCases(['ticket-classification'])).get('ticket-classification')
  expect(loaded?.definition).toEqual(useCase.definition)
})

describe('a model of 600 generated tickets', () => {
  let platform: Platform
  let system: MLSystem
  const progress: TrainingProgress[] = []

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true })
    system = await MLSystem.open(platform)
    await useCase.create({ system }).train(acme, makeTickets({ rows: 600, seed: 1 }), { onProgress: (step) => progress.push(step) })
  }, 60_000)

  afterAll(async () => {
    await system.close()
    await platform.close()
  })

  it('is far better than always naming the most frequent category, and not perfect', async () => {
    const { report, signature } = await new TicketClassification({ system }).getModelInfo(acme)
    expect(report.metrics.accuracy).toBeGreaterThan(report.baseline.accuracy! + 0.4)
    expect(report.metrics.macroF1).toBeGreaterThan(report.baseline.macroF1! + 0.5)
    expect(report.metrics.logLoss).toBeLessThan(report.baseline.logLoss! / 2)
    expect(report.metrics.accuracy).toBeLessThan(0.98)
    expect(signature.output.classes).toHaveLength(8)
  })

  it('is as good on tickets of another seed', async () => {
    const { metrics, rowCount } = await useCase.create({ system }).evaluate(acme, makeTickets({ rows: 500, seed: 2 }))
    expect(rowCount).toBe(500)
    expect(metrics.accuracy).toBeGreaterThan(0.75)
    expect(metrics.accuracy).toBeLessThan(0.96)
  })

  it('tells how far its training was', () => {
    expect(progress.at(-1)).toEqual({ stage: 'registering', share: 1 })
    expect(progress.map(({ share }) => share)).toEqual(progress.map(({ share }) => share).sort((a, b) => a - b))
  })

  it('says the category of a ticket, with the probabilities of all', async () => {
    const { predictions } = await useCase.create({ system }).predict(acme, [
      { entityKey: 'INC0012', text: 'no network: srv-lon-01 is not reachable' },
      { text: 'paper jam: the toner is empty' },
    ])
    expect(predictions.map(({ label }) => label)).toEqual(['Network', 'Printing'])
    expect(predictions[0]).toMatchObject({ entityKey: 'INC0012', probability: predictions[0]!.probabilities!['Network'] })
    expect(Object.values(predictions[0]!.probabilities!).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10)
  })

  it('is not there for another tenant', async () => {
    await expect(useCase.create({ system }).predict(globex, [{ text: 'VPN is down' }])).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })
})
