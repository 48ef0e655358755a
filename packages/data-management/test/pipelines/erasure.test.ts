import { type ErasureSubject, parseTenantId, type Platform, platformContext, toRecords } from '@motadata/core'
import { openPlatform } from '@motadata/adapters'
import { dataErasables, DataManager, DataPipeline, type PipelineDefinition, Redactor } from '../../src/index.js'

const acme = parseTenantId('acme')
const asAcme = platformContext(acme, 'request-1')
let platform: Platform
let datasets: DataManager
let pipelines: DataPipeline

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true })
  datasets = await DataManager.open(platform)
  pipelines = await DataPipeline.open(platform)
}, 60_000)
afterAll(() => platform.close())

const subject: ErasureSubject = { kind: 'person', identifiers: ['anna.berg@acme.example'] }
const pipeline: PipelineDefinition = {
  name: 'nightly', steps: [
    { name: 'tickets', kind: 'extract', dataset: 'tickets' }, { name: 'longer', kind: 'derive', columns: { loud: 'upper(text)', kept_text: "text || '!'" } }, { name: 'kept', kind: 'load', dataset: 'kept' },
  ],
}

it('an erased person is not in what steps left in the cache, and runs go on without them', async () => {
  const rows = [{ id: 1, text: 'the VPN is down' }, { id: 2, text: 'mail to anna.berg@acme.example bounces' }]
  await datasets.ingestData(asAcme, { name: 'tickets', source: { rows }, columnKinds: { text: 'text' } })
  await pipelines.define(asAcme, pipeline)
  await pipelines.run(asAcme, 'nightly')
  const { first, last } = dataErasables({ ...platform, datasets, redactor: await Redactor.open(platform), owners: [datasets] })
  const owners = [...first, ...last]
  const found = async (): Promise<string[]> => {
    const names: string[] = []
    for (const owner of owners) for await (const { kind, name, effect } of owner.scan(asAcme, subject)) if (effect === 'erase') names.push(`${kind} ${name}`)
    return names
  }
  expect((await found()).length).toBeGreaterThan(0)
  for (const owner of owners) await owner.erase(asAcme, subject, { erasureId: 'erasure-1' })
  expect(await found()).toEqual([])
  const run = await pipelines.run(asAcme, 'nightly')
  expect(run.steps.map(({ fromCache, rowCount }) => [fromCache, rowCount])).toEqual([[false, 1], [false, 1], [false, 1]])
  expect(toRecords(await datasets.readData(asAcme, { name: 'kept' }))).toEqual([{ id: 1, text: 'the VPN is down', loud: 'THE VPN IS DOWN', kept_text: 'the VPN is down!' }])
  expect(await found()).toEqual([])
})
