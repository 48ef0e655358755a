import { defer } from '../../deferred.js'
import type { OpenedJobQueue } from '../job-queue.js'
import { asAcme } from '../tenants.js'
import { newKind } from './kinds.js'

export function describeClosing(open: () => Promise<OpenedJobQueue>): void {
  describe('closing', () => {
    it('lets a running job end first, takes nothing new, and may be asked for twice', async () => {
      const { jobs, close } = await open()
      const kind = newKind()
      const [started, go] = [defer(), defer()]
      let ran = 0
      await jobs.work(kind, async () => {
        ran++
        started.resolve()
        await go.promise
      })
      await jobs.enqueue(asAcme, { kind, payload: 'first' })
      await jobs.enqueue(asAcme, { kind, payload: 'second' })
      await started.promise
      const closing = close()
      await expect(jobs.enqueue(asAcme, { kind, payload: null })).rejects.toMatchObject({ code: 'SERVER_CLOSING' })
      await expect(jobs.work(newKind(), () => Promise.resolve())).rejects.toMatchObject({ code: 'SERVER_CLOSING' })
      go.resolve()
      await closing
      await close()
      expect(ran).toBe(1)
    })

    it('aborts the signal of a job that does not end', async () => {
      const { jobs, close } = await open()
      const kind = newKind()
      const started = defer()
      const reason = defer<unknown>()
      await jobs.work(kind, async (job) => {
        started.resolve()
        await new Promise((resolve) => job.signal.addEventListener('abort', resolve))
        reason.resolve(job.signal.reason)
        job.signal.throwIfAborted()
      })
      await jobs.enqueue(asAcme, { kind, payload: null })
      await started.promise
      await close()
      expect(await reason.promise).toMatchObject({ code: 'CANCELLED' })
    })
  })
}
