import type { DuckDBConnection } from '@duckdb/node-api'
import { type ArtifactStore, type Clock, type RequestContext, throwIfEnded } from '@motadata/core'
import type { DatasetReference, DatasetVersion } from '../catalogue/dataset-version.js'
import type { DataManager } from '../data-manager.js'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import { type DatasetManifest, decodeManifest } from '../parts/dataset-manifest.js'
import type { KnownView } from './known-views.js'
import { SourceParts } from './source-parts.js'
import { checkSource } from './view-source.js'

export interface FeatureEngineOptions {
  /** What joining and materializing may hold in memory; more goes to a folder. Default 1 GiB. */
  readonly memoryLimitBytes?: number
  /** Default 2. */
  readonly threads?: number
}

/** One unit of work over rows of datasets. */
export interface FeatureWork {
  readonly connection: DuckDBConnection
  /** The rows of a version of the view's dataset, once it is known to have what the view reads. Called once for each view. */
  source(known: KnownView, version: DatasetVersion): Promise<SourceParts>
  /** The rows of any version. */
  parts(version: DatasetVersion): Promise<SourceParts>
}

const defaultMemoryLimitBytes = 1024 * 1024 * 1024

/** Opens DuckDB over the rows of a tenant's datasets. */
export class FeatureEngine {
  readonly #datasets: DataManager
  readonly #artifacts: ArtifactStore
  readonly #clock: Clock
  readonly #options: FeatureEngineOptions

  constructor(platform: { readonly artifacts: ArtifactStore; readonly clock: Clock; readonly datasets: DataManager }, options: FeatureEngineOptions) {
    this.#datasets = platform.datasets
    this.#artifacts = platform.artifacts
    this.#clock = platform.clock
    this.#options = options
  }

  /** The version of the dataset that a view reads. @throws MLError `DATASET_NOT_FOUND`, `FEATURE_SOURCE_CHANGED` */
  async version({ view: { definition }, entities }: KnownView, context: RequestContext, reference: Omit<DatasetReference, 'name'> = {}): Promise<DatasetVersion> {
    const version = await this.#datasets.getDataset(context, { ...reference, name: definition.source.dataset })
    checkSource(definition, entities, version)
    return version
  }

  /** The manifest of a version; undefined when it is no longer there. */
  async findManifest(context: RequestContext, fingerprint: string): Promise<DatasetManifest | undefined> {
    return (await this.#artifacts.has(context.tenantId, fingerprint)) ? decodeManifest(await this.#artifacts.get(context.tenantId, fingerprint)) : undefined
  }

  /** @throws MLError `DATA_TOO_LARGE`, `CANCELLED`, `DEADLINE_EXCEEDED`, and what `work` throws */
  async run<Result>(context: RequestContext, work: (work: FeatureWork) => Promise<Result>): Promise<Result> {
    const { memoryLimitBytes = defaultMemoryLimitBytes, threads } = this.#options
    const ended = (): void => throwIfEnded(context, this.#clock.nowMs())
    return withWorkFolder((folder) => withDuckDB({
      folder, memoryLimitBytes, ...(threads === undefined ? {} : { threads }), ...(context.signal ? { signal: context.signal } : {}),
    }, async (connection) => {
      let sources = 0
      const parts = async (version: DatasetVersion): Promise<SourceParts> => {
        const manifest = decodeManifest(await this.#artifacts.get(context.tenantId, version.fingerprint))
        return SourceParts.fetch(manifest.parts, `source-${sources++}`, { artifacts: this.#artifacts, tenantId: context.tenantId, folder, throwIfEnded: ended })
      }
      return work({
        connection,
        parts,
        source: (known, version) => {
          checkSource(known.view.definition, known.entities, version)
          return parts(version)
        },
      })
    }))
  }
}
