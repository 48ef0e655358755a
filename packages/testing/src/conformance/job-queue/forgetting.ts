import type { RequestContext } from '@motadata/core'
import type { OpenedJobQueue } from '../job-queue.js'
import { asAcme, asGlobex } from '../tenants.js'
import { ended, newKind } from './kinds.js'

export function describeForgetting(queue: () => OpenedJobQueue): void {
  describe('forgetting', () => {
    const payloads = async (context: RequestContext, kind: string, endedAfter: Date): Promise<unknown[]> => {
      const found = []
      for await (const payload of queue().jobs.payloads(context, kind, { endedAfter })) found.push(payload)
      return found
    }

    it('gives the payloads of jobs that wait, run, or ended after a time, of one tenant and kind', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      const [first] = [await jobs.enqueue(asAcme, { kind, payload: 'cancelled' }), await jobs.enqueue(asAcme, { kind, payload: { n: 1 } })]
      await jobs.enqueue(asGlobex, { kind, payload: 'of globex' })
      await jobs.enqueue(asAcme, { kind: newKind(), payload: 'of another kind' })
      await jobs.cancel(asAcme, first.id)
      const endedAt = clock.nowMs()
      expect(await payloads(asAcme, kind, new Date(endedAt - 1))).toEqual(['cancelled', { n: 1 }])
      expect(await payloads(asAcme, kind, new Date(endedAt))).toEqual([{ n: 1 }])
      expect(await payloads(asGlobex, kind, new Date(endedAt))).toEqual(['of globex'])
    })

    it('forgets jobs that ended before a time, with their idempotency keys, and neither others nor those of another tenant', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      const request = { kind, payload: null, idempotencyKey: 'once' }
      const { id: ended } = await jobs.enqueue(asAcme, request)
      const { id: waiting } = await jobs.enqueue(asAcme, { kind, payload: null })
      const { id: ofAnother } = await jobs.enqueue(asGlobex, request)
      await jobs.cancel(asAcme, ended)
      await jobs.cancel(asGlobex, ofAnother)
      const endedAt = clock.nowMs()
      await jobs.deleteEnded(asAcme, { before: new Date(endedAt) })
      expect((await jobs.enqueue(asAcme, request)).id).toBe(ended)

      const before = new Date(endedAt + 1)
      const many = await jobs.deleteEnded(asAcme, { before, dryRun: true })
      expect(many).toBeGreaterThan(0)
      expect((await jobs.get(asAcme, ended)).state).toBe('cancelled')
      expect(await jobs.deleteEnded(asAcme, { before })).toBe(many)
      expect(await jobs.deleteEnded(asAcme, { before })).toBe(0)
      await expect(jobs.get(asAcme, ended)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
      expect((await jobs.get(asAcme, waiting)).state).toBe('queued')
      expect((await jobs.get(asGlobex, ofAnother)).state).toBe('cancelled')
      expect((await jobs.enqueue(asAcme, request)).id).not.toBe(ended)
    })

    it('tells all that jobs of a tenant carry, of whatever kind and state', async () => {
      const { jobs } = queue()
      const [kind, other] = [newKind(), newKind()]
      const first = await jobs.enqueue(asAcme, { kind, payload: { text: 'waits' }, idempotencyKey: 'by hand' })
      const second = await jobs.enqueue(asAcme, { kind: other, payload: 'cancelled' })
      const theirs = await jobs.enqueue(asGlobex, { kind, payload: 'of globex' })
      await jobs.cancel(asAcme, second.id)
      const found = []
      for await (const content of jobs.contents(asAcme)) found.push(content)
      expect(found).toContainEqual({ id: first.id, kind, payload: { text: 'waits' }, idempotencyKey: 'by hand' })
      expect(found).toContainEqual({ id: second.id, kind: other, payload: 'cancelled' })
      expect(found.map(({ id }) => id)).not.toContain(theirs.id)
    })

    it('forgets a job whatever its state, which then never runs, and none of another tenant', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const waiting = await jobs.enqueue(asAcme, { kind, payload: 'waiting' })
      const cancelled = await jobs.enqueue(asAcme, { kind, payload: 'cancelled' })
      await jobs.cancel(asAcme, cancelled.id)
      await jobs.forget(asGlobex, waiting.id)
      expect(await jobs.get(asAcme, waiting.id)).toMatchObject({ state: 'queued' })
      for (const { id } of [waiting, cancelled, waiting]) await jobs.forget(asAcme, id)
      for (const { id } of [waiting, cancelled]) await expect(jobs.get(asAcme, id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
      const ran: unknown[] = []
      await jobs.work(kind, (job) => Promise.resolve(ran.push(job.payload)))
      const later = await jobs.enqueue(asAcme, { kind, payload: 'later' })
      await ended(jobs, asAcme, later.id)
      expect(ran).toEqual(['later'])
    })
  })
}
