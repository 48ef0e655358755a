import { takeJsonRow } from './json-row.js'
import type { LoadLimits } from './load-limits.js'
import type { RowReader } from './row-reader.js'
import type { RowSink } from './row-sink.js'

const lineFeed = 0x0a

/** Reads one JSON object a line. What is held is the line being read. */
export class NdjsonReader implements RowReader {
  readonly #rows: RowSink
  readonly #maximumRowBytes: number
  readonly #held: Buffer[] = []
  #heldBytes = 0
  #line = 1
  #inOverlongLine = false

  constructor(options: { readonly rows: RowSink; readonly limits: LoadLimits }) {
    this.#rows = options.rows
    this.#maximumRowBytes = options.limits.maximumRowBytes
  }

  async write(piece: Buffer): Promise<void> {
    let start = 0
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, start)) {
      this.#hold(piece.subarray(start, end))
      this.#takeLine()
      this.#line++
      start = end + 1
    }
    this.#hold(piece.subarray(start))
  }

  async end(): Promise<void> {
    this.#takeLine()
  }

  #hold(bytes: Buffer): void {
    if (this.#inOverlongLine || bytes.length === 0) return
    this.#heldBytes += bytes.length
    if (this.#heldBytes <= this.#maximumRowBytes) this.#held.push(bytes)
    else {
      this.#inOverlongLine = true
      this.#held.length = 0
      this.#rows.bad({ line: this.#line, reason: `the row is longer than ${this.#maximumRowBytes} bytes` })
    }
  }

  #takeLine(): void {
    const text = Buffer.concat(this.#held).toString('utf8').trim()
    if (text !== '') takeJsonRow(this.#rows, { line: this.#line, text, what: 'the line' })
    this.#held.length = 0
    this.#heldBytes = 0
    this.#inOverlongLine = false
  }
}
