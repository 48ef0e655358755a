import {
  type ArtifactStore, type Clock, createSubjectMatcher, type Database, type Erasable, type ErasureFinding, type ErasureSubject, type RequestContext, type SubjectMatcher,
  throwIfEnded,
} from '@motadata/core'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import { type DatasetManifest, type DatasetPart, decodeManifest, encodeManifest } from '../parts/dataset-manifest.js'
import { ErasedDatasets, type StoredVersion } from '../storage/erased-datasets.js'
import { rowsOfSubject, withoutRows, withPartFile } from './part-rows.js'
import type { ArtifactReader } from './artifact-contents.js'

export interface DatasetsErasableOptions {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
}

/**
 * Erases a person's rows from all versions of all datasets, and their words from names and descriptions of sources. A version that loses rows keeps
 * its number and gets a new hash; for the old one reading answers `DATASET_ERASED` and names the new one. Parts are rewritten one at a time, each
 * once, whatever versions share it. What they were before is then needed by nobody: the owner of unneeded artifacts deletes it.
 */
export function createDatasetsErasable(options: DatasetsErasableOptions): Erasable {
  const store = new ErasedDatasets(options.database)
  return {
    owner: 'datasets',
    scan: (context, subject) => scan(context, subject, store, options),
    async erase(context, subject, { erasureId }) {
      if (subject.kind === 'tenant') {
        await store.deleteAll(context.tenantId)
        return []
      }
      const matcher = createSubjectMatcher(subject)
      await eraseTexts(context, matcher, store)
      await eraseRows(context, { matcher, erasureId }, store, options)
      return (await store.erasedBy(context.tenantId, erasureId)).map((erased): ErasureFinding => ({
        kind: 'dataset-version', name: `${erased.name}@${erased.version}`, count: erased.rowCount, effect: 'erase', successor: erased.successor,
      }))
    },
  }
}

async function* scan(context: RequestContext, subject: ErasureSubject, store: ErasedDatasets, options: DatasetsErasableOptions): AsyncGenerator<ErasureFinding> {
  const { tenantId } = context
  if (subject.kind === 'tenant') {
    for (const { name, version, rowCount } of await store.versions(tenantId)) yield { kind: 'dataset-version', name: `${name}@${version}`, count: rowCount, effect: 'erase' }
    return
  }
  const matcher = createSubjectMatcher(subject)
  for (const [table, id] of await textsOf(context, matcher, store)) yield { kind: `${table}-text`, name: id, count: 1, effect: 'erase' }
  const found: ErasureFinding[] = []
  await withParts(context, async (reader) => {
    const counts = new Map<string, number>()
    for (const version of await store.versions(tenantId)) {
      let count = 0
      for (const part of (await manifestOf(context, version, options)).parts) {
        if (!counts.has(part.sha256)) counts.set(part.sha256, (await rowsIn(context, part, matcher, reader, options)).length)
        count += counts.get(part.sha256)!
      }
      if (count > 0) found.push({ kind: 'dataset-version', name: `${version.name}@${version.version}`, count, effect: 'erase' })
    }
  })
  yield* found
}

/** Which datasets and versions name the subject beside their rows. */
async function textsOf(context: RequestContext, matcher: SubjectMatcher, store: ErasedDatasets): Promise<readonly ['dataset' | 'version', string][]> {
  const { datasets, versions } = await store.texts(context.tenantId)
  return [
    ...datasets.filter(({ description }) => matcher.matches(description)).map(({ name }): ['dataset', string] => ['dataset', name]),
    ...versions.filter(({ label, idempotencyKey }) => matcher.matches(label) || matcher.matches(idempotencyKey)).map(({ name, version }): ['version', string] => ['version', `${name}@${version}`]),
  ]
}

async function eraseTexts(context: RequestContext, matcher: SubjectMatcher, store: ErasedDatasets): Promise<void> {
  for (const [table, id] of await textsOf(context, matcher, store)) {
    if (table === 'dataset') await store.clearDescription(context.tenantId, id)
    else await store.clearOrigin(context.tenantId, id.slice(0, id.lastIndexOf('@')), Number(id.slice(id.lastIndexOf('@') + 1)))
  }
}

