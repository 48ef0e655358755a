import { type ArtifactStore, type CellValue, isMLError, MLError, type Platform, platformContext, parseTenantId, toRecords } from '@motadata/core'
import { openPlatform } from '@motadata/adapters'
import { CollectingLogger, until, walkTenantTables } from '@motadata/testing'
import { DataManager, DataPipeline, type OpenLineageEvent, type PipelineDefinition, type PipelineFunctions } from '../src/index.js'
import { workOnPipelineJobs } from '../src/jobs/index.js'

const [acme, globex] = [parseTenantId('acme'), parseTenantId('globex')]
const asAcme = platformContext(acme, 'request-1')
const asGlobex = platformContext(globex, 'request-2')
let platform: Platform
let datasets: DataManager
let pipelines: DataPipeline
const events: OpenLineageEvent[] = []
let calls = 0
/** What the function `gate` does with each row. */
let gate: (record: { readonly id?: unknown }) => void = () => undefined

const functions: PipelineFunctions = {
  gate: {
    version: '1',
    columns: ([columns]) => columns!,
    row: (record) => {
      calls++
      gate(record)
      return record as Readonly<Record<string, CellValue>>
    },
  },
}

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true, logger: new CollectingLogger() })
  datasets = await DataManager.open(platform)
  pipelines = await DataPipeline.open(platform, {
    functions,
    lineage: { emit: (_, event) => Promise.resolve(void events.push(event)) },
  })
  await workOnPipelineJobs(platform.jobs, { pipelines, ids: platform.ids })
  await datasets.ingestData(asAcme, { name: 'tickets', source: { rows: rows(3) }, columnKinds: { text: 'text' } })
}, 60_000)
afterAll(() => platform.close())
beforeEach(() => {
  calls = 0
  gate = () => undefined
  events.length = 0
})

function rows(count: number): { id: number; text: string }[] {
  return Array.from({ length: count }, (_, at) => ({ id: at + 1, text: `ticket ${at + 1}` }))
}

let names = 0
/** A pipeline of its own: tickets through a function and a filter into a dataset. */
function definition(overrides: Partial<{ mode: 'replace' | 'append'; where: string }> = {}): PipelineDefinition & { readonly target: string } {
  const name = `pipeline-${++names}`
  return {
    name, target: `target-${names}`,
    steps: [
      { name: 'tickets', kind: 'extract', dataset: 'tickets' },
      { name: 'gated', kind: 'function', function: 'gate', options: { of: name }, retry: { attempts: 3, delayMs: 0 } },
      { name: 'some', kind: 'filter', where: overrides.where ?? 'id <> 2' },
      { name: 'checked', kind: 'validate', expectations: [{ kind: 'not-null', column: 'text' }] },
      { name: 'kept', kind: 'load', dataset: `target-${names}`, ...(overrides.mode ? { mode: overrides.mode } : {}) },
    ],
  }
}
const define = async (...args: Parameters<typeof definition>) => {
  const { target, ...given } = definition(...args)
  await pipelines.define(asAcme, given)
  return { name: given.name, target, steps: given.steps }
}
const idsOf = async (name: string) => toRecords(await datasets.readData(asAcme, { name })).map(({ id }) => id)
const ended = (name: string, id: string) => until(async () => {
  const run = await pipelines.getRun(asAcme, name, id)
  return run.endedAt ? run : undefined
})

