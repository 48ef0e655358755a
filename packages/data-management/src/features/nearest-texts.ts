import { type CellValue, type Clock, FeatureStoreError, MLError, type RequestContext, tenantKey, type TenantId } from '@motadata/core'
import { createFeatureRow, NearestNeighbours, TfidfVectorizer } from '@motadata/learn'
import type { FeatureEngine } from './feature-engine.js'
import type { KnownView } from './known-views.js'
import { findNewestRows, readNewestRows } from './newest-rows.js'
import { onlineRowOf } from './online-rows.js'

export interface NearestText {
  /** Of what has the text, by column name. */
  readonly keys: Readonly<Record<string, CellValue>>
  readonly text: string
  readonly eventTimeMs: number
  /** Cosine of the angle between the texts' terms, above 0 and up to 1. */
  readonly score: number
}

interface Index {
  readonly find: (text: string, count: number) => NearestText[]
  readonly sizeBytes: number
}

const mostTexts = 200_000
const largestCacheBytes = 256 * 1024 * 1024

/**
 * Finds what has the texts most like a text, by the cosine between TF-IDF vectors: exact, over the newest text of every key in the view's
 * dataset. What is learned of a version of a dataset is kept in memory, what was used longest ago leaving first.
 */
export class NearestTexts {
  readonly #engine: FeatureEngine
  readonly #clock: Clock
  readonly #indices = new Map<string, Promise<Index>>()
  readonly #sizes = new Map<string, number>()

  constructor(options: { readonly engine: FeatureEngine; readonly clock: Clock }) {
    this.#engine = options.engine
    this.#clock = options.clock
  }

  /** @throws MLError `FEATURE_NOT_FOUND`, `INPUT_INVALID`, `DATA_EMPTY`, `DATA_TOO_LARGE`, `FEATURE_SOURCE_CHANGED` */
  async find(context: RequestContext, known: KnownView, request: { readonly at: number; readonly text: string; readonly count: number }): Promise<NearestText[]> {
    const { definition, version } = known.view
    const { name, kind } = definition.features[request.at]!
    if (kind !== 'text') throw new MLError('INPUT_INVALID', `Expected a feature of texts to look for neighbours in, got '${name}', which is ${kind}.`, { details: { field: 'feature', expected: 'text', received: kind } })
    if (!Number.isInteger(request.count) || request.count < 1 || request.count > 1_000) throw new MLError('INPUT_INVALID', `Expected 1 to 1000 neighbours, got ${String(request.count)}.`, { details: { field: 'count' } })
    const dataset = await this.#engine.version(known, context)
    const key = tenantKey(context.tenantId, definition.name, version, request.at, dataset.fingerprint)
    let index = this.#indices.get(key)
    if (index) this.#indices.delete(key)
    else index = this.#build(context, known, request.at)
    this.#indices.set(key, index)
    const built = await index.catch((error: unknown) => {
      this.#indices.delete(key)
      throw error
    })
    this.#makeRoom(key, built.sizeBytes)
    return built.find(request.text, request.count)
  }

  async #build(context: RequestContext, known: KnownView, at: number): Promise<Index> {
    const { definition } = known.view
    const found: { readonly keys: readonly CellValue[]; readonly text: string; readonly eventTimeMs: number }[] = []
    const endMs = this.#clock.nowMs()
    const version = await this.#engine.version(known, context)
    await this.#engine.run(context, async ({ connection, source }) => {
      const rows = { known, source: await source(known, version) }
      const count = await findNewestRows(connection, rows, { endMs })
      if (count > mostTexts) throw new FeatureStoreError('DATA_TOO_LARGE', `Expected at most ${mostTexts} texts to look among, got ${count}.`, { details: { view: definition.name, limit: mostTexts } })
      for await (const piece of readNewestRows(connection, rows, 0)) {
        for (const row of piece) {
          const { keys, features, eventTimeMs } = onlineRowOf(known, row)
          if (typeof features[at] === 'string') found.push({ keys, text: features[at], eventTimeMs })
        }
      }
    })
    if (found.length === 0) throw new FeatureStoreError('DATA_EMPTY', `Expected texts of '${definition.features[at]!.name}' to look among, got none.`, { details: { view: definition.name } })
    return indexOf(found, known.entities.map(({ joinKey }) => joinKey))
  }

  /** Drops what is in memory of a tenant. */
  forget(tenantId: TenantId): void {
    for (const key of [...this.#indices.keys()]) if (key.startsWith(`${tenantKey(tenantId)}/`)) this.#drop(key)
  }

  #drop(key: string): void {
    this.#indices.delete(key)
    this.#sizes.delete(key)
  }

  #makeRoom(newest: string, sizeBytes: number): void {
    this.#sizes.set(newest, sizeBytes)
    let total = [...this.#indices.keys()].reduce((sum, key) => sum + (this.#sizes.get(key) ?? 0), 0)
    for (const key of [...this.#indices.keys()]) {
      if (total <= largestCacheBytes || key === newest) break
      total -= this.#sizes.get(key) ?? 0
      this.#drop(key)
    }
  }
}

function indexOf(found: readonly { readonly keys: readonly CellValue[]; readonly text: string; readonly eventTimeMs: number }[], joinKeys: readonly string[]): Index {
  const texts = found.map(({ text }) => text)
  const { fitted, rows: sparse } = new TfidfVectorizer().fitTransform(texts)
  const neighbours = new NearestNeighbours({ denseCount: 0, sparseCount: sparse.columnCount })
  neighbours.append({ X: { rowCount: texts.length, sparse }, ids: texts.map((_, row) => String(row)) })
  return {
    sizeBytes: neighbours.sizeBytes + texts.reduce((sum, text) => sum + 2 * text.length + 200, 0),
    find(text, count) {
      const row = createFeatureRow(0, sparse.columnCount)
      row.sparseCount = fitted.transformRow(text, row.sparseIndices, row.sparseValues)
      return neighbours.query(row, { count }).map(({ row: at, score }) => {
        const { keys, text: own, eventTimeMs } = found[at]!
        return { keys: Object.fromEntries(joinKeys.map((name, place) => [name, keys[place] ?? null])), text: own, eventTimeMs, score }
      })
    },
  }
}
