import { type ColumnKinds, DataLoadError, type Dataset, MLError } from '@motadata/core'
import { fromArquero } from '../arquero/from-arquero.js'
import { beyondLimit } from './beyond-limit.js'
import { columnNameFault } from './column-name.js'
import type { LoadLimits } from './load-limits.js'
import { sourceBytes } from './source-bytes.js'
import type { OpenedSource } from './source-file.js'

export interface LoadBinaryOptions {
  readonly limits: LoadLimits
  readonly columnKinds?: ColumnKinds | undefined
  readonly signal?: AbortSignal | undefined
}

/** Arrow is decoded in memory as a whole. */
const maximumArrowBytes = 268_435_456

/**
 * Reads Arrow IPC, a file or a stream of messages whose buffers are not compressed.
 *
 * @throws MLError `DATA_MALFORMED`, `DATA_TOO_LARGE` beyond 256 MiB or a limit, `DATA_EMPTY`, `COLUMN_INVALID` for nested values, `CANCELLED`
 */
export async function loadArrow({ bytes, form }: OpenedSource, { limits, columnKinds = {}, signal }: LoadBinaryOptions): Promise<Dataset> {
  const pieces: Buffer[] = []
  const maximumBytes = Math.min(limits.maximumBytes, maximumArrowBytes)
  for await (const piece of sourceBytes(bytes, { form, maximumBytes, onBytesRead: () => undefined })) {
    if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
    pieces.push(piece)
  }
  const { fromArrow } = await import('arquero') // tens of megabytes: only who reads Arrow loads it
  const content = Buffer.concat(pieces)
  const table = decode(() => fromArrow(new Uint8Array(content)))
  const names = table.columnNames()
  if (table.numRows() === 0 || names.length === 0) throw new DataLoadError('DATA_EMPTY', 'Expected rows, got an Arrow file without any.')
  if (table.numRows() > limits.maximumRows) throw beyondLimit(limits, 'maximumRows', 'rows')
  if (names.length > limits.maximumColumns) throw beyondLimit(limits, 'maximumColumns', 'columns')
  if (table.numRows() * names.length > limits.maximumCells) throw beyondLimit(limits, 'maximumCells', 'cells (rows times columns)')
  const fault = names.map(columnNameFault).find((found) => found !== undefined)
  if (fault !== undefined) throw new DataLoadError('DATA_MALFORMED', `Expected a name for every column, got ${fault}. Rename it.`)
  return decode(() => fromArquero(table, columnKinds))
}

function decode<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof MLError) throw error
    throw new DataLoadError('DATA_MALFORMED', 'Expected whole Arrow IPC with uncompressed buffers, got something that can not be decoded. Write it again without compression.', {
      details: { expected: 'Arrow IPC', received: 'something that can not be decoded' }, cause: error,
    })
  }
}
