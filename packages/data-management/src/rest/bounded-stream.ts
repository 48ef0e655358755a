import { MLError } from '@motadata/core'

/**
 * A request's body as it comes in, up to a limit.
 *
 * @throws MLError `REQUEST_TOO_LARGE` beyond it, `REQUEST_INVALID` when the stream breaks off
 */
export async function* boundedStream(stream: AsyncIterable<Uint8Array>, limitBytes: number): AsyncIterable<Uint8Array> {
  let size = 0
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength
      if (size > limitBytes) {
        throw new MLError('REQUEST_TOO_LARGE', `Expected a body of at most ${limitBytes} bytes, got more. Send fewer rows and append the others, or compress them with gzip.`, {
          details: { field: 'body', expected: `at most ${limitBytes} bytes` },
        })
      }
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof MLError) throw cause
    throw new MLError('REQUEST_INVALID', 'Expected the whole body, got a part of it: the upload broke off.', { cause })
  }
}
