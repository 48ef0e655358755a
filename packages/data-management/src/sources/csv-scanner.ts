const carriageReturn = 0x0d
const lineFeed = 0x0a
const quote = 0x22

const closingQuoteReason = 'text follows a closing quote; within quotes a quote is written twice'
const openingQuoteReason = 'a quote stands in a value that does not begin with one'
const openQuoteReason = 'a quote is opened and not closed; the lines after this one were read as if it were not there'

/** Where a record lies, and what it is like. The same object is used again for the next one. */
export interface ScannedRecord {
  bytes: Buffer
  start: number
  /** Behind its last field, before the end of its line. */
  end: number
  /** Where it begins, from 1. */
  line: number
  fieldCount: number
  /** Whether a field goes on in another line. */
  hasLineBreaks: boolean
  /** Whether it holds what makes it need a closer look: a NUL, a carriage return outside of quotes, a field that may be too long. */
  isOdd: boolean
}

export interface CsvScannerOptions {
  readonly delimiter: string
  /** Which byte ends a line: a carriage return in files of old Macs, else a line feed, with or without a carriage return before it. */
  readonly lineEnd: 'line-feed' | 'carriage-return'
  readonly maximumRowBytes: number
  readonly maximumFieldBytes: number
  readonly onRecord: (record: ScannedRecord) => void
  /** @param columnIndex - From 0, where it is known. @param text - The line that is given up, unless it is too long. */
  readonly onBadRecord: (line: number, columnIndex: number | undefined, reason: string, text: Buffer | undefined) => void
}

const inNothing = 0
const inField = 1
const inQuotes = 2
const afterQuotes = 3

/**
 * Finds records in CSV as RFC 4180 writes it, byte by byte, without making anything of their fields. Empty lines are no records. After a record
 * that can't be read it goes on with the line after the one where that record began, so that a quote that is never closed costs one line, not
 * the rest of the file. What is held is the record being read, at most `maximumRowBytes`.
 */
export class CsvScanner {
  readonly #options: CsvScannerOptions
  readonly #newline: number
  readonly #delimiter: number
  /** Which bytes are not just text. */
  readonly #special = new Uint8Array(256)
  readonly #record: ScannedRecord = { bytes: Buffer.alloc(0), start: 0, end: 0, line: 1, fieldCount: 0, hasLineBreaks: false, isOdd: false }
  /** From the beginning of the record being read on. */
  #held: Buffer = Buffer.alloc(0)
  #at = 0
  #state = inNothing
  #fieldStart = 0
  #fields = 0
  #isOdd = false
  #line = 1
  #linesInRecord = 0
  #skipsLine = false

