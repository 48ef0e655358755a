import { MLError, type RunningJob, TrainingError } from '@motadata/core'
import { defer } from '../../deferred.js'
import { until } from '../../until.js'
import type { OpenedJobQueue } from '../job-queue.js'
import { acme, asAcme, asGlobex } from '../tenants.js'
import { ended, newKind } from './kinds.js'

export function describeWorking(queue: () => OpenedJobQueue): void {
  describe('working', () => {
    it('hands the job to the handler of its kind and keeps what that returns', async () => {
      const { jobs, clock } = queue()
      const [kind, other] = [newKind(), newKind()]
      const taken: RunningJob[] = []
      await jobs.work(kind, async (job) => {
        taken.push(job)
        return Promise.resolve({ accuracy: 0.875, labels: ['a', 'b'] })
      })
      await jobs.work(other, () => Promise.reject(new Error('not this one')))
      const payload = { rows: [1, 2.5, null, true], name: 'Zoë 😀', nested: { deep: [{}] } }
      const { id } = await jobs.enqueue(asAcme, { kind, payload })
      expect(await ended(jobs, asAcme, id)).toEqual({
        id, kind, state: 'succeeded', attempt: 1, progress: { stage: expect.any(String), share: 1 },
        createdAt: new Date(clock.nowMs()), startedAt: new Date(clock.nowMs()), endedAt: new Date(clock.nowMs()),
        result: { accuracy: 0.875, labels: ['a', 'b'] },
      })
      expect(taken).toHaveLength(1)
      expect(taken[0]).toMatchObject({ id, kind, tenantId: acme, payload, attempt: 1 })
    })

    it('takes jobs that were there before the handler', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const { id } = await jobs.enqueue(asAcme, { kind, payload: 'early' })
      await jobs.work(kind, (job) => Promise.resolve(job.payload))
      expect(await ended(jobs, asAcme, id)).toMatchObject({ state: 'succeeded', result: 'early' })
    })

    it('has no result other than null when the handler returns nothing', async () => {
      const { jobs } = queue()
      const kind = newKind()
      await jobs.work(kind, () => Promise.resolve())
      const { id } = await jobs.enqueue(asAcme, { kind, payload: undefined })
      expect(await ended(jobs, asAcme, id)).toMatchObject({ state: 'succeeded', result: null })
    })

    it('shows progress while the job runs', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const go = defer()
      const refused = defer<unknown>()
      await jobs.work(kind, async (job) => {
        await job.reportProgress({ stage: 'vectorizing', share: 0.25 })
        await Promise.all([0.3, 0.4, 0.5].map((share) => job.reportProgress({ stage: 'fitting', share })))
        refused.resolve(await job.reportProgress({ stage: 'fitting', share: 2 }).catch((error: unknown) => error))
        await go.promise
      })
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      expect(await refused.promise).toMatchObject({ code: 'INPUT_INVALID' })
      expect(await jobs.get(asAcme, id)).toMatchObject({ state: 'running', attempt: 1, progress: { stage: 'fitting', share: 0.5 } })
      go.resolve()
      expect((await ended(jobs, asAcme, id)).progress.share).toBe(1)
    })

    it("fails at once, with the error's code and message, when the caller's data is at fault", async () => {
      const { jobs } = queue()
      const kind = newKind()
      let runs = 0
      await jobs.work(kind, () => {
        runs++
        return Promise.reject(new TrainingError('TARGET_ONE_CLASS', "Expected two classes or more in 'label', got one."))
      })
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      expect(await ended(jobs, asAcme, id)).toMatchObject({
        state: 'failed', attempt: 1, error: { code: 'TARGET_ONE_CLASS', message: "Expected two classes or more in 'label', got one." },
      })
      // A job enqueued later has been through, so a retry of the first would have been as well.
      const later = await jobs.enqueue(asAcme, { kind, payload: null })
      await ended(jobs, asAcme, later.id)
      expect(runs).toBe(2)
    })

    it.each<[string, unknown]>([
      ['an unknown error', new Error('the disk was full')],
      ['an error of the outside world', new MLError('STORAGE_UNAVAILABLE', 'The database does not answer.')],
      ['what is not even an error', 'no error'],
    ])('tries again after %s', async (_, error) => {
      const { jobs } = queue()
      const kind = newKind()
      await jobs.work(kind, (job) => (job.attempt === 1 ? Promise.reject(error as Error) : Promise.resolve(`attempt ${job.attempt}`)))
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      expect(await ended(jobs, asAcme, id)).toMatchObject({ state: 'succeeded', attempt: 2, result: 'attempt 2' })
    })

    it('gives up after four attempts, and keeps the text of an unknown error to the log', async () => {
      const { jobs, logger } = queue()
      const kind = newKind()
      const attempts: number[] = []
      await jobs.work(kind, (job) => {
        attempts.push(job.attempt)
        return Promise.reject(new Error('my password is hunter2'))
      })
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      const job = await ended(jobs, asAcme, id)
      expect(attempts).toEqual([1, 2, 3, 4])
      expect(job).toMatchObject({ state: 'failed', attempt: 4, error: { code: 'JOB_FAILED' } })
      expect(JSON.stringify(job)).not.toContain('hunter2')
      const logged = logger.records.filter(({ fields }) => fields.jobId === id)
      expect(logged).toHaveLength(4)
      expect(logged[0]!.fields.error).toMatchObject({ message: 'my password is hunter2' })
    })

    it('takes a result that is not JSON for a defect of the handler', async () => {
      const { jobs } = queue()
      const kind = newKind()
      await jobs.work(kind, (job) => Promise.resolve(job.attempt === 1 ? { n: 1n } : 'mended'))
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      expect(await ended(jobs, asAcme, id)).toMatchObject({ state: 'succeeded', attempt: 2, result: 'mended' })
    })

    it.each([
      [1, 1],
      [2, 2],
    ])('works on %p of one tenant at once when told so, and never keeps another tenant waiting for it', async (concurrencyPerTenant, most) => {
      const { jobs } = queue()
      const kind = newKind()
      const running = new Map<string, number>()
      let seen = 0
      const go = defer()
      await jobs.work(
        kind,
        async ({ tenantId }) => {
          running.set(tenantId, (running.get(tenantId) ?? 0) + 1)
          seen = Math.max(seen, running.get(tenantId)!)
          await go.promise
          running.set(tenantId, running.get(tenantId)! - 1)
        },
        { concurrency: 4, concurrencyPerTenant },
      )
      const ids = []
      for (let i = 0; i < 4; i++) ids.push((await jobs.enqueue(asAcme, { kind, payload: i })).id)
      const foreign = await jobs.enqueue(asGlobex, { kind, payload: null })
      await until(() => (running.get('globex') === 1 && running.get('acme') === most ? true : undefined))
      go.resolve()
      for (const id of ids) await ended(jobs, asAcme, id)
      await ended(jobs, asGlobex, foreign.id)
      expect(seen).toBe(most)
    })

    it('puts another in the place of each job that ends, also while one beside it takes long', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const go = defer()
      const ids = []
      for (let i = 0; i < 6; i++) ids.push((await jobs.enqueue(asAcme, { kind, payload: i })).id)
      let most = 0
      let running = 0
      await jobs.work(
        kind,
        async ({ payload }) => {
          most = Math.max(most, ++running)
          if (payload === 0) await go.promise
          running--
        },
        { concurrency: 2, concurrencyPerTenant: 2 },
      )
      for (const id of ids.slice(1)) await ended(jobs, asAcme, id)
      expect(await jobs.get(asAcme, ids[0]!)).toMatchObject({ state: 'running', attempt: 1 })
      go.resolve()
      await ended(jobs, asAcme, ids[0]!)
      expect(most).toBe(2)
    })

    it('takes one handler for a kind, and whole numbers for how many at once', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const handler = (): Promise<void> => Promise.resolve()
      for (const options of [{ concurrency: 0 }, { concurrency: 1.5 }, { concurrencyPerTenant: -1 }]) {
        await expect(jobs.work(kind, handler, options)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
      }
      await jobs.work(kind, handler)
      await expect(jobs.work(kind, handler)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
      await expect(jobs.work('two words', handler)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    })
  })
}
