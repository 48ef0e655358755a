import type { JobQueue } from '@motadata/core'
import type { CollectingLogger } from '../fakes/collecting-logger.js'
import type { FixedClock } from '../fakes/fixed-clock.js'
import { describeEnqueueing } from './job-queue/enqueueing.js'
import { describeListing } from './job-queue/listing.js'
import { describeCancelling } from './job-queue/cancelling.js'
import { describeClosing } from './job-queue/closing.js'
import { describeForgetting } from './job-queue/forgetting.js'
import { describeScheduling } from './job-queue/scheduling.js'
import { describeWorking } from './job-queue/working.js'

export interface OpenedJobQueue {
  readonly jobs: JobQueue
  readonly clock: FixedClock
  readonly logger: CollectingLogger
  /** Lets running jobs end for 100 ms, then aborts them. May be called more than once. */
  close(): Promise<void>
}

/**
 * What every JobQueue does. One queue is opened for the whole suite, and one for each test of closing; its retries wait no more than
 * a second, it looks at schedules several times a second, its ids sort by time of making.
 */
export function describeJobQueue(name: string, open: () => Promise<OpenedJobQueue>): void {
  describe(`JobQueue: ${name}`, () => {
    let opened: OpenedJobQueue

    beforeAll(async () => {
      opened = await open()
    })

    afterAll(() => opened.close())

    const queue = (): OpenedJobQueue => opened
    describeEnqueueing(queue)
    describeWorking(queue)
    describeCancelling(queue)
    describeListing(queue)
    describeForgetting(queue)
    describeScheduling(queue)
    describeClosing(open)
  })
}
