import { type FileHandle, open } from 'node:fs/promises'
import type { RejectedRow } from '../sources/row-sink.js'

/** Some rows of a source as well-formed CSV in a file, with the numbers of the lines that they came from, and the bad rows among them. */
export interface Chunk {
  readonly path: string
  readonly delimiter: string
  /** Those known when it was full, in their order; rows may lack some at their end where `isRagged`. */
  readonly names: readonly string[]
  readonly isRagged: boolean
  /** Whether a value in it goes on in another line. */
  readonly hasLineBreaks: boolean
  /** Whether some text in it might be a number to the engine and none to core: 1_000, +-1. */
  readonly hasOddNumbers: boolean
  readonly rowCount: number
  readonly longestRowBytes: number
  readonly badRows: readonly RejectedRow[]
  /** The line in the source of a row, from 0. */
  lineOf(row: number): number
}

const blockBytes = 1_048_576
const lineFeed = 0x0a
const underscore = 0x5f

/** Writes rows to a chunk's file. What is held is what was added since it was last settled, in whole blocks. */
export class ChunkFile {
  readonly path: string
  #file: FileHandle | undefined
  readonly #full: Buffer[] = []
  #block = Buffer.allocUnsafe(blockBytes)
  #used = 0
  #bytes = 0
  /** Bytes that are added, but not copied yet: a record, or some that lie behind each other. */
  #runBytes: Buffer | undefined
  #runStart = 0
  #runEnd = 0
  #longest = 0
  #hasLineBreaks = false
  #hasOddNumbers = false
  #rowCount = 0
  #lastLine = Number.NaN
  /** Where line numbers do not go up by one: rows, and their lines. */
  readonly #jumpRows: number[] = []
  readonly #jumpLines: number[] = []

  constructor(path: string) {
    this.path = path
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get sizeBytes(): number {
    return this.#bytes
  }

  get longestRowBytes(): number {
    return this.#longest
  }

  get hasOddNumbers(): boolean {
    return this.#hasOddNumbers
  }

  get hasLineBreaks(): boolean {
    return this.#hasLineBreaks
  }

  /** Adds a record, which gets the end of its line. */
  add(bytes: Buffer, { start, end, line, hasLineBreaks }: { readonly start: number; readonly end: number; readonly line: number; readonly hasLineBreaks: boolean }): void {
    // records that lie behind each other are copied together
    if (bytes === this.#runBytes && start === this.#runEnd + 1 && bytes[this.#runEnd] === lineFeed) this.#runEnd = end
    else {
      this.#copyRun()
      this.#runBytes = bytes
      this.#runStart = start
      this.#runEnd = end
    }
    const size = end - start + 1
    this.#bytes += size
    if (size > this.#longest) this.#longest = size
    if (hasLineBreaks) this.#hasLineBreaks = true
    if (line !== this.#lastLine + 1) {
      this.#jumpRows.push(this.#rowCount)
      this.#jumpLines.push(line)
    }
    this.#lastLine = line
    this.#rowCount++
  }

  /** Writes what is whole. */
  async settle(): Promise<void> {
    this.#copyRun()
    this.#file ??= await open(this.path, 'wx', 0o600)
    for (const block of this.#full.splice(0)) await this.#file.writeFile(block)
  }

  /** Closes the file. @returns where lines come from */
  async close(): Promise<(row: number) => number> {
    this.#copyRun()
    this.#nextBlock(0)
    await this.settle()
    await this.abandon()
    const [rows, lines] = [this.#jumpRows, this.#jumpLines]
    return (row) => {
      let low = 0
      for (let high = rows.length; high - low > 1;) {
        const middle = (low + high) >> 1
        if (rows[middle]! <= row) low = middle
        else high = middle
      }
      return lines[low]! + row - rows[low]!
    }
  }

  async abandon(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  #copyRun(): void {
    if (this.#runBytes === undefined) return
    const size = this.#runEnd - this.#runStart + 1
    if (size > this.#block.length - this.#used) this.#nextBlock(size)
    this.#runBytes.copy(this.#block, this.#used, this.#runStart, this.#runEnd)
    this.#block[this.#used + size - 1] = lineFeed
    this.#used += size
    this.#runBytes = undefined
  }

  #nextBlock(size: number): void {
    const block = this.#block.subarray(0, this.#used)
    if (block.length > 0) this.#full.push(block)
    this.#hasOddNumbers ||= block.includes(underscore) || block.includes('+-')
    this.#block = Buffer.allocUnsafe(Math.max(blockBytes, size))
    this.#used = 0
  }
}
