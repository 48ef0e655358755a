import { type LoadedDataset, MLError } from '@motadata/core'
import { withDuckDB } from '../engine/open-duckdb.js'
import { withWorkFolder } from '../engine/work-folder.js'
import type { LoadBinaryOptions } from '../sources/load-arrow.js'
import type { OpenedSource } from '../sources/source-file.js'
import { readPartFiles } from '../parts/read-parts.js'
import { stageSource } from './stage-source.js'

/** Reads a Parquet file into memory. @throws MLError `DATA_MALFORMED`, `DATA_TOO_LARGE`, `DATA_EMPTY`, `CANCELLED` */
export function loadParquet(source: OpenedSource, { limits, columnKinds, signal }: LoadBinaryOptions): Promise<LoadedDataset> {
  return withWorkFolder((folder) => withDuckDB({ folder, ...(signal ? { signal } : {}) }, async (connection, connect) => {
    const throwIfEnded = (): void => {
      if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
    }
    const { columns, parts, badRowCount, badRows } = await stageSource(source, { connection, connect, folder, limits, columnKinds, throwIfEnded })
    return { dataset: await readPartFiles(connection, parts, columns), badRowCount, badRows }
  }))
}
