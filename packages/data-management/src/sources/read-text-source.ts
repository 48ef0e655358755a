import { setImmediate as nextTurn } from 'node:timers/promises'
import { MLError } from '@motadata/core'
import type { LoadLimits } from './load-limits.js'
import type { RowReader } from './row-reader.js'
import { sourceBytes } from './source-bytes.js'
import type { OpenedSource } from './source-file.js'
import { Utf8Check } from './utf8-check.js'

export interface ReadTextOptions {
  readonly limits: LoadLimits
  readonly signal?: AbortSignal | undefined
  /** Told of the bytes read so far, before decompression. */
  readonly onPiece?: (bytesRead: number) => void
}

/**
 * Gives a text source to a reader, piece by piece.
 *
 * @throws MLError `DATA_MALFORMED`, `DATA_TOO_LARGE`, `ENCODING_INVALID`, `CANCELLED`, and whatever source, reader and `onPiece` throw
 */
export async function readTextSource({ bytes, form }: OpenedSource, reader: RowReader, { limits, signal, onPiece }: ReadTextOptions): Promise<void> {
  const encoding = new Utf8Check()
  let bytesRead = 0
  for await (const piece of sourceBytes(bytes, { form, maximumBytes: limits.maximumBytes, onBytesRead: (count) => (bytesRead += count) })) {
    if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this load; nothing was kept.')
    encoding.check(piece)
    await reader.write(piece)
    onPiece?.(bytesRead)
    // Parsing never waits for anything: without this, whatever else the process does would wait for the whole file.
    await nextTurn()
  }
  encoding.end()
  await reader.end()
}
