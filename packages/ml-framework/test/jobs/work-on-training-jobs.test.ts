import { gzipSync } from 'node:zlib'
import { openPlatform, silentLogger } from '@motadata/adapters'
import { type Job, type Platform, type TrainingSpec } from '@motadata/core'
import { acme, asAcme, asGlobex, until } from '@motadata/testing'
import { trainingJobKind, type TrainingJobPayload, workOnTrainingJobs } from '../../src/jobs/index.js'
import { MLSystem } from '../../src/ml-system.js'
import { makeReader } from '../host.js'
import { makeTickets } from '../tickets.js'

let platform: Platform
let system: MLSystem
const spec: TrainingSpec = { modelId: 'tickets', modelType: 'classification', target: 'category', columnKinds: { text: 'text' } }

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  system = await MLSystem.open(platform)
  await workOnTrainingJobs(platform.jobs, { training: system, datasets: makeReader(platform.artifacts), ids: platform.ids, logger: platform.logger })
})
afterAll(() => platform.close())

const lines = `${makeTickets(120).map(({ text, category }) => JSON.stringify({ text, category })).join('\n')}\nnot a row\n`
const enqueue = async (changes: Partial<TrainingSpec> = {}, bytes: Uint8Array = gzipSync(lines)): Promise<Job> => {
  const { sha256: artifactSha256 } = await platform.artifacts.put(acme, bytes)
  const payload: TrainingJobPayload = { spec: { ...spec, ...changes }, source: { artifactSha256, format: 'ndjson', compression: 'gzip' } }
  return platform.jobs.enqueue(asAcme, { kind: trainingJobKind, payload })
}
const ended = (job: Job): Promise<Job> => until(async () => {
  const now = await platform.jobs.get(asAcme, job.id)
  return now.endedAt ? now : undefined
}, { withinMs: 25_000 })

describe('workOnTrainingJobs', () => {
  it('reads the rows, trains, registers and says how good the version is', async () => {
    const job = await ended(await enqueue())
    expect(job.error).toBeUndefined()
    const version = await system.getVersion(asAcme, { name: 'tickets' })
    expect(job).toMatchObject({
      state: 'succeeded', progress: { share: 1 },
      result: { modelId: 'tickets', version: 1, metrics: version.report.metrics, baseline: version.report.baseline, badRowCount: 1 },
    })
    await expect(system.getModel(asGlobex, 'tickets')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    expect((await system.registry.findByIdempotencyKey(asAcme, job.id))?.version).toBe(1)
  })

  it('fails at once, with the code, when the rows can not be learned from', async () => {
    const job = await ended(await enqueue({ modelId: 'bad', target: 'topic' }))
    expect(job).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'TARGET_INVALID' } })
    expect(await system.registry.findModel(asAcme, 'bad')).toBeUndefined()
  })

  it('fails on a payload that is none', async () => {
    const job = await platform.jobs.enqueue(asAcme, { kind: trainingJobKind, payload: { spec: null } })
    expect(await ended(job)).toMatchObject({ state: 'failed', error: { code: 'INPUT_INVALID' } })
  })

  it('ends when it is cancelled, and registers nothing', async () => {
    const large = gzipSync(makeTickets(4_000).map(({ text, category }) => JSON.stringify({ text, category })).join('\n'))
    const job = await enqueue({ modelId: 'cancelled' }, large)
    await until(async () => ((await platform.jobs.get(asAcme, job.id)).state === 'running' ? true : undefined), { withinMs: 20_000 })
    await platform.jobs.cancel(asAcme, job.id)
    expect(await ended(job)).toMatchObject({ state: 'cancelled' })
    expect(await system.registry.findModel(asAcme, 'cancelled')).toBeUndefined()
  })
})
