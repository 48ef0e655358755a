import { type ArtifactOwner, type ArtifactStore, type Clock, createSubjectMatcher, type Erasable, type ErasureSubject, isMLError, type RequestContext, throwIfEnded } from '@motadata/core'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import { artifactNames, type ArtifactReader } from './artifact-contents.js'

export interface UnneededArtifactsOptions {
  readonly artifacts: ArtifactStore
  /** Everybody who may need an artifact: what they need is theirs to erase. */
  readonly owners: readonly ArtifactOwner[]
  readonly clock: Clock
}

const hashesAtOnce = 200

/**
 * Erases artifacts that nothing refers to any more, but that a sweep has not cleared away yet: uploads of jobs that ended, rows of datasets that were
 * deleted, what a process that died left behind. To be called after the owners of artifacts, who leave such behind. Of a tenant it erases all that is
 * left.
 *
 * @example
 * const owners = [datasets, system.registry, createUnneededArtifactsErasable({ artifacts: platform.artifacts, owners: [datasets, system.registry], clock: platform.clock })]
 */
export function createUnneededArtifactsErasable(options: UnneededArtifactsOptions): Erasable {
  const { artifacts, clock } = options
  return {
    owner: 'unneeded-artifacts',
    async *scan(context, subject) {
      for await (const name of namingArtifacts(context, subject, options)) yield { kind: 'artifact', name, count: 1, effect: 'erase' }
    },
    async erase(context, subject) {
      for await (const sha256 of namingArtifacts(context, subject, options)) {
        throwIfEnded(context, clock.nowMs())
        await artifacts.delete(context.tenantId, sha256)
      }
      return []
    },
  }
}

async function* namingArtifacts(context: RequestContext, subject: ErasureSubject, options: UnneededArtifactsOptions): AsyncGenerator<string> {
  let hashes: string[] = []
  for await (const { sha256 } of options.artifacts.list(context.tenantId)) {
    if (hashes.push(sha256) < hashesAtOnce) continue
    yield* await namingAmong(context, subject, hashes, options)
    hashes = []
  }
  yield* await namingAmong(context, subject, hashes, options)
}

async function namingAmong(context: RequestContext, subject: ErasureSubject, hashes: readonly string[], options: UnneededArtifactsOptions): Promise<readonly string[]> {
  if (hashes.length === 0) return []
  const { artifacts, owners, clock } = options
  // what ended is needed no longer, for whatever reason a sweep would spare it
  const needed = await Promise.all(owners.map((owner) => owner.neededArtifacts(context, hashes, new Date(clock.nowMs() + 1_000))))
  const unneeded = hashes.filter((hash) => !needed.some((some) => some.has(hash)))
  if (subject.kind === 'tenant') return unneeded
  const matcher = createSubjectMatcher(subject)
  return inReader(context, async (reader) => {
    const naming: string[] = []
    for (const hash of unneeded) {
      throwIfEnded(context, clock.nowMs())
      const bytes = await artifacts.get(context.tenantId, hash).catch((error: unknown) => {
        if (isMLError(error, 'ARTIFACT_NOT_FOUND')) return undefined // swept meanwhile
        throw error
      })
      if (bytes && (await artifactNames(bytes, matcher, reader))) naming.push(hash)
    }
    return naming
  })
}

function inReader<Result>(context: RequestContext, work: (reader: ArtifactReader) => Promise<Result>): Promise<Result> {
  return withWorkFolder((folder) => withDuckDB({ folder, ...(context.signal ? { signal: context.signal } : {}) }, (connection) => work({ connection, folder })))
}
