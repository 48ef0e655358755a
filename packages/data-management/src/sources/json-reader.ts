import { DataLoadError } from '@motadata/core'
import type { LoadLimits } from './load-limits.js'
import { takeJsonRow } from './json-row.js'
import type { RowReader } from './row-reader.js'
import type { RowSink } from './row-sink.js'

const lineFeed = 0x0a
const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Reads a JSON array of objects, each as it comes. What is held is the object being read. A value that is no object, or has values that are none of a
 * cell, is a bad row; what breaks the array itself ends the reading.
 */
export class JsonReader implements RowReader {
  readonly #rows: RowSink
  readonly #maximumRowBytes: number
  #held: Buffer = Buffer.alloc(0)
  #at = 0
  #line = 1
  /** Brackets open in the value being read. */
  #depth = 0
  #inText = false
  #isEscaped = false
  #place: 'before' | 'value' | 'after' = 'before'
  #valueLine = 1
  #isFirst = true

  constructor(options: { readonly rows: RowSink; readonly limits: LoadLimits }) {
    this.#rows = options.rows
    this.#maximumRowBytes = options.limits.maximumRowBytes
  }

  async write(piece: Buffer): Promise<void> {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    for (; this.#at < this.#held.length; this.#at++) this.#take(this.#held[this.#at]!)
    if (this.#place !== 'value') this.#drop(this.#held.length)
    else if (this.#held.length > this.#maximumRowBytes) {
      throw new DataLoadError('DATA_TOO_LARGE', `Expected objects of at most ${this.#maximumRowBytes} bytes, got a longer one in line ${this.#valueLine}. Write its parts as columns, or raise maximumRowBytes.`, {
        details: { limit: 'maximumRowBytes', maximum: this.#maximumRowBytes, line: this.#valueLine },
      })
    }
  }

  async end(): Promise<void> {
    if (this.#place !== 'after') throw this.#malformed(this.#place === 'before' ? 'nothing' : 'an array that is not closed')
  }

  #take(byte: number): void {
    if (byte === lineFeed) this.#line++
    if (this.#inText) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === backslash) this.#isEscaped = true
      else if (byte === quote) this.#inText = false
      return
    }
    if (byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === lineFeed) return
    if (this.#place === 'before') {
      if (byte !== openBracket) throw this.#malformed('something that is no array')
      this.#place = 'value'
      this.#drop(this.#at + 1)
      this.#valueLine = this.#line
      return
    }
    if (this.#place === 'after') throw this.#malformed('something behind the array')
    if (this.#depth === 0 && (byte === comma || byte === closeBracket)) return this.#endValue(byte === closeBracket)
    if (this.#isFirstByte()) this.#valueLine = this.#line
    if (byte === quote) this.#inText = true
    else if (byte === openBracket || byte === openBrace) this.#depth++
    else if (byte === closeBracket || byte === closeBrace) this.#depth--
    if (this.#depth < 0) throw this.#malformed('a bracket that closes nothing')
  }

  #isFirstByte(): boolean {
    return this.#depth === 0 && this.#held.toString('latin1', 0, this.#at).trim() === ''
  }

  #endValue(isLast: boolean): void {
    const text = this.#held.toString('utf8', 0, this.#at).trim()
    if (text === '') {
      if (!isLast || !this.#isFirst) throw this.#malformed('a comma without a value')
    } else takeJsonRow(this.#rows, { line: this.#valueLine, text, what: 'the value' })
    this.#isFirst = false
    if (isLast) this.#place = 'after'
    this.#drop(this.#at + 1)
  }

  /** Forgets bytes; the loop goes on behind them. */
  #drop(count: number): void {
    this.#held = this.#held.subarray(count)
    this.#at -= count
  }

  #malformed(received: string): DataLoadError {
    return new DataLoadError('DATA_MALFORMED', `Expected a JSON array of objects, got ${received} in line ${this.#line}.`, { details: { expected: 'a JSON array of objects', received, line: this.#line } })
  }
}