  constructor(options: CsvScannerOptions) {
    this.#options = options
    this.#newline = options.lineEnd === 'carriage-return' ? carriageReturn : lineFeed
    this.#delimiter = options.delimiter.charCodeAt(0)
    for (const byte of [0, carriageReturn, lineFeed, quote, this.#delimiter]) this.#special[byte] = 1
  }

  write(piece: Buffer): void {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    this.#scan(false)
  }

  /** Called after the last piece. */
  end(): void {
    this.#scan(true)
  }

  #scan(isLast: boolean): void {
    const { maximumRowBytes } = this.#options
    let recordStart = 0
    for (;;) {
      if (this.#skipsLine) {
        const lineEnd = this.#held.indexOf(this.#newline, recordStart)
        if (lineEnd < 0) {
          recordStart = this.#held.length
          break
        }
        recordStart = lineEnd + 1
        this.#line++
        this.#skipsLine = false
        this.#begin(recordStart)
      }
      const next = this.#scanRecord(recordStart, isLast)
      if (next >= 0) recordStart = next
      else if (this.#held.length - recordStart > maximumRowBytes) recordStart = this.#giveUp(recordStart, undefined, `the row is longer than ${maximumRowBytes} bytes`)
      else break
      if (recordStart >= this.#held.length && !this.#skipsLine) break
    }
    this.#held = this.#held.subarray(recordStart)
    this.#at -= recordStart
    this.#fieldStart -= recordStart
  }

  #begin(at: number): void {
    this.#at = at
    this.#fieldStart = at
    this.#state = inNothing
    this.#fields = 0
    this.#isOdd = false
    this.#linesInRecord = 0
  }

  /** Reads on in the record that begins at a byte. @returns where the next one begins; -1 when there must come more first */
  #scanRecord(recordStart: number, isLast: boolean): number {
    const bytes = this.#held
    const special = this.#special
    const length = bytes.length
    const delimiter = this.#delimiter
    const newline = this.#newline
    const endsWithPair = newline === lineFeed
    let at = this.#at
    let state = this.#state
    for (; at < length; at++) {
      const byte = bytes[at]!
      if (special[byte] === 0) {
        if (state === inNothing) state = inField
        continue
      }
      if (state === inQuotes) {
        if (byte === newline) this.#linesInRecord++
        else if (byte === 0) this.#isOdd = true
        else if (byte === quote) {
          if (at + 1 >= length) {
            if (!isLast) return this.#suspend(at, state)
            state = afterQuotes
            continue
          }
          const following = bytes[at + 1]!
          if (following === quote) at++
          else if (following === delimiter || following === newline || following === 0) state = afterQuotes
          else if (following === carriageReturn && endsWithPair) {
            if (at + 2 >= length && !isLast) return this.#suspend(at, state)
            if (bytes[at + 2] !== lineFeed) return this.#fault(closingQuoteReason, { recordStart, isLast, at, state })
            state = afterQuotes
          } else return this.#fault(closingQuoteReason, { recordStart, isLast, at, state })
        }
        continue
      }
      if (byte === delimiter) {
        this.#endField(at)
        state = inNothing
      } else if (byte === quote) {
        if (state !== inNothing) return this.#fault(openingQuoteReason, { recordStart, isLast, at, state })
        state = inQuotes
      } else if (byte === newline) {
        return this.#endRecord(recordStart, at, { next: at + 1, isEmpty: state === inNothing && this.#fields === 0 })
      } else if (byte === carriageReturn && endsWithPair) {
        if (at + 1 >= length && !isLast) return this.#suspend(at, state)
        if (bytes[at + 1] === lineFeed) return this.#endRecord(recordStart, at, { next: at + 2, isEmpty: state === inNothing && this.#fields === 0 })
        this.#isOdd = true
        state = inField
      } else {
        this.#isOdd = true // a NUL, or a line feed where carriage returns end the lines
        state = inField
      }
    }
    if (!isLast) return this.#suspend(at, state)
    if (state === inQuotes) return this.#fault(openQuoteReason, { recordStart, isLast, at, state })
    if (state === inNothing && this.#fields === 0) return length
    return this.#endRecord(recordStart, length, { next: length, isEmpty: false })
  }

  /** Waits for more. */
  #suspend(at: number, state: number): number {
    this.#at = at
    this.#state = state
    return -1
  }

  /** What is given up is a line: all of it must have come. */
  #fault(reason: string, { recordStart, isLast, at, state }: { readonly recordStart: number; readonly isLast: boolean; readonly at: number; readonly state: number }): number {
    return isLast || this.#held.includes(this.#newline, recordStart) ? this.#giveUp(recordStart, this.#fields, reason) : this.#suspend(at, state)
  }

  #endField(at: number): void {
    this.#fields++
    if (at - this.#fieldStart > this.#options.maximumFieldBytes) this.#isOdd = true
    this.#fieldStart = at + 1
  }

  #endRecord(start: number, end: number, { next, isEmpty }: { readonly next: number; readonly isEmpty: boolean }): number {
    if (isEmpty) {
      this.#line++
      this.#begin(next)
      return next
    }
    if (end - start > this.#options.maximumRowBytes) return this.#giveUp(start, undefined, `the row is longer than ${this.#options.maximumRowBytes} bytes`)
    this.#endField(end)
    const record = this.#record
    record.bytes = this.#held
    record.start = start
    record.end = end
    record.line = this.#line
    record.fieldCount = this.#fields
    record.hasLineBreaks = this.#linesInRecord > 0
    record.isOdd = this.#isOdd
    this.#line += this.#linesInRecord + 1
    this.#begin(next)
    this.#options.onRecord(record)
    return next
  }

  /** Reports the record that begins at a byte, and leaves its first line behind. */
  #giveUp(start: number, columnIndex: number | undefined, reason: string): number {
    const lineEnd = this.#held.indexOf(this.#newline, start)
    const line = this.#held.subarray(start, lineEnd < 0 ? undefined : lineEnd)
    const isOpen = columnIndex !== undefined && countQuotes(line) % 2 === 1
    this.#options.onBadRecord(this.#line, columnIndex, isOpen ? openQuoteReason : reason, columnIndex === undefined ? undefined : line)
    this.#skipsLine = true
    return start
  }
}

function countQuotes(bytes: Buffer): number {
  let found = 0
  for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, at + 1)) found++
  return found
}
