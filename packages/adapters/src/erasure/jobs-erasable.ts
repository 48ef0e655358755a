import { type Erasable, type JobContent, type JobQueue, createSubjectMatcher } from '@motadata/core'

/**
 * Erases jobs by what they carry: payload, result, the words of a failure, idempotency key. A job that waits or runs is cancelled, since it would
 * bring back what it carries.
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
    },
    async erase(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for await (const job of jobs.contents(context)) if (matcher.matchesJson(carriedBy(job))) await jobs.forget(context, job.id)
      return []
    },
  }
}

function carriedBy({ payload, result, errorMessage, idempotencyKey }: JobContent): unknown {
  return [payload, result, errorMessage, idempotencyKey]
}
