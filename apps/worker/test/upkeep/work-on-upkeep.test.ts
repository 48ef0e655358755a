import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId, type Platform, platformContext } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import { CollectingLogger, FixedClock, until } from '@motadata/testing'
import { createWorker } from '../../src/create-worker.js'
import { openConfiguredUpkeep } from '../../src/upkeep/configured-upkeep.js'
import { askForUpkeep } from '../../src/upkeep/work-on-upkeep.js'

const asPlatform = platformContext(parseTenantId('platform'), 'test')

describe('the job of upkeep', () => {
  let platform: Platform
  let system: MLSystem
  const clock = new FixedClock()
  const log = new CollectingLogger()

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, clock, logger: log })
    system = await MLSystem.open(platform)
    const access = await Access.open(platform)
    const upkeep = await openConfiguredUpkeep({ ARTIFACT_GRACE_HOURS: 24, JOB_RETENTION_DAYS: 30 }, { platform, access, system })
    await createWorker({ platform, training: system, datasets: new DataLoader({ artifacts: platform.artifacts }), upkeep }).start()
  })
  afterAll(async () => {
    await platform.close()
    await system.close()
  })

  it('is one a day, however many ask, and says what it did', async () => {
    const asked = await Promise.all([askForUpkeep(platform), askForUpkeep(platform), askForUpkeep(platform)])
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1)
    const done = await until(async () => {
      const job = await platform.jobs.get(asPlatform, asked[0]!.id)
      return job.endedAt ? job : undefined
    })
    expect(done).toMatchObject({ state: 'succeeded', result: { tenants: 1, deletedArtifacts: 0, deletedBytes: 0, deletedJobs: 0 } })
    expect(log.records).toContainEqual(expect.objectContaining({ level: 'info', message: 'upkeep done' }))
    clock.advance(-86_400_000)
    clock.advance(86_400_000)
    expect((await askForUpkeep(platform)).id).toBe(done.id)
    clock.advance(86_400_000)
    expect((await askForUpkeep(platform)).id).not.toBe(done.id)
  })
})
