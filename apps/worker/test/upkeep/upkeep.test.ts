import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '@motadata/access'
import { openPlatform } from '@motadata/adapters'
import { type ArtifactStore, type Job, parseTenantId, type Platform, platformContext, type TenantId } from '@motadata/core'
import { DataManager } from '@motadata/data-management'
import { MLSystem } from '@motadata/ml-framework'
import { createTrainingRowsOwner, trainingJobKind, type TrainingJobPayload } from '@motadata/ml-framework/jobs'
import { FixedClock } from '@motadata/testing'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { openConfiguredUpkeep } from '../../src/upkeep/configured-upkeep.js'
import { Upkeep } from '../../src/upkeep/upkeep.js'

const [acme, globex, platformTenant] = [parseTenantId('acme'), parseTenantId('globex'), parseTenantId('platform')]
const hourMs = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'motadata-upkeep-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([['files', `file:${folder}`], ['the database', 'database:']])('upkeep of artifacts in %s', (_, artifacts) => {
  let platform: Platform
  let system: MLSystem
  let access: Access
  let upkeep: Upkeep
  const clock = new FixedClock()
  const hours = { now: 0, pass(hour: number) { clock.advance((hour - this.now) * hourMs); this.now = hour } }
  const upload = Buffer.from('{"text":"the printer jams","category":"printing"}\n')
  let waiting: { readonly acme: Job; readonly globex: Job }
  let hashes: { readonly orphan: string; readonly upload: string; readonly model: string }

  /** Put twice, since a file has its time from the system the first time, and from the clock from then on. */
  const put = async (tenantId: TenantId, bytes: Uint8Array): Promise<string> => {
    await platform.artifacts.put(tenantId, bytes)
    return (await platform.artifacts.put(tenantId, bytes)).sha256
  }
  const enqueue = async (tenantId: TenantId): Promise<Job> => {
    const payload: TrainingJobPayload = { spec: { modelId: 'm', modelType: 'classification', target: 'category' }, source: { artifactSha256: await put(tenantId, upload), format: 'ndjson', compression: 'none' } }
    return platform.jobs.enqueue(platformContext(tenantId, 'test'), { kind: trainingJobKind, payload })
  }
  const there = (tenantId: TenantId): Promise<boolean[]> => Promise.all([hashes.orphan, hashes.upload, hashes.model].map((hash) => platform.artifacts.has(tenantId, hash)))

  beforeAll(async () => {
    platform = await openPlatform({ inMemory: true, artifacts, clock })
    access = await Access.open(platform)
    await access.bootstrap({ tenantId: 'acme' })
    await access.tenants.create(platformContext(platformTenant, 'test'), { id: 'globex' })
    system = await MLSystem.open(platform)
    upkeep = await openConfiguredUpkeep({ ARTIFACT_GRACE_HOURS: 24, JOB_RETENTION_DAYS: 30 }, { platform, access, system })
    const version = await system.forTenant('acme').trainModel({
      modelId: 'routing', modelType: 'classification', features: ['text'], columnKinds: { text: 'text' }, trainingData: makeTickets({ rows: 60 }),
    })
    const model = await platform.artifacts.get(acme, version.artifact.sha256)
    await put(acme, model)
    await put(globex, model)
    hashes = { orphan: await put(acme, Buffer.from('nobody needs this')), upload: await put(acme, upload), model: version.artifact.sha256 }
    waiting = { acme: await enqueue(acme), globex: await enqueue(globex) }
  }, 60_000)
  afterAll(async () => {
    access.close()
    await platform.close()
    await system.close()
  })

  it('spares everything for a day', async () => {
    hours.pass(23)
    expect(await upkeep.run()).toEqual({ tenants: 3, keptArtifacts: 6, deletedArtifacts: 0, deletedBytes: 0, deletedJobs: 0 })
  })

  it('only tells what it would do when it is asked to', async () => {
    hours.pass(25)
    const found = { tenants: 3, keptArtifacts: 4, deletedArtifacts: 2, deletedJobs: 0 }
    expect(await upkeep.run({ dryRun: true })).toMatchObject(found)
    expect([await there(acme), await there(globex)]).toEqual([[true, true, true], [false, true, true]])
  })

  it('deletes what no version and no job of the same tenant needs', async () => {
    const tenants: unknown[] = []
    const report = await upkeep.run({ onTenant: (tenantId, done) => void tenants.push([tenantId, done.deletedArtifacts, done.keptArtifacts]) })
    // kept are acme's model, its card and both uploads; deleted with what nobody needs are the bytes of acme's model at globex, where no version names them
    expect(report).toMatchObject({ keptArtifacts: 4, deletedArtifacts: 2 })
    expect(report.deletedBytes).toBeGreaterThan('nobody needs this'.length)
    expect(tenants).toEqual([['platform', 0, 0], ['acme', 1, 3], ['globex', 1, 1]])
    expect([await there(acme), await there(globex)]).toEqual([[false, true, true], [false, true, false]])
    expect((await system.forTenant('acme').predict('routing', 'the printer jams')).kind).toBe('class')
  })

  it('spares the versions of datasets', async () => {
    const datasets = await DataManager.open(platform)
    const context = platformContext(globex, 'test')
    const { version } = await datasets.ingestData(context, { name: 'tickets', source: { rows: makeTickets({ rows: 3 }).map(({ text }) => ({ text })) } })
    for await (const { sha256 } of platform.artifacts.list(globex)) await platform.artifacts.put(globex, await platform.artifacts.get(globex, sha256))
    hours.pass(50)
    expect(await upkeep.run()).toMatchObject({ deletedArtifacts: 0 })
    expect((await datasets.readData(context, { name: 'tickets', version: version.version })).rowCount).toBe(3)
    await datasets.deleteData(context, 'tickets')
  })

  it('deletes the rows of a training job a day after it has ended, and never those of another tenant’s job', async () => {
    await platform.jobs.cancel(platformContext(acme, 'test'), waiting.acme.id)
    hours.pass(73)
    expect(await upkeep.run()).toMatchObject({ deletedArtifacts: 0 })
    expect(await platform.artifacts.has(acme, hashes.upload)).toBe(true)
    hours.pass(75)
    // and the rows and the manifest of the dataset that was deleted 25 hours ago
    expect(await upkeep.run()).toMatchObject({ deletedArtifacts: 3 })
    expect([await there(acme), await there(globex)]).toEqual([[false, false, true], [false, true, false]])
  })

  it('forgets a job a month after it has ended, and none that waits', async () => {
    const of = (tenantId: TenantId, { id }: Job): Promise<unknown> => platform.jobs.get(platformContext(tenantId, 'test'), id).then(({ state }) => state, (error: { code: string }) => error.code)
    hours.pass(50 + 30 * 24)
    expect(await upkeep.run()).toMatchObject({ deletedJobs: 0 })
    hours.pass(51 + 30 * 24)
    expect(await upkeep.run({ dryRun: true })).toMatchObject({ deletedJobs: 1 })
    expect(await of(acme, waiting.acme)).toBe('cancelled')
    expect(await upkeep.run()).toMatchObject({ deletedJobs: 1 })
    expect([await of(acme, waiting.acme), await of(globex, waiting.globex)]).toEqual(['JOB_NOT_FOUND', 'queued'])
  })

  it('takes nothing for old because this machine’s clock was set forward', async () => {
    await platform.artifacts.put(acme, Buffer.from('just put'))
    const ahead = new FixedClock(Date.now() + 365 * 24 * hourMs)
    const hasty = new Upkeep({
      platform: { ...platform, clock: ahead }, tenants: async function* () { yield acme }, owners: [system.registry, createTrainingRowsOwner(platform.jobs)],
      artifactGraceMs: Date.now() - clock.nowMs() + hourMs, jobRetentionMs: hourMs,
    })
    expect(await hasty.run()).toMatchObject({ deletedArtifacts: 0 })
  })

  it('that is cut off leaves the rest, whole, to the next', async () => {
    const others = await Promise.all(['one', 'two', 'three'].map((text) => put(acme, Buffer.from(text))))
    hours.pass(800)
    const abort = new AbortController()
    const { artifacts: store } = platform
    const dying: ArtifactStore = {
      put: store.put.bind(store), get: store.get.bind(store), has: store.has.bind(store), delete: store.delete.bind(store), list: store.list.bind(store),
      deleteIfOlder: (...given) => store.deleteIfOlder(...given).finally(() => abort.abort()),
    }
    const cutOff = await openConfiguredUpkeep({ ARTIFACT_GRACE_HOURS: 24, JOB_RETENTION_DAYS: 30 }, { platform: { ...platform, artifacts: dying }, access, system })
    await expect(cutOff.run({ signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    const left = await Promise.all(others.map((hash) => store.has(acme, hash)))
    expect(left.filter(Boolean).length).toBeGreaterThanOrEqual(2)
    await upkeep.run()
    expect(await Promise.all(others.map((hash) => store.has(acme, hash)))).toEqual([false, false, false])
    expect((await system.forTenant('acme').predict('routing', 'the printer jams')).kind).toBe('class')
  })
})
