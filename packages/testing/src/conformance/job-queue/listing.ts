import type { JobFilter } from '@motadata/core'
import type { OpenedJobQueue } from '../job-queue.js'
import { asAcme, asGlobex } from '../tenants.js'
import { newKind } from './kinds.js'

export function describeListing(queue: () => OpenedJobQueue): void {
  describe('listing', () => {
    it('pages through the jobs of a kind, newest first, without those of another tenant', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const made: string[] = []
      for (let i = 0; i < 5; i++) made.unshift((await jobs.enqueue(asAcme, { kind, payload: i })).id)
      await jobs.enqueue(asGlobex, { kind, payload: null })
      const first = await jobs.list(asAcme, { kind, limit: 2 })
      const second = await jobs.list(asAcme, { kind, limit: 2, pageToken: first.nextPageToken! })
      const third = await jobs.list(asAcme, { kind, limit: 2, pageToken: second.nextPageToken! })
      expect([first, second, third].map((page) => page.jobs.length)).toEqual([2, 2, 1])
      expect([first, second, third].flatMap((page) => page.jobs.map(({ id }) => id))).toEqual(made)
      expect(third.nextPageToken).toBeUndefined()
      expect((await jobs.list(asAcme, { kind, limit: 5 })).nextPageToken).toBeUndefined()
    })

    it('filters by state', async () => {
      const { jobs } = queue()
      const kind = newKind()
      const [one, two] = [await jobs.enqueue(asAcme, { kind, payload: 1 }), await jobs.enqueue(asAcme, { kind, payload: 2 })]
      await jobs.cancel(asAcme, one.id)
      expect((await jobs.list(asAcme, { kind, state: 'cancelled' })).jobs.map(({ id }) => id)).toEqual([one.id])
      expect((await jobs.list(asAcme, { kind, state: 'queued' })).jobs.map(({ id }) => id)).toEqual([two.id])
      expect((await jobs.list(asAcme, { kind, state: 'failed' })).jobs).toEqual([])
    })

    it.each<JobFilter>([
      { limit: 0 }, { limit: 201 }, { limit: 1.5 }, { limit: '5' as unknown as number }, { pageToken: 'not a token' }, { pageToken: '' },
      { state: 'done' as 'queued' }, { kind: 'two words' },
    ])('refuses %j', async (filter) => {
      await expect(queue().jobs.list(asAcme, filter)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    })
  })
}
