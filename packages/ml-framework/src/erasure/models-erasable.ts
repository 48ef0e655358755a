import {
  type ArtifactStore, type ChangeSignal, createSubjectMatcher, type Database, type Erasable, type ErasureFinding, isMLError, type RequestContext, type SubjectMatcher, throwIfEnded,
} from '@motadata/core'
import { forgetTerms, wordsOfArtifact } from '../artifact/forget-terms.js'
import { keepArtifact } from '../artifact/keep-artifact.js'
import { ErasedModels } from '../storage/erased-models.js'

export interface ModelsErasableOptions {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly changes: ChangeSignal
}

const taintReason = 'It learned from texts that named the subject; terms that did were taken out of its vocabulary.'
const keptReason = 'Its classes, categories or card name the subject: delete the model, or train it anew and delete this version.'

type Version = Awaited<ReturnType<ErasedModels['versions']>>[number]

/**
 * Erases a person from models: terms of vocabularies are forgotten, in an artifact of a new hash under the same version, whose other predictions
 * stay. What names a person as a class or category can't be taken out of a model: it is told. Of a tenant all models go.
 */
export function createModelsErasable({ database, artifacts, changes }: ModelsErasableOptions): Erasable {
  const store = new ErasedModels(database)
  const visit = async function* (context: RequestContext): AsyncGenerator<{ readonly name: string; readonly version: Version; readonly bytes: Uint8Array | undefined }> {
    for (const { name } of await store.models(context.tenantId)) {
      for (const version of await store.versions(context.tenantId, name)) {
        throwIfEnded(context, 0)
        const bytes = await artifacts.get(context.tenantId, version.artifact_sha256).catch((error: unknown) => {
          if (isMLError(error, 'ARTIFACT_NOT_FOUND') || isMLError(error, 'ARTIFACT_CORRUPT')) return undefined
          throw error
        })
        yield { name, version, bytes }
      }
    }
  }
  return {
    owner: 'models',
    async *scan(context, subject) {
      const matcher = createSubjectMatcher(subject)
      for (const { name, description } of await store.models(context.tenantId)) {
        if (subject.kind === 'tenant' || matcher.matches(description)) yield { kind: subject.kind === 'tenant' ? 'model' : 'model-description', name, count: 1, effect: 'erase' }
      }
      if (subject.kind === 'tenant') return
      for await (const { name, version, bytes } of visit(context)) yield* findingsOf(`${name}@${version.version}`, version, bytes, matcher)
    },
    async erase(context, subject) {
      const { tenantId } = context
      const matcher = createSubjectMatcher(subject)
      const models = await store.models(tenantId)
      if (subject.kind === 'tenant') {
        await store.deleteAll(tenantId)
        for (const { name } of models) await changes.publish({ topic: 'model-archived', tenantId, subject: name })
        return []
      }
      for (const { name, description } of models) if (matcher.matches(description)) await store.clearDescription(tenantId, name)
      await store.clearCheckpoints(tenantId)
      for await (const { name, version, bytes } of visit(context)) {
        const forgotten = bytes && forgetIn(bytes, matcher)
        if (!forgotten) continue
        await keepArtifact(artifacts, tenantId, forgotten, (artifact) => store.replaceArtifact(tenantId, name, version.version, artifact))
        await changes.publish({ topic: 'model-archived', tenantId, subject: name }) // whoever has it in memory loads it again
      }
      return []
    },
  }
}

function findingsOf(name: string, version: Version, bytes: Uint8Array | undefined, matcher: SubjectMatcher): ErasureFinding[] {
  const words = bytes && wordsIn(bytes)
  const terms = words?.terms.filter((term) => matcher.matches(term)).length ?? 0
  const isWritten = matcher.matchesJson([version.signature, version.report, version.card, version.spec, version.idempotency_key, words?.metadata ?? []])
  return [
    ...(terms > 0 ? [{ kind: 'vocabulary', name, count: terms, effect: 'erase' } as const, { kind: 'model-version', name, count: 1, effect: 'taint', reason: taintReason } as const] : []),
    ...(isWritten ? [{ kind: 'model-document', name, count: 1, effect: 'retain', reason: keptReason } as const] : []),
  ]
}

/** Undefined for what is no artifact of ours. */
function wordsIn(bytes: Uint8Array): ReturnType<typeof wordsOfArtifact> | undefined {
  try {
    return wordsOfArtifact(bytes)
  } catch (error) {
    if (isMLError(error, 'MODEL_LOAD_FAILED')) return undefined
    throw error
  }
}

function forgetIn(bytes: Uint8Array, matcher: SubjectMatcher): Uint8Array | undefined {
  return wordsIn(bytes) && forgetTerms(bytes, (term) => matcher.matches(term))
}
