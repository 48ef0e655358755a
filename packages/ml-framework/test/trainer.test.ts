import { openPlatform, silentLogger } from '@motadata/adapters'
import {
  type Dataset, fromRecords, type Platform, type RequestContext, type TrainingProgress, type TrainingSpec,
} from '@motadata/core'
import { asAcme, asGlobex } from '@motadata/testing'
import { decodeModelArtifact } from '../src/artifact/model-artifact.js'
import { mlFrameworkMigrations } from '../src/migrations/migrations.js'
import { ModelRegistry } from '../src/model-registry.js'
import { FrameworkTelemetry } from '../src/telemetry/framework-telemetry.js'
import { CheckpointStore } from '../src/storage/checkpoint-store.js'
import { Trainer } from '../src/trainer.js'
import { trainModel } from '../src/training/train-model.js'
import { makeTickets } from './tickets.js'

let platform: Platform
let registry: ModelRegistry
beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: silentLogger })
  await platform.database.migrate(mlFrameworkMigrations)
  registry = new ModelRegistry({ database: platform.database, artifacts: platform.artifacts, changes: platform.changes, clock: platform.clock })
})
afterAll(() => platform.close())

const open = (): Trainer => new Trainer({ registry, checkpoints: new CheckpointStore(platform), clock: platform.clock, telemetry: new FrameworkTelemetry() })
const rows = (count = 200): Dataset => fromRecords(makeTickets(count).map((ticket) => ({ ...ticket })))
let models = 0
const spec = (changes: Partial<TrainingSpec> = {}): TrainingSpec => ({ modelId: `model-${++models}`, modelType: 'classification', target: 'category', ...changes })

describe('Trainer', () => {
  it('trains in a thread what training in place gives, while this thread goes on', async () => {
    const wanted = spec()
    let beats = 0
    const heart = setInterval(() => beats++, 5)
    const version = await open().train(asAcme, wanted, rows(1_000))
    clearInterval(heart)
    expect(beats).toBeGreaterThan(5)
    const inPlace = trainModel({ dataset: rows(1_000), spec: wanted }, () => undefined)
    expect(Buffer.compare(await platform.artifacts.get(asAcme.tenantId, version.artifact.sha256), inPlace.artifact)).toBe(0)
    expect(version.report).toEqual({ ...inPlace.report, trainSeconds: expect.any(Number) })
    expect(version).toMatchObject({ version: 1, aliases: ['champion'] })
  })

  it('leaves the rows of the caller alone', async () => {
    const dataset = rows(60)
    const before = structuredClone(dataset)
    await open().train(asAcme, spec(), dataset)
    expect(dataset).toEqual(before)
  })

  it('says how far it is, up to the whole', async () => {
    const heard: TrainingProgress[] = []
    await open().train(asAcme, spec(), rows(), { onProgress: (progress) => heard.push(progress) })
    const shares = heard.map(({ share }) => share)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(heard[0]!.stage).toBe('preparing')
    expect(heard.at(-1)).toEqual({ stage: 'registering', share: 1 })
  })

  it('ends at once when it is cancelled, and registers nothing', async () => {
    const wanted = spec()
    const cancelling = new AbortController()
    const context: RequestContext = { ...asAcme, signal: cancelling.signal }
    const training = open().train(context, wanted, rows(2_000), { onProgress: ({ stage }) => stage === 'selecting' && cancelling.abort() })
    await expect(training).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await registry.findModel(asAcme, wanted.modelId)).toBeUndefined()
  })

  it('ends when the deadline passes', async () => {
    const context: RequestContext = { ...asAcme, deadlineMs: platform.clock.nowMs() + 50 }
    await expect(open().train(context, spec(), rows(2_000))).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  })

  it('ends what runs and what waits when it closes', async () => {
    const trainer = open()
    const trainings = [1, 2].map(() => trainer.train(asAcme, spec(), rows(500)))
    const ended = Promise.allSettled(trainings)
    await new Promise(setImmediate)
    trainer.close()
    for (const result of await ended) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } })
  })

  it('trains one at a time, tenants in turn', async () => {
    const trainer = open()
    const begun: string[] = []
    const train = (context: RequestContext, label: string): Promise<unknown> =>
      trainer.train(context, spec(), rows(60), { onProgress: ({ stage }) => stage === 'preparing' && begun.push(label) })
    await Promise.all([train(asAcme, 'acme 1'), train(asAcme, 'acme 2'), train(asAcme, 'acme 3'), train(asGlobex, 'globex 1')])
    expect(begun.indexOf('globex 1')).toBeLessThan(begun.indexOf('acme 3'))
  })

  it('registers one version for one idempotency key, without fitting again', async () => {
    const wanted = spec()
    const trainer = open()
    const first = await trainer.train(asAcme, wanted, rows(60), { idempotencyKey: 'job-1' })
    const heard: TrainingProgress[] = []
    const second = await trainer.train(asAcme, wanted, rows(60), { idempotencyKey: 'job-1', onProgress: (progress) => heard.push(progress) })
    expect(second).toEqual(first)
    expect(heard).toEqual([])
  })

  it('passes on what training refuses, with its code and details', async () => {
    await expect(open().train(asAcme, spec({ target: 'topic' }), rows(60))).rejects.toMatchObject({ code: 'TARGET_INVALID', name: 'TrainingError', details: { column: 'topic' } })
  })

  it('refuses at once what needs no thread: a wrong spec, no rows, an archived model', async () => {
    const trainer = open()
    await expect(trainer.train(asAcme, spec({ estimator: { kind: 'oracle' } }), rows(60))).rejects.toMatchObject({ code: 'ESTIMATOR_UNKNOWN' })
    await expect(trainer.train(asAcme, spec(), fromRecords([]))).rejects.toMatchObject({ code: 'DATA_EMPTY' })
    const wanted = spec()
    await trainer.train(asAcme, wanted, rows(60))
    await registry.archive(asAcme, wanted.modelId)
    const heard: TrainingProgress[] = []
    await expect(trainer.train(asAcme, wanted, rows(60), { onProgress: (progress) => heard.push(progress) })).rejects.toMatchObject({ code: 'MODEL_ARCHIVED' })
    expect(heard).toEqual([])
  })

  it('stops with the error of a listener that throws', async () => {
    const failing = open().train(asAcme, spec(), rows(60), {
      onProgress: () => {
        throw new Error('the listener broke')
      },
    })
    await expect(failing).rejects.toThrow('the listener broke')
  })

  it('refuses rows that can not be copied to a thread', async () => {
    const dataset = { rowCount: 2, columns: new Map([['text', { kind: 'text', values: [() => 'vpn', 'paper'] }]]) } as unknown as Dataset
    await expect(open().train(asAcme, spec(), dataset)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('keeps an artifact that can be loaded', async () => {
    const version = await open().train(asAcme, spec(), rows(60))
    const model = decodeModelArtifact(await platform.artifacts.get(asAcme.tenantId, version.artifact.sha256))
    expect(model.manifest.signature).toEqual(version.signature)
  })
})
