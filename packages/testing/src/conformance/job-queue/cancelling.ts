import { defer } from '../../deferred.js'
import type { OpenedJobQueue } from '../job-queue.js'
import { asAcme, asGlobex } from '../tenants.js'
import { ended, newKind } from './kinds.js'

export function describeCancelling(queue: () => OpenedJobQueue): void {
  describe('cancelling', () => {
    it('keeps a waiting job from ever running', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      const { id } = await jobs.enqueue(asAcme, { kind, payload: 'cancelled' })
      expect(await jobs.cancel(asAcme, id)).toMatchObject({ id, state: 'cancelled', endedAt: new Date(clock.nowMs()) })
      const ran: unknown[] = []
      await jobs.work(kind, (job) => Promise.resolve(ran.push(job.payload)))
      const later = await jobs.enqueue(asAcme, { kind, payload: 'later' })
      await ended(jobs, asAcme, later.id)
      expect(ran).toEqual(['later'])
      expect((await jobs.get(asAcme, id)).attempt).toBe(0)
    })

    it('aborts the signal of a running job within a second, whose end then changes nothing', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const started = defer()
      const aborted = defer<number>()
      const finished = defer()
      await jobs.work(kind, async (job) => {
        if (job.payload === 'later') return
        job.signal.addEventListener('abort', () => aborted.resolve(performance.now()))
        started.resolve()
        await aborted.promise
        await job.reportProgress({ stage: 'late', share: 0.9 })
        finished.resolve()
        return 'too late'
      })
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      await started.promise
      const askedAt = performance.now()
      expect(await jobs.cancel(asAcme, id)).toMatchObject({ state: 'cancelled' })
      expect((await aborted.promise) - askedAt).toBeLessThan(1_000)
      await finished.promise
      const later = await jobs.enqueue(asAcme, { kind, payload: 'later' })
      await ended(jobs, asAcme, later.id)
      const job = await jobs.get(asAcme, id)
      expect(job).toMatchObject({ state: 'cancelled', attempt: 1 })
      expect(job.result).toBeUndefined()
      expect(job.progress.stage).not.toBe('late')
    })

    it('does not try again when the cancelled handler throws', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const started = defer()
      let runs = 0
      await jobs.work(kind, async (job) => {
        if (job.payload === 'later') return
        runs++
        started.resolve()
        await new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason as Error)))
      })
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      await started.promise
      await jobs.cancel(asAcme, id)
      const later = await jobs.enqueue(asAcme, { kind, payload: 'later' })
      await ended(jobs, asAcme, later.id)
      expect(runs).toBe(1)
      expect(await jobs.get(asAcme, id)).toMatchObject({ state: 'cancelled' })
      expect((await jobs.get(asAcme, id)).error).toBeUndefined()
    })

    it('is refused once the job has ended', async () => {
      const { jobs } = queue()
      const kind = newKind()
      await jobs.work(kind, () => Promise.resolve())
      const { id } = await jobs.enqueue(asAcme, { kind, payload: null })
      await ended(jobs, asAcme, id)
      await expect(jobs.cancel(asAcme, id)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' })
      const waiting = await jobs.enqueue(asAcme, { kind: newKind(), payload: null })
      await jobs.cancel(asAcme, waiting.id)
      await expect(jobs.cancel(asAcme, waiting.id)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' })
    })

    it('is refused to another tenant', async () => {
      const { jobs } = queue()
      const { id } = await jobs.enqueue(asAcme, { kind: newKind(), payload: null })
      await expect(jobs.cancel(asGlobex, id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
      expect((await jobs.get(asAcme, id)).state).toBe('queued')
    })
  })
}
