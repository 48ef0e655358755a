import type { CellValue } from '@motadata/core'
import { columnNameFault } from './column-name.js'
import type { LoadLimits } from './load-limits.js'
import type { RowCollector } from './row-collector.js'
import type { RowReader } from './row-reader.js'

const lineFeed = 0x0a

/** Reads one JSON object a line. What is held is the line being read. */
export class NdjsonReader implements RowReader {
  readonly #rows: RowCollector
  readonly #maximumRowBytes: number
  readonly #held: Buffer[] = []
  #heldBytes = 0
  #line = 1
  #inOverlongLine = false

  constructor(options: { readonly rows: RowCollector; readonly limits: LoadLimits }) {
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
    if (text !== '') this.#takeText(text)
    this.#held.length = 0
    this.#heldBytes = 0
    this.#inOverlongLine = false
  }

  #takeText(text: string): void {
    let row: unknown
    try {
      row = JSON.parse(text)
    } catch {
      return this.#rows.bad({ line: this.#line, reason: 'the line is not JSON' })
    }
    if (row === null || typeof row !== 'object' || Array.isArray(row)) {
      return this.#rows.bad({ line: this.#line, reason: `expected an object of column names and values, got ${describe(row)}` })
    }
    const names = Object.keys(row)
    const values = Object.values(row) as unknown[]
    for (let i = 0; i < names.length; i++) {
      const fault = columnNameFault(names[i]!)
      if (fault !== undefined) return this.#rows.bad({ line: this.#line, reason: `${fault} at position ${i + 1}` })
      const reason = unfit(values[i])
      if (reason !== undefined) return this.#rows.bad({ line: this.#line, column: names[i]!, reason })
    }
    this.#rows.add(this.#line, names, values as CellValue[])
  }
}

function unfit(value: unknown): string | undefined {
  if (value !== null && typeof value === 'object') return `expected text, a number, true, false or null, got ${describe(value)}`
  return typeof value === 'number' && !Number.isFinite(value) ? 'the number is too large' : undefined
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : typeof value
}
