import { join } from 'node:path'
import type { CellValue, ColumnKind, ColumnKinds } from '@motadata/core'
import { beyondLimit } from '../sources/beyond-limit.js'
import { cellFault, declaredKinds } from '../sources/cell-fault.js'
import { fieldsOfRecord, recordOfFields } from '../sources/csv-fields.js'
import type { ScannedRecord } from '../sources/csv-scanner.js'
import type { LoadLimits } from '../sources/load-limits.js'
import type { RejectedRow, RowSink } from '../sources/row-sink.js'
import { type Chunk, ChunkFile } from './chunk-file.js'
import { cellText } from './cell-text.js'

export interface RowStageOptions {
  readonly folder: string
  readonly limits: LoadLimits
  readonly columnKinds?: ColumnKinds | undefined
  readonly rowsPerChunk: number
  readonly bytesPerChunk: number
  /** Takes a chunk that is full. What it has not finished yet may be waited for with the next one. */
  readonly onChunk: (chunk: Chunk) => Promise<void>
}

/** Of a bad row's text, and of all those of a source: what is longer is reported, but can not be replayed. */
const keptTextLength = 65_536
const keptTextsLength = 67_108_864

/**
 * Takes rows and lays them out as chunks of well-formed CSV in a folder. Whatever values are in them stays as it came: kinds are found, and checked
 * where CSV is declared to have some, once a chunk is full.
 */
export class RowStage implements RowSink {
  readonly #options: RowStageOptions
  readonly #kinds: ReadonlyMap<string, ColumnKind>
  readonly #names: string[] = []
  readonly #places = new Map<string, number>()
  #delimiter = ','
  #chunkCount = 0
  #filling: FillingChunk
  readonly #full: FillingChunk[] = []
  /** Their lines. */
  readonly #emptyRows: number[] = []
  #rowCount = 0
  #badRowCount = 0
  #keptText = 0

  /** @throws MLError `INPUT_INVALID` for a kind that there is not */
  constructor(options: RowStageOptions) {
    this.#options = options
    this.#kinds = declaredKinds(options.columnKinds)
    this.#filling = this.#begin()
  }

  /** Good or not yet known to be bad. */
  get rowCount(): number {
    return this.#rowCount
  }

  get badRowCount(): number {
    return this.#badRowCount
  }

  /** Rows without any column, as long as none has one. */
  get emptyRows(): number {
    return this.#emptyRows.length
  }

  get names(): readonly string[] {
    return this.#names
  }

  declare(names: readonly string[]): void {
    for (const name of names) {
      if (this.#places.has(name)) continue
      if (this.#names.length >= this.#options.limits.maximumColumns) throw beyondLimit(this.#options.limits, 'maximumColumns', 'columns')
      this.#places.set(name, this.#names.length)
      this.#names.push(name)
    }
  }

  /** Says what the columns are of records that come as CSV, and how their fields are divided. Called before the first. */
  begin(names: readonly string[], delimiter: string): void {
    this.declare(names)
    this.#delimiter = delimiter
    this.#filling = this.#begin()
  }

  /** Takes a record that came as CSV, with a field for every column. */
  addRecord(record: ScannedRecord): void {
    if (!record.isOdd) return this.#put(record.bytes, record)
    const text = record.bytes.toString('utf8', record.start, record.end)
    const fields = fieldsOfRecord(text, this.#delimiter)
    const reason = this.#faultOf(this.#names, fields)
    if (reason !== undefined) return this.bad({ line: record.line, ...reason, text })
    this.#putFields(record.line, fields)
  }

  add(line: number, names: readonly string[], values: readonly CellValue[], text?: () => string): void {
    const reason = this.#faultOf(names, values)
    if (reason !== undefined) return this.bad({ line, ...reason, ...(text === undefined ? {} : { text: text() }) })
    this.declare(names)
    if (this.#names.length === 0) return void this.#emptyRows.push(line)
    for (const empty of this.#emptyRows.splice(0)) this.#putFields(empty, this.#names.map(() => ''))
    const fields = new Array<string>(this.#names.length).fill('')
    for (let i = 0; i < values.length; i++) fields[this.#places.get(names[i]!)!] = cellText(values[i]!, this.#kinds.get(names[i]!))
    this.#putFields(line, fields)
  }

  bad({ text, ...row }: RejectedRow): void {
    this.#badRowCount++
    const isKept = text !== undefined && text.length <= keptTextLength && (this.#keptText += text.length) <= keptTextsLength
    this.#filling.badRows.push(isKept ? { ...row, text } : row)
  }

  /** Writes what was taken since, and hands on what is full. Called after every piece of a source. */
  async settle(): Promise<void> {
    if (this.#filling.badRows.length > this.#options.limits.maximumBadRows) this.#next()
    for (const chunk of this.#full.splice(0)) await this.#options.onChunk(await closed(chunk))
    if (this.#filling.file.rowCount > 0) await this.#filling.file.settle()
  }

  /** Hands on the rest. Called after the last piece. */
  async end(): Promise<void> {
    await this.settle()
    if (this.#filling.file.rowCount > 0 || this.#filling.badRows.length > 0) this.#next()
    await this.settle()
  }

  /** Lets go of files that are open, where the work broke off. */
  async abandon(): Promise<void> {
    for (const { file } of [...this.#full, this.#filling]) await file.abandon()
  }

  #putFields(line: number, fields: readonly string[]): void {
    const text = recordOfFields(fields, this.#delimiter)
    const bytes = Buffer.from(text)
    this.#put(bytes, { start: 0, end: bytes.length, line, hasLineBreaks: text.includes('\n') })
  }

  #put(bytes: Buffer, record: { readonly start: number; readonly end: number; readonly line: number; readonly hasLineBreaks: boolean }): void {
    const { file } = this.#filling
    file.add(bytes, record)
    this.#rowCount++
    const { rowsPerChunk, bytesPerChunk } = this.#options
    if (file.rowCount >= rowsPerChunk || file.sizeBytes >= bytesPerChunk) this.#next()
  }

  #next(): void {
    this.#full.push({ ...this.#filling, names: [...this.#names] })
    this.#filling = this.#begin()
  }

  #begin(): FillingChunk {
    const file = new ChunkFile(join(this.#options.folder, `chunk-${this.#chunkCount++}.csv`))
    return { file, delimiter: this.#delimiter, names: this.#names, columnsAtStart: this.#names.length, badRows: [] }
  }

  #faultOf(names: readonly string[], values: readonly CellValue[]): { readonly column: string; readonly reason: string } | undefined {
    for (let i = 0; i < values.length; i++) {
      const reason = cellFault(values[i]!, this.#kinds.get(names[i]!), this.#options.limits)
      if (reason !== undefined) return { column: names[i]!, reason }
    }
    return undefined
  }
}

interface FillingChunk {
  readonly file: ChunkFile
  readonly delimiter: string
  readonly names: readonly string[]
  readonly columnsAtStart: number
  readonly badRows: RejectedRow[]
}

async function closed({ file, delimiter, names, columnsAtStart, badRows }: FillingChunk): Promise<Chunk> {
  const lineOf = await file.close()
  const { path, rowCount, longestRowBytes, hasLineBreaks, hasOddNumbers } = file
  return { path, delimiter, names, isRagged: names.length !== columnsAtStart, hasLineBreaks, hasOddNumbers, rowCount, longestRowBytes, badRows, lineOf }
}
