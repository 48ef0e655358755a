/** Makes rows of bytes that come in pieces. */
export interface RowReader {
  write(piece: Buffer): Promise<void>
  /** Called after the last piece. */
  end(): Promise<void>
}
