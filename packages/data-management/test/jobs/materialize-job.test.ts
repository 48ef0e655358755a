import { openPlatform } from '@motadata/adapters'
import type { Job, Platform } from '@motadata/core'
import { asAcme, CollectingLogger, until } from '@motadata/testing'
import { FeatureStore } from '../../src/index.js'
import { materializeJobKind, workOnMaterializeJobs } from '../../src/jobs/index.js'

let platform: Platform
let features: FeatureStore
const logger = new CollectingLogger()

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger })
  features = await FeatureStore.open(platform)
  await features.registerEntity(asAcme, { name: 'caller', joinKey: 'caller_id', keyKind: 'text' })
  await features.registerFeatureView(asAcme, {
    name: 'history', entities: ['caller'], features: [{ name: 'tickets', kind: 'number' }], source: { dataset: 'history', eventTime: 'event_time' }, freshnessMs: 60_000,
  })
  await features.push(asAcme, { view: 'history', rows: [{ caller_id: 'a', event_time: '2026-01-01T00:00:00Z', tickets: 3 }], to: 'offline' })
  await workOnMaterializeJobs(platform.jobs, { features, ids: platform.ids, logger })
})
afterAll(() => platform.close())

const run = async (payload: unknown): Promise<Job> => {
  const { id } = await platform.jobs.enqueue(asAcme, { kind: materializeJobKind, payload })
  return until(async () => {
    const job = await platform.jobs.get(asAcme, id)
    return job.endedAt ? job : undefined
  })
}

it('brings a view online and says so when it is older than it promises', async () => {
  expect(await run({ view: 'history', incremental: true })).toMatchObject({ state: 'succeeded', result: { view: 'history', entityCount: 1, keptCount: 1 } })
  expect((await features.getOnlineFeatures(asAcme, { features: ['history:tickets'], entities: { caller_id: ['a'] } }))[0]!.values).toEqual([3])
  expect(logger.records.map(({ message }) => message)).toContain('a feature view is older than it promises')
})

it.each([[{ view: 'never' }, 'FEATURE_VIEW_NOT_FOUND'], [{}, 'INPUT_INVALID'], [{ view: 'history', startMs: 5, endMs: 1 }, 'INPUT_INVALID'], [{ view: 'history', startMs: 'soon' }, 'INPUT_INVALID']])(
  'fails at once with %j', async (payload, code) => {
    expect(await run(payload)).toMatchObject({ state: 'failed', error: { code } })
  },
)
