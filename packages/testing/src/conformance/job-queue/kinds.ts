import { type Job, type JobQueue, type RequestContext } from '@motadata/core'
import { until } from '../../until.js'

let kinds = 0

/** A kind of job of its own, so that tests do not take each other's jobs. */
export function newKind(): string {
  return `kind-${++kinds}`
}

/** The job, once it has ended. */
export function ended(jobs: JobQueue, context: RequestContext, id: string): Promise<Job> {
  return until(async () => {
    const job = await jobs.get(context, id)
    return job.state === 'queued' || job.state === 'running' ? undefined : job
  })
}
