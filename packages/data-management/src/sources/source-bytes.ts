import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib, { createGunzip } from 'node:zlib'
import { DataLoadError } from '@motadata/core'
import { checkCompression, checkContent, signatureBytes } from './file-signature.js'
import type { SourceForm } from './source-form.js'

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
 * The content of a source as bytes: decompressed, without a byte order mark, in pieces of at most 64 KiB, never more than the limit.
 *
 * @throws MLError `DATA_MALFORMED` when it is not what it is said to be or its gzip is damaged, `DATA_TOO_LARGE`
 */
export async function* sourceBytes(source: AsyncIterable<Uint8Array | string>, options: SourceBytesOptions): AsyncGenerator<Buffer> {
  const { form, maximumBytes } = options
  const raw = afterHead(counted(source, options.onBytesRead), (head) => {
    checkCompression(head, form.compression)
    return 0
  })
  const plain = afterHead(form.compression === 'none' ? raw : decompressed(raw, form.compression), (head) => checkContent(head, form.format))
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

const packings = { gzip: 'gzip', zstd: 'Zstandard' } as const

async function* decompressed(source: AsyncIterable<Buffer>, compression: keyof typeof packings): AsyncGenerator<Buffer> {
  const unpacking = compression === 'gzip' ? createGunzip({ chunkSize: pieceBytes }) : createZstandard()
  const pumping = pipeline(source, unpacking)
  // What goes wrong in the source or in the packing comes out of the loop below; here it only must not go unhandled.
  pumping.catch(() => undefined)
  try {
    for await (const chunk of unpacking) yield chunk as Buffer
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string' || !/^(?:Z_|ZSTD_)/.test(code)) throw error
    throw new DataLoadError('DATA_MALFORMED', `Expected a whole ${packings[compression]} file, got one that is damaged or cut off (${code}). Compress or send it again.`, {
      details: { expected: packings[compression], received: code },
      cause: error,
    })
  }
}

/** Node has it from 22.15 on. */
function createZstandard(): Duplex {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Duplex }
  if (createZstdDecompress) return createZstdDecompress({ chunkSize: pieceBytes })
  throw new DataLoadError('INPUT_INVALID', `Expected no Zstandard on Node ${process.versions.node}: it needs 22.15 or later. Send the data plain or as gzip.`, {
    details: { field: 'compression', expected: 'none, gzip', received: 'zstd' },
  })
}

function tooLarge(maximumBytes: number, compression: SourceForm['compression']): DataLoadError {
  const what = compression === 'none' ? 'bytes' : 'decompressed bytes'
  return new DataLoadError('DATA_TOO_LARGE', `Expected at most ${maximumBytes} ${what}, got more. Send fewer rows, or raise maximumBytes.`, {
    details: { limit: 'maximumBytes', maximum: maximumBytes },
  })
}
