import { isUtf8 } from 'node:buffer'
import { DataLoadError } from '@motadata/core'

const lineFeed = 0x0a

/** Checks that bytes that come in pieces are UTF-8, also where a character lies across two pieces. */
export class Utf8Check {
  #carried: Buffer = Buffer.alloc(0)
  #line = 1

  /** @throws MLError `ENCODING_INVALID` naming the line */
  check(piece: Buffer): void {
    const bytes = this.#carried.length > 0 ? Buffer.concat([this.#carried, piece]) : piece
    const end = bytes.length - incompleteTail(bytes)
    const body = bytes.subarray(0, end)
    if (!isUtf8(body)) this.#fail(body)
    this.#carried = Buffer.from(bytes.subarray(end))
    this.#line += countLineFeeds(body)
  }

  /** Called after the last piece. @throws MLError `ENCODING_INVALID` when it ends within a character */
  end(): void {
    if (this.#carried.length > 0) this.#fail(this.#carried)
  }

  #fail(body: Buffer): never {
    let line = this.#line
    let start = 0
    for (let end = body.indexOf(lineFeed); end >= 0 && isUtf8(body.subarray(start, end)); end = body.indexOf(lineFeed, start)) {
      start = end + 1
      line++
    }
    throw new DataLoadError('ENCODING_INVALID', `Expected UTF-8, got other bytes in line ${line}. Save the file as UTF-8 (it may be Windows-1252).`, {
      details: { line, expected: 'UTF-8' },
    })
  }
}

/** How many bytes at the end begin a character that the next piece may complete. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? back : 0
    }
    if (byte < 0x80) return 0
  }
  return 0
}

function countLineFeeds(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++
  return count
}
