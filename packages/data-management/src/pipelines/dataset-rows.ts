import { type ArtifactStore, type Dataset, type RequestContext, throwIfEnded } from '@motadata/core'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import type { DatasetManifest } from '../parts/dataset-manifest.js'
import { readParts } from '../parts/read-parts.js'
import type { PipelineLimits } from './pipeline-limits.js'
import { storeRows } from './store-rows.js'

export interface RowsOptions {
  readonly artifacts: ArtifactStore
  readonly limits: PipelineLimits
  readonly nowMs: () => number
}

/** Keeps rows in memory as parts. */
export function keepDataset(context: RequestContext, dataset: Dataset, options: RowsOptions): Promise<DatasetManifest> {
  return withParts(context, options, async (parts) => ({
    format: 'dataset/1', columns: [...dataset.columns].map(([name, { kind }]) => ({ name, kind })), parts: await storeRows(dataset, parts),
  }))
}

/** Brings rows that are kept as parts into memory. */
export function collectRows(context: RequestContext, { columns, parts }: DatasetManifest, options: RowsOptions): Promise<Dataset> {
  return withParts(context, options, (reader) => readParts(parts, { columns, offset: 0, limit: Number.MAX_SAFE_INTEGER }, reader))
}

function withParts<Result>(context: RequestContext, { artifacts, limits, nowMs }: RowsOptions, work: (parts: Parameters<typeof readParts>[2]) => Promise<Result>): Promise<Result> {
  const { memoryLimitBytes, threads } = limits
  return withWorkFolder((folder) => withDuckDB({ folder, memoryLimitBytes, threads, ...(context.signal ? { signal: context.signal } : {}) }, (connection) =>
    work({ artifacts, tenantId: context.tenantId, connection, folder, throwIfEnded: () => throwIfEnded(context, nowMs()) })))
}
