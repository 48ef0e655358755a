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

    it('does not wait for ever for a job that ignores its signal, and says so', async () => {
      const { jobs, logger, close } = await open()
      const kind = newKind()
      const started = defer<string>()
      await jobs.work(kind, async ({ id }) => {
        started.resolve(id)
        await new Promise(() => undefined)
      })
      await jobs.enqueue(asAcme, { kind, payload: null })
      const jobId = await started.promise
      await close()
      expect(logger.records).toContainEqual(expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ jobId }) }))
    })
  })
}
