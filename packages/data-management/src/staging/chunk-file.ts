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
  readonly rowCount: number
  readonly longestRowBytes: number
  readonly badRows: readonly RejectedRow[]
  /** The line in the source of a row, from 0. */
  lineOf(row: number): number
}

const blockBytes = 1_048_576

/** Writes rows to a chunk's file. What is held is what was added since it was last settled, in whole blocks. */
export class ChunkFile {
  readonly path: string
  #file: FileHandle | undefined
  readonly #full: Buffer[] = []
  #block = Buffer.allocUnsafe(blockBytes)
  #used = 0
  #bytes = 0
  #longest = 0
  #hasLineBreaks = false
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

  get hasLineBreaks(): boolean {
    return this.#hasLineBreaks
  }

  /** Adds a record, which gets the end of its line. */
  add(bytes: Buffer, { start, end, line, hasLineBreaks }: { readonly start: number; readonly end: number; readonly line: number; readonly hasLineBreaks: boolean }): void {
    const size = end - start + 1
    if (size > this.#block.length - this.#used) this.#nextBlock(size)
    bytes.copy(this.#block, this.#used, start, end)
    this.#block[this.#used + size - 1] = 0x0a
    this.#used += size
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
    this.#file ??= await open(this.path, 'wx', 0o600)
    for (const block of this.#full.splice(0)) await this.#file.writeFile(block)
  }

  /** Closes the file. @returns where lines come from */
  async close(): Promise<(row: number) => number> {
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

  #nextBlock(size: number): void {
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used))
    this.#block = Buffer.allocUnsafe(Math.max(blockBytes, size))
    this.#used = 0
  }
}