describe('a run', () => {
  it('makes a version with its lineage, and says what each step did', async () => {
    const { name, target } = await define()
    const progress: number[] = []
    const run = await pipelines.run(asAcme, name, { onProgress: ({ share }) => progress.push(share) })
    expect(run).toMatchObject({ pipeline: name, state: 'succeeded', share: 1, attempt: 1, requestedBy: 'platform' })
    expect(run.steps.map(({ step, state, rowCount, fromCache }) => [step, state, rowCount, fromCache])).toEqual([
      ['tickets', 'succeeded', 3, false], ['gated', 'succeeded', 3, false], ['some', 'succeeded', 2, false], ['checked', 'succeeded', 2, false], ['kept', 'succeeded', 2, false],
    ])
    expect(run.steps[0]!.dataset).toEqual({ name: 'tickets', version: 1 })
    expect(run.steps[3]!.report).toMatchObject({ passed: true })
    expect(run.steps[4]!.dataset).toEqual({ name: target, version: 1 })
    expect(progress).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(await idsOf(target)).toEqual([1, 3])
    const { origin } = await datasets.getDataset(asAcme, { name: target })
    const source = await datasets.getDataset(asAcme, { name: 'tickets', version: 1 })
    expect(origin).toMatchObject({ kind: 'pipeline', pipeline: name, runId: run.id, sources: [{ dataset: 'tickets', version: 1, fingerprint: source.fingerprint }] })
    expect(await pipelines.getRun(asAcme, name, run.id)).toEqual(run)
    expect((await pipelines.listRuns(asAcme, name)).runs.map(({ id }) => id)).toEqual([run.id])
  })

  it('takes from the cache what was done to the same rows already, under whatever names, and does it again when told', async () => {
    const { name, target, steps } = await define()
    await pipelines.run(asAcme, name)
    expect(calls).toBe(3)
    const again = await pipelines.run(asAcme, { name: 'other', steps: steps.map((step) => (step.name === 'gated' ? { ...step, name: 'called_otherwise' } : step)) })
    expect([calls, again.steps.map(({ fromCache }) => fromCache)]).toEqual([3, [false, true, true, true, false]])
    expect((await datasets.getDataset(asAcme, { name: target })).version).toBe(1)
    const fresh = await pipelines.run(asAcme, name, { useCache: false })
    expect([calls, fresh.steps.some(({ fromCache }) => fromCache)]).toEqual([6, false])
  })

  it('does again only what follows a changed step', async () => {
    const { name, steps } = await define()
    await pipelines.run(asAcme, name)
    await pipelines.define(asAcme, { name, steps: steps.map((step) => (step.kind === 'filter' ? { ...step, where: 'id <> 1' } : step)) })
    const run = await pipelines.run(asAcme, name)
    expect([calls, run.steps.map(({ fromCache }) => fromCache)]).toEqual([3, [false, true, false, false, false]])
    expect((await pipelines.getPipeline(asAcme, name)).revision).toBe(2)
  })

  it('takes nothing from the cache that depends on the time or on chance', async () => {
    const { name } = await define({ where: 'id <> 2 and now() is not null' })
    await pipelines.run(asAcme, name)
    expect((await pipelines.run(asAcme, name)).steps.map(({ fromCache }) => fromCache)).toEqual([false, true, false, true, false])
  })

  it('tries a step again after an error of the outside world, and not after one of the rows', async () => {
    const { name } = await define()
    gate = () => {
      if (calls < 3) throw new MLError('STORAGE_UNAVAILABLE', 'The service does not answer.')
    }
    expect((await pipelines.run(asAcme, name)).steps[1]).toMatchObject({ state: 'succeeded', attempt: 3 })
    const other = await define()
    calls = 0
    gate = ({ id }) => {
      if (id === 2) throw new Error('not this one')
    }
    await expect(pipelines.run(asAcme, other.name)).rejects.toMatchObject({ code: 'PIPELINE_STEP_FAILED', details: { step: 'gated', row: 2 } })
    const [failed] = (await pipelines.listRuns(asAcme, other.name)).runs
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'PIPELINE_STEP_FAILED', step: 'gated', row: 2 } })
    expect(failed!.steps.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'waiting', 'waiting', 'waiting'])
    await expect(datasets.getDataset(asAcme, { name: other.target })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })

  it('loads nothing behind rows that are not as expected, and keeps the report', async () => {
    const { name, target, steps } = await define()
    await pipelines.define(asAcme, { name, steps: steps.map((step) => (step.kind === 'validate' ? { ...step, expectations: [{ kind: 'row-count', minimum: 100 }] } : step)) })
    await expect(pipelines.run(asAcme, name)).rejects.toMatchObject({ code: 'PIPELINE_VALIDATION_FAILED' })
    const [run] = (await pipelines.listRuns(asAcme, name)).runs
    expect(run!.steps[3]).toMatchObject({ state: 'failed', report: { passed: false } })
    await expect(datasets.getDataset(asAcme, { name: target })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })

  it('names the step whose column was renamed under it, before it does anything', async () => {
    await datasets.ingestData(asAcme, { name: 'renamed', source: { rows: [{ id: 1, text: 'a' }] } })
    const pipeline: PipelineDefinition = { name: 'on-renamed', steps: [{ name: 'from', kind: 'extract', dataset: 'renamed' }, { name: 'some', kind: 'filter', where: "text = 'a'" }] }
    await pipelines.define(asAcme, pipeline)
    await datasets.ingestData(asAcme, { name: 'renamed', source: { rows: [{ id: 1, body: 'a' }] } })
    await expect(pipelines.run(asAcme, 'on-renamed')).rejects.toMatchObject({ code: 'PIPELINE_INVALID', details: { step: 'some', column: 'text' } })
    expect((await pipelines.listRuns(asAcme, 'on-renamed')).runs[0]).toMatchObject({ state: 'failed', error: { step: 'some', column: 'text' } })
  })

  it('goes on at the last finished step with the versions it began with, and appends once', async () => {
    const { name, target } = await define({ mode: 'append' })
    await datasets.ingestData(asAcme, { name: target, source: { rows: [{ id: 100, text: 'earlier' }] }, columnKinds: { text: 'text' } })
    // the artifact store breaks off after the function's rows are kept, as a killed process would
    let puts = 0
    const dying: ArtifactStore = Object.assign(Object.create(platform.artifacts) as ArtifactStore, {
      put: (...args: Parameters<ArtifactStore['put']>) => (++puts > 2 ? Promise.reject(new Error('killed')) : platform.artifacts.put(...args)),
      get: (...args: Parameters<ArtifactStore['get']>) => platform.artifacts.get(...args),
      has: (...args: Parameters<ArtifactStore['has']>) => platform.artifacts.has(...args),
    })
    const first = await DataPipeline.open({ ...platform, artifacts: dying }, { functions })
    await first.work(asAcme, 'run-that-died', { pipeline: name, useCache: false }, () => undefined).catch((error: unknown) => expect(isMLError(error)).toBe(false))
    expect([calls, (await pipelines.getRun(asAcme, name, 'run-that-died')).state]).toEqual([3, 'running'])
    await datasets.ingestData(asAcme, { name: 'tickets', source: { rows: rows(5) }, columnKinds: { text: 'text' } })
    const run = await pipelines.resume(asAcme, name, 'run-that-died')
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2 })
    expect([calls, run.steps[1]!.fromCache]).toEqual([3, true])
    await pipelines.resume(asAcme, name, 'run-that-died')
    expect(await idsOf(target)).toEqual([100, 1, 3])
  })
})

