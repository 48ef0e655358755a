import { openPlatform } from '@motadata/adapters'
import { type Job, parseTenantId, type Platform, platformContext } from '@motadata/core'
import { DataLoader } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import { trainingJobKind, type TrainingJobPayload } from '@motadata/ml-framework/jobs'
import { CollectingLogger, until } from '@motadata/testing'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { createWorker, type Worker } from '../src/create-worker.js'

const tenantId = parseTenantId('acme')
const tickets = makeTickets({ rows: 120, seed: 3 })

describe('a worker', () => {
  let platform: Platform
  let system: MLSystem
  let worker: Worker
  const log = new CollectingLogger()
  const context = platformContext(tenantId, 'test')

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, logger: log })
    system = await MLSystem.open(platform)
    worker = createWorker({ platform, training: system, datasets: new DataLoader({ artifacts: platform.artifacts }) })
  })
  afterAll(async () => {
    await platform.close()
    await system.close()
  })

  async function enqueue(modelId: string, rows: readonly object[]): Promise<Job> {
    const { sha256: artifactSha256 } = await platform.artifacts.put(tenantId, Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')))
    const payload: TrainingJobPayload = {
      spec: { modelId, modelType: 'classification', target: 'category', columnKinds: { text: 'text' } },
      source: { artifactSha256, format: 'ndjson', compression: 'none' },
    }
    return platform.jobs.enqueue(context, { kind: trainingJobKind, payload })
  }

  const ended = (job: Job): Promise<Job> =>
    until(async () => {
      const now = await platform.jobs.get(context, job.id)
      return now.endedAt ? now : undefined
    }, { withinMs: 25_000 })

  it('takes no jobs before it is started; then it works on what has been waiting, which ends in a registered version', async () => {
    const job = await enqueue('routing', tickets.map(({ text, category }) => ({ text, category })))
    expect([worker.isWorking, (await platform.jobs.get(context, job.id)).state]).toEqual([false, 'queued'])

    await worker.start()
    expect(worker.isWorking).toBe(true)
    const version = await ended(job).then(() => system.getVersion(context, { name: 'routing' }))
    expect(version).toMatchObject({ version: 1, aliases: ['champion'], report: { trainRows: 96, testRows: 24 } })
    expect(await platform.jobs.get(context, job.id)).toMatchObject({
      state: 'succeeded', attempt: 1, result: { modelId: 'routing', version: 1, metrics: version.report.metrics, badRowCount: 0 },
    })
  })

  it('says why a job failed, and registers nothing', async () => {
    const job = await ended(await enqueue('one_class', tickets.map(({ text }) => ({ text, category: 'Network' }))))
    expect(job).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'TARGET_ONE_CLASS', message: expect.stringContaining('category') } })
    await expect(system.getModel(context, 'one_class')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })

  it('logs that it started, and no ticket text', () => {
    expect(log.records).toContainEqual({ level: 'info', fields: {}, message: 'worker started' })
    const logged = JSON.stringify(log.records)
    for (const { text } of tickets) expect(logged).not.toContain(text.slice(0, 40))
  })
})
