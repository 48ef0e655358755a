import { type Erasable, type IdSource, type JobQueue, MLError, platformContext } from '@motadata/core'
import { erasureJobKind, type Erasures } from '../erasures.js'

export interface ErasureJobCollaborators {
  readonly erasures: Pick<Erasures, 'run'>
  /** Every owner of anything that may hold personal data, in the order to ask them. */
  readonly owners: readonly Erasable[]
  readonly ids: IdSource
}

/**
 * Works on erasures until the queue stops. A job that is run again after its process died goes on where that one was. Its result names the
 * erasure only; the certificate lies with that.
 */
export async function workOnErasures(queue: JobQueue, { erasures, owners, ids }: ErasureJobCollaborators): Promise<void> {
  await queue.work(erasureJobKind, async (job) => {
    const { erasureId } = (typeof job.payload === 'object' && job.payload !== null ? job.payload : {}) as { readonly erasureId?: unknown }
    if (typeof erasureId !== 'string') throw new MLError('INPUT_INVALID', 'Expected { erasureId } as the payload of an erasure, got something else.', { details: { field: 'payload' } })
    const { rounds } = await erasures.run(platformContext(job.tenantId, ids.next(), job.signal), erasureId, { owners, onProgress: (progress) => job.reportProgress(progress) })
    return { erasureId, rounds }
  })
}
