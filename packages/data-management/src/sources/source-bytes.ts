import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { DataLoadError } from '@motadata/core'
import { checkCompression, checkText, signatureBytes, type SourceForm } from './file-signature.js'

/** Work between two looks at the event loop is bounded by the size of a piece. */
const pieceBytes = 65_536

export interface SourceBytesOptions {
  readonly form: SourceForm
  /** Of decompressed bytes. */
  readonly maximumBytes: number
  /** Told of every piece as it comes, before decompression. */
  readonly onBytesRead: (count: number) => void
}

/**
 * The text of a source as bytes: decompressed, without a byte order mark, in pieces of at most 64 KiB, never more than the limit.
 *
 * @throws MLError `DATA_MALFORMED` when it is not what it is said to be or its gzip is damaged, `DATA_TOO_LARGE`
 */
export async function* sourceBytes(source: AsyncIterable<Uint8Array | string>, options: SourceBytesOptions): AsyncGenerator<Buffer> {
  const { form, maximumBytes } = options
  const raw = afterHead(counted(source, options.onBytesRead), (head) => {
    checkCompression(head, form.compression)
    return 0
  })
  const plain = afterHead(form.compression === 'gzip' ? decompressed(raw) : raw, (head) => checkText(head, form.format))
  let byteCount = 0
  for await (const chunk of plain) {
    byteCount += chunk.length
    if (byteCount > maximumBytes) throw tooLarge(maximumBytes, form.compression)
    for (let start = 0; start < chunk.length; start += pieceBytes) yield chunk.subarray(start, start + pieceBytes)
  }
}

async function* counted(source: AsyncIterable<Uint8Array | string>, onBytesRead: (count: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      throw new DataLoadError('INPUT_INVALID', `Expected a stream of bytes, got one of ${chunk === null ? 'null' : typeof chunk}s.`)
    }
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    onBytesRead(bytes.length)
    yield bytes
  }
}

/** The same bytes once their head has been looked at, without as many as the look says to drop. */
async function* afterHead(source: AsyncIterable<Buffer>, look: (head: Buffer) => number): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of source) {
    if (head === undefined) yield chunk
    else {
      head = Buffer.concat([head, chunk])
      if (head.length < signatureBytes) continue
      yield head.subarray(look(head))
      head = undefined
    }
  }
  if (head !== undefined) yield head.subarray(look(head))
}

async function* decompressed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: pieceBytes })
  const pumping = pipeline(source, gunzip)
  // What goes wrong in the source or in gzip comes out of the loop below; here it only must not go unhandled.
  pumping.catch(() => undefined)
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string' || !code.startsWith('Z_')) throw error
    throw new DataLoadError('DATA_MALFORMED', `Expected a whole gzip file, got one that is damaged or cut off (${code}). Compress or send it again.`, {
      details: { expected: 'gzip', received: code },
      cause: error,
    })
  }
}

function tooLarge(maximumBytes: number, compression: SourceForm['compression']): DataLoadError {
  const what = compression === 'gzip' ? 'decompressed bytes' : 'bytes'
  return new DataLoadError('DATA_TOO_LARGE', `Expected at most ${maximumBytes} ${what}, got more. Send fewer rows, or raise maximumBytes.`, {
    details: { limit: 'maximumBytes', maximum: maximumBytes },
  })
}
