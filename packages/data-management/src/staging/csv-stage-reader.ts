import { DataLoadError } from '@motadata/core'
import { fieldsOfRecord } from '../sources/csv-fields.js'
import { readHeader } from '../sources/csv-header.js'
import { CsvScanner, type ScannedRecord } from '../sources/csv-scanner.js'
import { csvSampleBytes, dialectOf } from '../sources/csv-dialect.js'
import type { LoadLimits } from '../sources/load-limits.js'
import type { RowReader } from '../sources/row-reader.js'
import type { RowStage } from './row-stage.js'

/** Reads CSV whose first row names the columns, record by record, without taking fields apart where nothing is odd about them. */
export class CsvStageReader implements RowReader {
  readonly #stage: RowStage
  readonly #limits: LoadLimits
  readonly #delimiter: string | undefined
  #sample: Buffer | undefined = Buffer.alloc(0)
  #scanner: CsvScanner | undefined
  #columnCount = 0
  #names: readonly string[] | undefined

  /** @param options.delimiter - Detected when absent. */
  constructor(options: { readonly stage: RowStage; readonly limits: LoadLimits; readonly delimiter?: string | undefined }) {
    this.#stage = options.stage
    this.#limits = options.limits
    this.#delimiter = options.delimiter
  }

  /** The header as it came, and how its fields are divided; undefined before it was read. */
  header: { readonly names: readonly string[]; readonly delimiter: string } | undefined

  async write(piece: Buffer): Promise<void> {
    if (this.#sample === undefined) this.#scanner!.write(piece)
    else {
      this.#sample = Buffer.concat([this.#sample, piece])
      if (this.#sample.length >= csvSampleBytes) this.#begin(this.#sample)
    }
  }

  async end(): Promise<void> {
    if (this.#sample !== undefined) this.#begin(this.#sample)
    this.#scanner!.end()
  }

  #begin(sample: Buffer): void {
    this.#sample = undefined
    const { delimiter, lineEnd } = dialectOf(sample, this.#delimiter)
    this.#scanner = new CsvScanner({
      delimiter, lineEnd, maximumRowBytes: this.#limits.maximumRowBytes, maximumFieldBytes: this.#limits.maximumFieldBytes,
      onRecord: (record) => (this.#names === undefined ? this.#takeHeader(record, delimiter) : this.#take(record)),
      onBadRecord: (line, columnIndex, reason, text) => this.#bad({ line, columnIndex, reason, text }),
    })
    this.#scanner.write(sample)
  }

  #takeHeader({ bytes, start, end }: ScannedRecord, delimiter: string): void {
    this.#names = readHeader(fieldsOfRecord(bytes.toString('utf8', start, end), delimiter), this.#limits.maximumColumns)
    this.#columnCount = this.#names.length
    this.#stage.begin(this.#names, delimiter)
    this.header = { names: this.#names, delimiter }
  }

  #take(record: ScannedRecord): void {
    const expected = this.#columnCount
    if (record.fieldCount === expected) return this.#stage.addRecord(record)
    this.#stage.bad({
      line: record.line, reason: `expected ${expected} ${expected === 1 ? 'value' : 'values'} as in the header, got ${record.fieldCount}`,
      text: record.bytes.toString('utf8', record.start, record.end),
    })
  }

  #bad({ line, columnIndex, reason, text }: { readonly line: number; readonly columnIndex: number | undefined; readonly reason: string; readonly text: Buffer | undefined }): void {
    if (this.#names === undefined) {
      throw new DataLoadError('DATA_MALFORMED', `Expected a header of column names in line ${line}, got one that can not be read: ${reason}.`, {
        details: { line, ...(columnIndex === undefined ? {} : { columnNumbers: [columnIndex + 1] }) },
      })
    }
    const column = columnIndex === undefined ? undefined : (this.#names[columnIndex] ?? `column ${columnIndex + 1}`)
    this.#stage.bad({ line, ...(column === undefined ? {} : { column }), reason, ...(text === undefined ? {} : { text: text.toString('utf8').replace(/\r$/, '') }) })
  }
}
