import { type Erasable, type JobContent, type JobQueue, createSubjectMatcher, sha256 } from '@motadata/core'

/**
 * Erases jobs by what they carry: payload, result, the words of a failure, idempotency key. A job that waits or runs is cancelled, since it would
 * bring back what it carries; so are schedules of jobs, by their key and what their jobs get.
 */
export function createJobsErasable(jobs: JobQueue): Erasable {
  const owner = 'jobs'
  return {
    owner,
    async *scan(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for await (const job of jobs.contents(context)) {
        if (matcher.matchesJson(carriedBy(job))) yield { kind: 'job', name: job.id, count: 1, effect: 'erase' }
      }
      for (const { key, payload } of await jobs.listSchedules(context)) {
        if (matcher.matchesJson([key, payload])) yield { kind: 'job-schedule', name: sha256(new TextEncoder().encode(key)), count: 1, effect: 'erase' }
      }
    },
    async erase(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for await (const job of jobs.contents(context)) if (matcher.matchesJson(carriedBy(job))) await jobs.forget(context, job.id)
      for (const { key, payload } of await jobs.listSchedules(context)) if (matcher.matchesJson([key, payload])) await jobs.unschedule(context, key)
      return []
    },
  }
}

function carriedBy({ payload, result, errorMessage, idempotencyKey }: JobContent): unknown {
  return [payload, result, errorMessage, idempotencyKey]
}
