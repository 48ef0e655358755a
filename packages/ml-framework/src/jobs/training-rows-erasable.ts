import { type ArtifactStore, createSubjectMatcher, type Erasable, type ErasureFinding, gzipNames, isMLError, type JobContent, type JobQueue, type RequestContext, type SubjectMatcher } from '@motadata/core'
import { parseTrainingJobPayload, trainingJobKind, type TrainingJobPayload, type TrainingJobResult } from './training-job.js'

const taintReason = 'It was trained on rows that named the subject.'

/**
 * Erases the rows that training jobs learned from, or are to learn from, and tells which models did. A job that has not learned yet then fails: its
 * rows are to be handed in again without the subject. Rows that were cleared away before the erasure can't be looked through any more.
 */
export function createTrainingRowsErasable({ jobs, artifacts }: { readonly jobs: JobQueue; readonly artifacts: ArtifactStore }): Erasable {
  const naming = async function* (context: RequestContext, matcher: SubjectMatcher): AsyncGenerator<{ readonly job: JobContent; readonly sha256: string }> {
    for await (const job of jobs.contents(context)) {
      const source = job.kind === trainingJobKind ? sourceOf(job.payload) : undefined
      if (source && (await rowsName(context, source, matcher, artifacts))) yield { job, sha256: source.artifactSha256 }
    }
  }
  return {
    owner: 'training-rows',
    async *scan(context, subject) {
      for await (const { job, sha256 } of naming(context, createSubjectMatcher(subject))) {
        yield { kind: 'training-rows', name: sha256, count: 1, effect: 'erase' }
        const { modelId, version } = (job.result ?? {}) as Partial<TrainingJobResult>
        if (modelId === undefined || version === undefined || subject.kind === 'tenant') continue
        yield { kind: 'model-version', name: `${modelId}@${version}`, count: 1, effect: 'taint', reason: taintReason } satisfies ErasureFinding
      }
    },
    async erase(context, subject) {
      for await (const { sha256 } of naming(context, createSubjectMatcher(subject))) await artifacts.delete(context.tenantId, sha256)
      return []
    },
  }
}

function sourceOf(payload: unknown): TrainingJobPayload['source'] | undefined {
  try {
    return parseTrainingJobPayload(payload).source
  } catch {
    return undefined
  }
}

async function rowsName(context: RequestContext, source: TrainingJobPayload['source'], matcher: SubjectMatcher, artifacts: ArtifactStore): Promise<boolean> {
  const bytes = await artifacts.get(context.tenantId, source.artifactSha256).catch((error: unknown) => {
    if (isMLError(error, 'ARTIFACT_NOT_FOUND')) return undefined
    throw error
  })
  if (!bytes) return false
  return source.compression === 'none' ? matcher.matchesBytes(bytes) : gzipNames(bytes, matcher)
}
