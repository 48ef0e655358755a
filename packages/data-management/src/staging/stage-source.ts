import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnKinds } from '@motadata/core'
import type { Connect } from '../engine/open-duckdb.js'
import { rowsPerPart } from '../parts/write-parts.js'
import { JsonReader } from '../sources/json-reader.js'
import type { LoadLimits } from '../sources/load-limits.js'
import { NdjsonReader } from '../sources/ndjson-reader.js'
import { readTextSource } from '../sources/read-text-source.js'
import type { RowReader } from '../sources/row-reader.js'
import type { OpenedSource } from '../sources/source-file.js'
import { checkForm } from '../sources/source-form.js'
import { CsvStageReader } from './csv-stage-reader.js'
import { stageParquet } from './stage-parquet.js'
import { type StagedDataset, StagedRows } from './staged-rows.js'

export interface StageOptions {
  readonly connection: DuckDBConnection
  /** For work beside that of the first connection. */
  readonly connect?: Connect | undefined
  readonly folder: string
  readonly limits: LoadLimits
  readonly columnKinds?: ColumnKinds | undefined
  /** Default those of a part of a dataset. */
  readonly rowsPerChunk?: number
  readonly throwIfEnded: () => void
  /** Told of the bytes read so far, before decompression. */
  readonly onBytes?: (bytesRead: number) => void
}

/**
 * Takes a source of CSV, NDJSON, JSON or Parquet, of whatever size, and makes parts of a dataset of it in a folder. Memory stays flat; the folder takes
 * the source once as it is, and once as Parquet.
 *
 * @throws MLError `DATA_EMPTY`, `DATA_MALFORMED`, `DATA_TOO_LARGE`, `ENCODING_INVALID`, `INPUT_INVALID`, and what `throwIfEnded` throws
 */
export async function stageSource(source: OpenedSource, options: StageOptions): Promise<StagedDataset> {
  const { limits, throwIfEnded, onBytes, rowsPerChunk = rowsPerPart } = options
  checkForm(source.form)
  if (source.form.format === 'parquet') {
    const parquet = await stageParquet(source, { ...options, rowsPerChunk })
    const rows = new StagedRows({ ...options, columnKinds: { ...parquet.columnKinds, ...options.columnKinds }, textual: true })
    rows.stage.declare(parquet.names)
    for await (const chunk of parquet.chunks()) await rows.take(chunk)
    return { ...(await rows.finish()), header: { names: parquet.names, delimiter: ',' } }
  }
  const rows = new StagedRows(options)
  const reader = readerOf(source, rows, limits)
  try {
    await readTextSource(source, settling(reader, rows), {
      limits,
      onPiece: (bytesRead) => {
        throwIfEnded()
        onBytes?.(bytesRead)
      },
    })
    const header = reader instanceof CsvStageReader ? reader.header : undefined
    return { ...(await rows.finish()), ...(header === undefined ? {} : { header }) }
  } catch (error) {
    await rows.abandon()
    throw error
  }
}

function readerOf({ form }: OpenedSource, { stage }: StagedRows, limits: LoadLimits): RowReader {
  if (form.format === 'csv') return new CsvStageReader({ stage, limits, delimiter: form.delimiter })
  return form.format === 'json' ? new JsonReader({ rows: stage, limits }) : new NdjsonReader({ rows: stage, limits })
}

/** What was read of a piece is written before the next one is asked for. */
function settling(reader: RowReader, { stage }: StagedRows): RowReader {
  return {
    async write(piece) {
      await reader.write(piece)
      await stage.settle()
    },
    end: () => reader.end(),
  }
}
