import { MLError } from '@motadata/core'

/**
 * The bytes of a stream, up to a limit. What goes beyond is thrown away, and up to once more the limit it is read all the same: a client that is
 * cut off while it sends loses the answer that says why.
 *
 * @throws MLError `REQUEST_TOO_LARGE`, `DATA_EMPTY`, or `REQUEST_INVALID` when the stream breaks off
 */
export async function readUpload(stream: AsyncIterable<Uint8Array>, limitBytes: number, saidBytes: number | undefined): Promise<Uint8Array> {
  if (saidBytes !== undefined && saidBytes > limitBytes) throw tooLarge(limitBytes, `${saidBytes}`)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength
      if (size > 2 * limitBytes) throw tooLarge(limitBytes, 'more')
      if (size <= limitBytes) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch (cause) {
    if (cause instanceof MLError) throw cause
    throw new MLError('REQUEST_INVALID', 'Expected the whole body, got a part of it: the upload broke off.', { cause })
  }
  if (size > limitBytes) throw tooLarge(limitBytes, `${size}`)
  if (size === 0) throw new MLError('DATA_EMPTY', 'Expected a file with rows as the body, got an empty one.', { details: { field: 'body' } })
  return Buffer.concat(chunks, size)
}

function tooLarge(limitBytes: number, received: string): MLError {
  return new MLError(
    'REQUEST_TOO_LARGE',
    `Expected a body of at most ${limitBytes} bytes, got ${received}. Send fewer rows, or compress them with gzip.`,
    { details: { field: 'body', expected: `at most ${limitBytes} bytes`, received: `${received} bytes` } },
  )
}
