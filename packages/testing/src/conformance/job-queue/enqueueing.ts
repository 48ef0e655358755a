import { type JobRequest, MLError, type RequestContext } from '@motadata/core'
import type { OpenedJobQueue } from '../job-queue.js'
import { acme, asAcme, asGlobex } from '../tenants.js'
import { newKind } from './kinds.js'

export function describeEnqueueing(queue: () => OpenedJobQueue): void {
  describe('enqueueing', () => {
    it('gives a queued job, which can be read', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      const job = await jobs.enqueue(asAcme, { kind, payload: { rows: 10 } })
      expect(job).toMatchObject({ kind, state: 'queued', attempt: 0, progress: { share: 0 }, createdAt: new Date(clock.nowMs()) })
      expect(job.endedAt).toBeUndefined()
      expect(await jobs.get(asAcme, job.id)).toEqual(job)
    })

    it('gives the first job again for the same idempotency key, also when asked at once', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const request = { kind, payload: { n: 1 }, idempotencyKey: 'once' }
      const made = await Promise.all(Array.from({ length: 8 }, () => jobs.enqueue(asAcme, request)))
      expect(new Set(made.map(({ id }) => id)).size).toBe(1)
      expect((await jobs.enqueue(asAcme, { ...request, payload: { n: 2 } })).id).toBe(made[0]!.id)
      expect((await jobs.list(asAcme, { kind })).jobs).toHaveLength(1)
    })

    it('holds an idempotency key to one tenant and one kind', async () => {
      const { jobs } = queue()
      const [kind, other] = [newKind(), newKind()]
      const ids = [
        await jobs.enqueue(asAcme, { kind, payload: null, idempotencyKey: 'k' }),
        await jobs.enqueue(asGlobex, { kind, payload: null, idempotencyKey: 'k' }),
        await jobs.enqueue(asAcme, { kind: other, payload: null, idempotencyKey: 'k' }),
        await jobs.enqueue(asAcme, { kind, payload: null }),
        await jobs.enqueue(asAcme, { kind, payload: null }),
      ].map(({ id }) => id)
      expect(new Set(ids).size).toBe(5)
    })

    const circular: Record<string, unknown> = {}
    circular.self = circular
    it.each<[string, Partial<Record<keyof JobRequest, unknown>>]>([
      ['an empty kind', { kind: '' }],
      ['a kind with blanks', { kind: 'two words' }],
      ['a kind of another type', { kind: 7 }],
      ['a kind that is too long', { kind: 'k'.repeat(200) }],
      ['a payload that is a function', { payload: () => 1 }],
      ['a payload with a bigint', { payload: { n: 1n } }],
      ['a circular payload', { payload: circular }],
      ['a payload with a NUL', { payload: 'a\0b' }],
      ['a payload with half a surrogate pair', { payload: ['\ud800'] }],
      ['an empty idempotency key', { idempotencyKey: '' }],
      ['an idempotency key that is too long', { idempotencyKey: 'k'.repeat(300) }],
      ['an idempotency key of another type', { idempotencyKey: {} }],
    ])('refuses %s', async (_, wrong) => {
      const request = { kind: 'train', payload: null, ...wrong } as JobRequest
      await expect(queue().jobs.enqueue(asAcme, request)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    })

    it('does nothing for a caller who has gone or whose deadline has passed', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      const gone: RequestContext = { ...asAcme, signal: AbortSignal.abort() }
      await expect(jobs.enqueue(gone, { kind, payload: null })).rejects.toMatchObject({ code: 'CANCELLED' })
      await expect(jobs.enqueue({ ...asAcme, deadlineMs: clock.nowMs() - 1 }, { kind, payload: null })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
      expect((await jobs.list(asAcme, { kind })).jobs).toEqual([])
    })

    it('finds no job of another tenant, and none that never was', async () => {
      const { jobs } = queue()
      const { id } = await jobs.enqueue(asAcme, { kind: newKind(), payload: null })
      for (const [context, jobId] of [[asGlobex, id], [asAcme, 'never-was'], [asAcme, ''], [asAcme, '\0']] as const) {
        await expect(jobs.get(context, jobId)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
        await expect(jobs.cancel(context, jobId)).rejects.toBeInstanceOf(MLError)
      }
      expect((await jobs.get({ ...asAcme, tenantId: acme }, id)).state).toBe('queued')
    })
  })
}
