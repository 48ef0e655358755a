import type { Job, RequestContext } from '@motadata/core'
import { until } from '../../until.js'
import type { OpenedJobQueue } from '../job-queue.js'
import { asAcme, asGlobex } from '../tenants.js'
import { ended, newKind } from './kinds.js'

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]

export function describeScheduling(queue: () => OpenedJobQueue): void {
  describe('scheduling', () => {
    const jobsOf = async (context: RequestContext, kind: string): Promise<readonly Job[]> => (await queue().jobs.list(context, { kind })).jobs
    const schedule = async (kind: string, cron: string, context = asAcme) => queue().jobs.schedule(context, { key: `each-${kind}`, kind, payload: { of: kind }, cron })
    /** Resolves once schedules were looked at after now: one that is due at once has given its job. */
    const lookedAt = async (): Promise<void> => {
      const { jobs, clock } = queue()
      const kind = newKind()
      await schedule(kind, '* * * * *')
      clock.advance(minuteMs)
      await until(async () => (await jobsOf(asAcme, kind))[0])
      await jobs.unschedule(asAcme, `each-${kind}`)
    }

    it('gives a job at each time that cron says, and works on it', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      await jobs.work(kind, (job) => Promise.resolve(job.payload))
      const { nextAt } = await schedule(kind, '30 2 * * *')
      expect(nextAt.toISOString()).toMatch(/T02:30:00\.000Z$/)
      expect(nextAt.getTime()).toBeGreaterThan(clock.nowMs())
      for (const [count, at] of [[1, nextAt.getTime()], [2, nextAt.getTime() + dayMs]] as const) {
        clock.advance(at - clock.nowMs())
        await until(async () => ((await jobsOf(asAcme, kind)).length === count ? true : undefined))
      }
      const [last] = await jobsOf(asAcme, kind)
      expect(await ended(jobs, asAcme, last!.id)).toMatchObject({ state: 'succeeded', result: { of: kind } })
      expect(await jobs.findSchedule(asAcme, `each-${kind}`)).toEqual({ key: `each-${kind}`, kind, cron: '30 2 * * *', timeZone: 'UTC', nextAt: new Date(nextAt.getTime() + 2 * dayMs), lastJobId: last!.id })
    })

    it('makes up for what was missed by one job', async () => {
      const { clock } = queue()
      const kind = newKind()
      await schedule(kind, '0 * * * *')
      clock.advance(30 * hourMs)
      await until(async () => (await jobsOf(asAcme, kind))[0])
      await lookedAt()
      expect(await jobsOf(asAcme, kind)).toHaveLength(1)
    })

    it('keeps to a time zone, on the days when its clocks change too', async () => {
      const { jobs, clock } = queue()
      const at = async (timeZone: string): Promise<number> => (await jobs.schedule(asAcme, { key: 'zoned', kind: newKind(), payload: null, cron: '0 6 * * *', timeZone })).nextAt.getTime()
      const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' })
      expect(local.format(await at('America/New_York'))).toBe('06:00')
      expect((await at('America/New_York')) % dayMs).not.toBe((await at('UTC')) % dayMs)
      expect(await at('UTC')).toBeGreaterThan(clock.nowMs())
      await jobs.unschedule(asAcme, 'zoned')
    })

    it('is replaced under its key, and ends when told', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      await schedule(kind, '0 0 1 1 *')
      const replaced = await schedule(kind, '0 12 * * *')
      expect(await jobs.findSchedule(asAcme, `each-${kind}`)).toEqual(replaced)
      expect([await jobs.unschedule(asAcme, `each-${kind}`), await jobs.unschedule(asAcme, `each-${kind}`), await jobs.findSchedule(asAcme, `each-${kind}`)]).toEqual([true, false, undefined])
      clock.advance(2 * dayMs)
      await lookedAt()
      expect(await jobsOf(asAcme, kind)).toEqual([])
    })

    it('is one tenant’s: another neither sees nor ends it, and has its own under the same key', async () => {
      const { jobs, clock } = queue()
      const kind = newKind()
      const key = `each-${kind}`
      await schedule(kind, '* * * * *')
      expect([await jobs.findSchedule(asGlobex, key), await jobs.unschedule(asGlobex, key), await jobs.listSchedules(asGlobex)]).toEqual([undefined, false, []])
      await schedule(kind, '0 0 1 1 *', asGlobex)
      expect(await jobs.listSchedules(asGlobex)).toMatchObject([{ key, cron: '0 0 1 1 *', payload: { of: kind } }])
      clock.advance(minuteMs)
      await until(async () => (await jobsOf(asAcme, kind))[0])
      expect(await jobsOf(asGlobex, kind)).toEqual([])
      for (const context of [asAcme, asGlobex]) await jobs.unschedule(context, key)
    })

    it.each([
      ['no cron at all', { cron: 'every night' }], ['seconds', { cron: '* * * * * *' }], ['an hour that is none', { cron: '0 25 * * *' }], ['a day that never comes', { cron: '0 0 31 2 *' }], ['another type', { cron: 5 }],
      ['a time zone that is none', { timeZone: 'Middle/Earth' }], ['an empty key', { key: '' }], ['a kind that is none', { kind: 'two words' }], ['a payload that is no JSON', { payload: () => 1 }],
    ])('refuses %s', async (_, wrong) => {
      const request = { key: 'wrong', kind: 'train', payload: null, cron: '0 2 * * *', ...wrong } as Parameters<OpenedJobQueue['jobs']['schedule']>[1]
      await expect(queue().jobs.schedule(asAcme, request)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
      expect(await queue().jobs.findSchedule(asAcme, 'wrong')).toBeUndefined()
    })
  })
}
