import { setImmediate as nextTurn } from 'node:timers/promises'
import { CsvError, Parser } from 'csv-parse'

const carriageReturn = 0x0d
const lineFeed = 0x0a
const quote = 0x22

const reasons: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote; within quotes a quote is written twice',
  INVALID_OPENING_QUOTE: 'a quote stands in a value that does not begin with one',
}
const openQuoteReason = 'a quote is opened and not closed; the lines after this one were read as if it were not there'

export interface CsvRecordsOptions {
  readonly delimiter: string
  /** Which byte ends a line: a carriage return in files of old Macs, else a line feed, with or without a carriage return before it. */
  readonly lineEnd: 'line-feed' | 'carriage-return'
  readonly maximumRowBytes: number
  /** @param line - Where the record begins. */
  readonly onRecord: (fields: string[], line: number) => void
  /** @param columnIndex - From 0, where it is known. */
  readonly onBadRecord: (line: number, columnIndex: number | undefined, reason: string) => void
}

/**
 * Cuts CSV into records with csv-parse and goes on where csv-parse would stop: after a record it can't read, on the line after
 * the one where that record began. So a quote that is never closed costs one line, not the rest of the file. What is held is the
 * record being read, at most `maximumRowBytes`.
 */
export class CsvRecords {
  readonly #options: CsvRecordsOptions
  readonly #newline: number
  #parser: Parser
  /** Offsets count the bytes handed in: of the parser's first byte, of the first byte held, of the end of the last record. */
  #parserStart = 0
  #heldStart = 0
  #recordStart = 0
  #held: Buffer = Buffer.alloc(0)
  #line = 1
  #inOverlongLine = false

  constructor(options: CsvRecordsOptions) {
    this.#options = options
    this.#newline = options.lineEnd === 'carriage-return' ? carriageReturn : lineFeed
    this.#parser = this.#createParser()
  }

  async write(piece: Buffer): Promise<void> {
    const bytes = this.#inOverlongLine ? this.#skipOverlongLine(piece) : piece
    if (bytes.length === 0) return
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    await this.#feed(bytes)
    while (this.#unread().length > this.#options.maximumRowBytes) {
      await this.#feed(this.#resume(undefined, `the row is longer than ${this.#options.maximumRowBytes} bytes`))
    }
    this.#held = this.#unread()
    this.#heldStart = this.#recordStart
  }

  /** Called after the last piece. */
  async end(): Promise<void> {
    for (;;) {
      const error = await settled((done) => this.#parser.end(done))
      if (error === undefined) return
      await this.#feed(this.#resumeAfter(error))
    }
  }

  async #feed(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      const error = await settled((done) => this.#parser.write(rest, done))
      if (error === undefined) return
      rest = this.#resumeAfter(error)
      // Beginning anew takes a tenth of a millisecond: many bad rows on end must not hold up the process.
      await nextTurn()
    }
  }

  #resumeAfter(error: Error): Buffer {
    if (!(error instanceof CsvError)) throw error
    const lineEnd = this.#held.indexOf(this.#newline, this.#contentStart() - this.#heldStart)
    const firstLine = this.#held.subarray(this.#contentStart() - this.#heldStart, lineEnd < 0 ? undefined : lineEnd)
    const reason = count(firstLine, quote) % 2 === 1 ? openQuoteReason : reasons[error.code]
    return this.#resume(typeof error['column'] === 'number' ? error['column'] : undefined, reason ?? 'the row is not CSV')
  }

  /** Reports the record being read, and gives what comes after its first line to a parser of its own. */
  #resume(columnIndex: number | undefined, reason: string): Buffer {
    const start = this.#contentStart()
    this.#line += count(this.#held.subarray(this.#recordStart - this.#heldStart, start - this.#heldStart), this.#newline)
    this.#options.onBadRecord(this.#line, columnIndex, reason)
    const lineEnd = this.#held.indexOf(this.#newline, start - this.#heldStart)
    this.#inOverlongLine = lineEnd < 0
    this.#recordStart = this.#heldStart + (lineEnd < 0 ? this.#held.length : lineEnd + 1)
    if (lineEnd >= 0) this.#line++
    this.#parser.destroy()
    this.#parser = this.#createParser()
    this.#parserStart = this.#recordStart
    return this.#unread()
  }

  #skipOverlongLine(piece: Buffer): Buffer {
    const lineEnd = piece.indexOf(this.#newline)
    const skipped = lineEnd < 0 ? piece.length : lineEnd + 1
    this.#heldStart += this.#held.length + skipped
    this.#held = Buffer.alloc(0)
    this.#recordStart = this.#parserStart = this.#heldStart
    if (lineEnd >= 0) {
      this.#inOverlongLine = false
      this.#line++
    }
    return piece.subarray(skipped)
  }

  #createParser(): Parser {
    const parser = new Parser({
      delimiter: this.#options.delimiter,
      record_delimiter: this.#options.lineEnd === 'carriage-return' ? ['\r'] : ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 0,
      on_record: (fields: string[], context) => {
        this.#takeRecord(fields, this.#parserStart + context.bytes_records)
        return null
      },
    })
    // The error also reaches the callback of the write that caused it.
    parser.on('error', () => undefined)
    return parser
  }

  #takeRecord(fields: string[], end: number): void {
    const start = this.#contentStart()
    const line = this.#line + count(this.#held.subarray(this.#recordStart - this.#heldStart, start - this.#heldStart), this.#newline)
    this.#line = line + count(this.#held.subarray(start - this.#heldStart, end - this.#heldStart), this.#newline)
    this.#recordStart = end
    this.#options.onRecord(fields, line)
  }

  /** Where the record being read begins: behind empty lines. */
  #contentStart(): number {
    let at = this.#recordStart - this.#heldStart
    for (;;) {
      if (this.#held[at] === this.#newline) at++
      else if (this.#held[at] === carriageReturn && this.#held[at + 1] === this.#newline) at += 2
      else return this.#heldStart + at
    }
  }

  #unread(): Buffer {
    return this.#held.subarray(this.#recordStart - this.#heldStart)
  }
}

function settled(start: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => start((error) => resolve(error ?? undefined)))
}

function count(bytes: Buffer, byte: number): number {
  let found = 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === byte) found++
  return found
}
