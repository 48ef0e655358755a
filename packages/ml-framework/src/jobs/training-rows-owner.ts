import type { ArtifactOwner, JobQueue } from '@motadata/core'
import { trainingJobKind, type TrainingJobPayload } from './training-job.js'

/** The rows that training jobs learn from are needed as long as one of those waits or runs. */
export function createTrainingRowsOwner(jobs: JobQueue): ArtifactOwner {
  return {
    async neededArtifacts(context, hashes, endedAfter) {
      const asked = new Set(hashes)
      const needed = new Set<string>()
      for await (const payload of jobs.payloads(context, trainingJobKind, { endedAfter })) {
        // one that is malformed fails its job, and needs nothing
        const hash = (payload as Partial<TrainingJobPayload> | null)?.source?.artifactSha256
        if (hash !== undefined && asked.has(hash)) needed.add(hash)
      }
      return needed
    },
  }
}