async function eraseRows(context: RequestContext, erasure: { readonly matcher: SubjectMatcher; readonly erasureId: string }, store: ErasedDatasets, options: DatasetsErasableOptions): Promise<void> {
  await withParts(context, async (reader) => {
    const rewritten = new Map<string, DatasetPart | undefined>()
    const without = async (part: DatasetPart): Promise<DatasetPart | undefined> => {
      if (!rewritten.has(part.sha256)) rewritten.set(part.sha256, await rewrite(context, part, erasure.matcher, reader, options))
      return rewritten.get(part.sha256)
    }
    for (const name of new Set((await store.versions(context.tenantId)).map((version) => version.name))) {
      // a version that came meanwhile may be made of parts as they were
      while (!(await eraseFromDataset(context, { name, without, erasureId: erasure.erasureId }, store, options))) throwIfEnded(context, options.clock.nowMs())
    }
  })
}

interface DatasetErasure {
  readonly name: string
  readonly erasureId: string
  readonly without: (part: DatasetPart) => Promise<DatasetPart | undefined>
}

/** @returns whether no version was added meanwhile */
async function eraseFromDataset(context: RequestContext, { name, erasureId, without }: DatasetErasure, store: ErasedDatasets, options: DatasetsErasableOptions): Promise<boolean> {
  const { artifacts, clock } = options
  const { tenantId } = context
  const hashes = new Set<string>()
  const used = new Set<string>()
  for (const version of (await store.versions(tenantId)).filter((one) => one.name === name)) {
    throwIfEnded(context, clock.nowMs())
    const manifest = await manifestOf(context, version, options)
    const parts: DatasetPart[] = []
    for (const part of manifest.parts) {
      const kept = await without(part)
      if (kept) parts.push(kept)
    }
    const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0)
    for (const { sha256 } of parts) used.add(sha256)
    if (rowCount === version.rowCount) {
      hashes.add(version.fingerprint)
      continue
    }
    const { sha256: successor } = await artifacts.put(tenantId, encodeManifest({ ...manifest, parts }))
    hashes.add(successor)
    await store.replace(tenantId, {
      version, successor, rowCount, sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0), parts: parts.map(({ sha256 }) => sha256), erasureId, at: new Date(clock.nowMs()),
    })
  }
  return store.keepParts(tenantId, name, { hashes, parts: used }) // also where a process died before it came to this
}

/** The part without the subject's rows; undefined when none is left, the part itself when none was the subject's. */
async function rewrite(context: RequestContext, part: DatasetPart, matcher: SubjectMatcher, reader: ArtifactReader, { artifacts }: DatasetsErasableOptions): Promise<DatasetPart | undefined> {
  return withPartFile(reader.folder, await artifacts.get(context.tenantId, part.sha256), async (path) => {
    const rows = await rowsOfSubject({ connection: reader.connection, path, matcher })
    if (rows.length === 0) return part
    if (rows.length === part.rowCount) return undefined
    const { sha256, sizeBytes } = await artifacts.put(context.tenantId, await withoutRows({ connection: reader.connection, path }, rows))
    return { ...part, sha256, sizeBytes, rowCount: part.rowCount - rows.length }
  })
}

async function rowsIn(context: RequestContext, part: DatasetPart, matcher: SubjectMatcher, { connection, folder }: ArtifactReader, { artifacts, clock }: DatasetsErasableOptions): Promise<readonly number[]> {
  throwIfEnded(context, clock.nowMs())
  return withPartFile(folder, await artifacts.get(context.tenantId, part.sha256), (path) => rowsOfSubject({ connection, path, matcher }))
}

async function manifestOf(context: RequestContext, { fingerprint }: StoredVersion, { artifacts }: DatasetsErasableOptions): Promise<DatasetManifest> {
  return decodeManifest(await artifacts.get(context.tenantId, fingerprint))
}

function withParts<Result>(context: RequestContext, work: (reader: ArtifactReader) => Promise<Result>): Promise<Result> {
  return withWorkFolder((folder) => withDuckDB({ folder, ...(context.signal ? { signal: context.signal } : {}) }, (connection) => work({ connection, folder })))
}