describe('a run that a worker does', () => {
  it('is one for one idempotency key, and ends', async () => {
    const { name, target } = await define()
    const [first, second] = await Promise.all([pipelines.start(asAcme, name, { idempotencyKey: 'night' }), pipelines.start(asAcme, name, { idempotencyKey: 'night' })])
    expect(second.id).toBe(first.id)
    expect(await ended(name, first.id)).toMatchObject({ state: 'succeeded' })
    expect((await platform.jobs.get(asAcme, first.id)).result).toMatchObject({ runId: first.id, state: 'succeeded' })
    expect((await idsOf(target))[0]).toBe(1)
  })

  it('fails as its step does', async () => {
    const { name } = await define()
    gate = () => {
      throw new Error('never')
    }
    const { id } = await pipelines.start(asAcme, name)
    expect(await ended(name, id)).toMatchObject({ state: 'failed', error: { code: 'PIPELINE_STEP_FAILED', step: 'gated', row: 1 } })
    expect((await platform.jobs.get(asAcme, id)).error).toMatchObject({ code: 'PIPELINE_STEP_FAILED' })
  })

  it('is cancelled, waiting or running, and loads nothing', async () => {
    const { name, target } = await define()
    await datasets.ingestData(asAcme, { name: 'many', source: { rows: rows(20_000) }, columnKinds: { text: 'text' } })
    const { steps } = await pipelines.getPipeline(asAcme, name).then(({ definition: { steps: given } }) => ({ steps: given }))
    await pipelines.define(asAcme, { name, steps: steps.map((step) => (step.kind === 'extract' ? { ...step, dataset: 'many' } : step)) })
    const running = await pipelines.start(asAcme, name)
    const waiting = await pipelines.start(asAcme, name)
    let cancelled: Promise<unknown> | undefined
    gate = ({ id }) => {
      if (id === 5_000) cancelled ??= pipelines.cancelRun(asAcme, name, running.id)
    }
    expect((await pipelines.cancelRun(asAcme, name, waiting.id)).state).toBe('cancelled')
    expect(await ended(name, running.id)).toMatchObject({ state: 'cancelled' })
    await cancelled
    await expect(pipelines.cancelRun(asAcme, name, running.id)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' })
    await expect(datasets.getDataset(asAcme, { name: target })).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
  })
})

describe('a schedule', () => {
  it('is kept with the pipeline, replaced, taken away, and gone with it', async () => {
    const { name } = await define()
    const { nextAt } = await pipelines.schedule(asAcme, name, { cron: '0 2 * * *', timeZone: 'Europe/Berlin' })
    expect(nextAt.getTime()).toBeGreaterThan(Date.now())
    await pipelines.schedule(asAcme, name, { cron: '30 2 * * *' })
    expect(await pipelines.findSchedule(asAcme, name)).toMatchObject({ cron: '30 2 * * *', timeZone: 'UTC' })
    expect(await pipelines.findSchedule(asGlobex, name)).toBeUndefined()
    await expect(pipelines.schedule(asAcme, name, { cron: 'nightly' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(pipelines.schedule(asGlobex, name, { cron: '0 2 * * *' })).rejects.toMatchObject({ code: 'PIPELINE_NOT_FOUND' })
    await pipelines.unschedule(asAcme, name)
    expect(await pipelines.findSchedule(asAcme, name)).toBeUndefined()
    await pipelines.schedule(asAcme, name, { cron: '0 2 * * *' })
    await pipelines.deletePipeline(asAcme, name)
    expect(await pipelines.findSchedule(asAcme, name)).toBeUndefined()
  })

  it('gives runs, whose jobs are entered when they are worked on', async () => {
    const { name } = await define()
    const job = await platform.jobs.enqueue(asAcme, { kind: 'run-pipeline', payload: { pipeline: name, useCache: true }, idempotencyKey: 'as a schedule does' })
    await until(async () => (await platform.jobs.get(asAcme, job.id)).endedAt)
    expect(await pipelines.getRun(asAcme, name, job.id)).toMatchObject({ state: 'succeeded' })
  })
})

describe('lineage', () => {
  it('is told as OpenLineage events, in a namespace of the tenant', async () => {
    const { name, target } = await define()
    const { id } = await pipelines.run(asAcme, name)
    expect(events.map(({ eventType, run: { runId }, job }) => [eventType, runId, job.namespace, job.name])).toEqual([['START', id, 'motadata/acme', name], ['COMPLETE', id, 'motadata/acme', name]])
    const [, complete] = events
    expect(complete).toMatchObject({
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      inputs: [{ namespace: 'motadata/acme', name: 'tickets', facets: { schema: { fields: [{ name: 'id', type: 'number' }, { name: 'text', type: 'text' }] } }, inputFacets: { dataQualityAssertions: { assertions: [{ assertion: 'not-null', column: 'text', success: true }] } } }],
      outputs: [{ name: target, facets: { version: { datasetVersion: '1' } }, outputFacets: { outputStatistics: { rowCount: expect.any(Number) } } }],
    })
    gate = () => {
      throw new Error('never')
    }
    await pipelines.run(asAcme, name, { useCache: false }).catch(() => undefined)
    expect(events.at(-1)).toMatchObject({ eventType: 'FAIL', run: { facets: { errorMessage: { message: expect.stringContaining("Step 'gated'") } } } })
  })
})

describe('tenants', () => {
  it('see nothing of each other: pipelines, runs, cached rows', async () => {
    const { name, steps } = await define()
    const run = await pipelines.run(asAcme, name)
    expect(await pipelines.listPipelines(asGlobex)).toEqual({ pipelines: [] })
    for (const attempt of [
      () => pipelines.getPipeline(asGlobex, name), () => pipelines.listRuns(asGlobex, name), () => pipelines.deletePipeline(asGlobex, name), () => pipelines.start(asGlobex, name), () => pipelines.run(asGlobex, name),
    ]) await expect(attempt()).rejects.toMatchObject({ code: 'PIPELINE_NOT_FOUND' })
    for (const attempt of [() => pipelines.getRun(asGlobex, name, run.id), () => pipelines.cancelRun(asGlobex, name, run.id), () => pipelines.resume(asGlobex, name, run.id)]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'PIPELINE_RUN_NOT_FOUND' })
    }
    // the same rows through the same steps: done again, for nothing of another tenant's is taken
    await datasets.ingestData(asGlobex, { name: 'tickets', source: { rows: toRecords(await datasets.readData(asAcme, { name: 'tickets' })) }, columnKinds: { text: 'text' } })
    calls = 0
    const theirs = await pipelines.run(asGlobex, { name, steps })
    expect([calls > 0, theirs.steps.some(({ fromCache }) => fromCache)]).toEqual([true, false])
  })

  it('are fenced in every table', async () => {
    const { tables, problems } = await walkTenantTables(platform.database)
    expect(problems).toEqual([])
    expect(tables).toEqual(expect.arrayContaining(['pipeline', 'pipeline_run', 'pipeline_step_run', 'pipeline_cache', 'pipeline_cache_artifact', 'pipeline_lineage'].map((table) => `data_management.${table}`)))
  })
})

describe('what is kept', () => {
  it('is needed by a sweep, and gone with its pipeline but for the datasets', async () => {
    const { name, target } = await define()
    const { id } = await pipelines.run(asAcme, name)
    const run = await pipelines.getRun(asAcme, name, id)
    const hashes = run.steps.filter(({ kind }) => kind === 'filter').map(({ fingerprint }) => fingerprint!)
    expect(await pipelines.neededArtifacts(asAcme, [...hashes, '0'.repeat(64)])).toEqual(new Set(hashes))
    expect(await pipelines.neededArtifacts(platformContext(parseTenantId('initech'), 'request-3'), hashes)).toEqual(new Set())
    await pipelines.deletePipeline(asAcme, name)
    await expect(pipelines.getPipeline(asAcme, name)).rejects.toMatchObject({ code: 'PIPELINE_NOT_FOUND' })
    await expect(pipelines.getRun(asAcme, name, id)).rejects.toMatchObject({ code: 'PIPELINE_RUN_NOT_FOUND' })
    expect((await datasets.getDataset(asAcme, { name: target })).version).toBe(1)
  })
})

describe('extract, transform, load', () => {
  it('are there by themselves', async () => {
    const read = await pipelines.extract(asAcme, { name: 'tickets', version: 1, columns: ['id'] })
    expect(toRecords(read)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    const changed = await pipelines.transform(asAcme, { rows: read }, [{ name: 'd', kind: 'derive', columns: { twice: 'id * 2' } }])
    const version = await pipelines.load(asAcme, changed, { dataset: 'by-hand', idempotencyKey: 'once' })
    expect(await pipelines.load(asAcme, changed, { dataset: 'by-hand', idempotencyKey: 'once' })).toEqual(version)
    expect(toRecords(await datasets.readData(asAcme, { name: 'by-hand' }))).toEqual([{ id: 1, twice: 2 }, { id: 2, twice: 4 }, { id: 3, twice: 6 }])
    await expect(pipelines.extract(asAcme, { name: 'tickets', columns: ['nope'] })).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
  })
})
