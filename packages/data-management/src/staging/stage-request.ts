import type { DuckDBConnection } from '@duckdb/node-api'
import { type ColumnKinds, type DataRecord, type Dataset, type DatasetInput, MLError, toDataset } from '@motadata/core'
import type { Connect } from '../engine/open-duckdb.js'
import { writeParts } from '../parts/write-parts.js'
import { loadArrow } from '../sources/load-arrow.js'
import type { LoadLimits } from '../sources/load-limits.js'
import { readRecords } from '../sources/read-records.js'
import { type OpenedSource, withSourceFile } from '../sources/source-file.js'
import type { SourceForm, SourceFormat } from '../sources/source-form.js'
import { stageSource } from './stage-source.js'
import { type StagedDataset, StagedRows } from './staged-rows.js'

/** Rows to keep: in memory, in a file, as bytes come in, or as records come in. */
export type IngestSource =
  | { readonly rows: DatasetInput }
  | { readonly file: string }
  | { readonly stream: AsyncIterable<Uint8Array | string>; readonly format: SourceFormat }
  | { readonly records: AsyncIterable<DataRecord> }

export interface StageRequest {
  readonly source: IngestSource
  readonly columnKinds: ColumnKinds
  /** What is said of a file or stream. */
  readonly reading: Partial<SourceForm>
  readonly limits: LoadLimits
  readonly throwIfEnded: () => void
  readonly signal?: AbortSignal | undefined
  /** Told of the share of a source that is read, where its size is known. */
  readonly onRead: (share: number) => void
  /** Told of the share of rows in memory that are written. */
  readonly onWritten: (share: number) => void
}

/** Gives work an engine and its folder. */
export type WithEngine = <Result>(work: (connection: DuckDBConnection, folder: string, connect: Connect) => Promise<Result>) => Promise<Result>

/**
 * Lays out rows as parts of a dataset, which are there for as long as the work takes.
 *
 * @throws MLError as {@link stageSource}; `DATASET_NOT_FOUND` for a file that is none, `COLUMN_INVALID`
 */
export async function withStaged<Result>(request: StageRequest, withEngine: WithEngine, work: (staged: StagedDataset) => Promise<Result>): Promise<Result> {
  const { source, reading, throwIfEnded } = request
  if ('rows' in source) return stageDataset(toDataset(source.rows, request.columnKinds))
  if ('file' in source) return withSourceFile(source.file, reading, fromOpened)
  if ('records' in source) {
    return withEngine(async (connection, folder, connect) => {
      const rows = new StagedRows({ ...request, connection, connect, folder })
      try {
        await readRecords(source.records, rows.stage, () => {
          throwIfEnded()
          return rows.stage.settle()
        })
        return await work(await rows.finish())
      } finally {
        await rows.abandon()
      }
    })
  }
  const { delimiter, compression = 'none' } = reading
  return fromOpened({ bytes: source.stream, form: { format: source.format, compression, ...(delimiter === undefined ? {} : { delimiter }) } })

  async function fromOpened(opened: OpenedSource): Promise<Result> {
    const { totalBytes } = opened
    if (opened.form.format === 'arrow') return stageDataset(await loadArrow(opened, request))
    return withEngine(async (connection, folder, connect) => work(await stageSource(opened, {
      ...request, connection, connect, folder,
      onBytes: (bytesRead) => {
        if (totalBytes) request.onRead(Math.min(1, bytesRead / totalBytes))
      },
    })))
  }

  function stageDataset(dataset: Dataset): Promise<Result> {
    if (dataset.columns.size === 0 || dataset.rowCount === 0) throw new MLError('DATA_EMPTY', 'Expected rows to keep, got none.')
    const columns = [...dataset.columns].map(([name, { kind }]) => ({ name, kind }))
    return withEngine(async (connection, folder) => {
      const parts = await writeParts(dataset, { connection, folder, throwIfEnded, onProgress: request.onWritten })
      return work({ columns, parts, rowCount: dataset.rowCount, badRowCount: 0, badRows: [], rejected: [] })
    })
  }
}
