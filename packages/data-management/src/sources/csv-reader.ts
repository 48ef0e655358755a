import { DataLoadError } from '@motadata/core'
import { csvSampleBytes, dialectOf } from './csv-dialect.js'
import { readHeader } from './csv-header.js'
import { CsvRecords } from './csv-records.js'
import type { LoadLimits } from './load-limits.js'
import type { RowReader } from './row-reader.js'
import type { RowSink } from './row-sink.js'

/** Reads CSV whose first row names the columns. */
export class CsvReader implements RowReader {
  readonly #rows: RowSink
  readonly #limits: LoadLimits
  readonly #delimiter: string | undefined
  #sample: Buffer | undefined = Buffer.alloc(0)
  #records: CsvRecords | undefined
  #names: string[] | undefined

  /** @param options.delimiter - Detected when absent. */
  constructor(options: { readonly rows: RowSink; readonly limits: LoadLimits; readonly delimiter?: string | undefined }) {
    this.#rows = options.rows
    this.#limits = options.limits
    this.#delimiter = options.delimiter
  }

  async write(piece: Buffer): Promise<void> {
    if (this.#sample === undefined) return this.#records!.write(piece)
    this.#sample = Buffer.concat([this.#sample, piece])
    if (this.#sample.length >= csvSampleBytes) await this.#begin(this.#sample)
  }

  async end(): Promise<void> {
    if (this.#sample !== undefined) await this.#begin(this.#sample)
    await this.#records!.end()
  }

  async #begin(sample: Buffer): Promise<void> {
    this.#sample = undefined
    this.#records = new CsvRecords({
      ...dialectOf(sample, this.#delimiter),
      maximumRowBytes: this.#limits.maximumRowBytes,
      onRecord: (fields, line) => this.#take(fields, line),
      onBadRecord: (line, columnIndex, reason) => this.#bad(line, columnIndex, reason),
    })
    await this.#records.write(sample)
  }

  #take(fields: string[], line: number): void {
    if (this.#names === undefined) {
      this.#names = readHeader(fields, this.#limits.maximumColumns)
      this.#rows.declare(this.#names)
      return
    }
    const expected = this.#names.length
    if (fields.length === expected) this.#rows.add(line, this.#names, fields)
    else this.#rows.bad({ line, reason: `expected ${expected} ${expected === 1 ? 'value' : 'values'} as in the header, got ${fields.length}` })
  }

  #bad(line: number, columnIndex: number | undefined, reason: string): void {
    if (this.#names === undefined) {
      throw new DataLoadError('DATA_MALFORMED', `Expected a header of column names in line ${line}, got one that can not be read: ${reason}.`, {
        details: { line, ...(columnIndex === undefined ? {} : { columnNumbers: [columnIndex + 1] }) },
      })
    }
    const column = columnIndex === undefined ? undefined : (this.#names[columnIndex] ?? `column ${columnIndex + 1}`)
    this.#rows.bad({ line, ...(column === undefined ? {} : { column }), reason })
  }
}
