import { createHash } from 'node:crypto'
import type { Column } from './dataset/column.js'
import type { Dataset } from './dataset/dataset.js'

/** SHA-256 of bytes, in hexadecimal: the name of an artifact. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * A dataset's identity: equal for equal column names, kinds and values in the same order, whatever object holds them.
 *
 * @returns 64 hexadecimal digits
 * @example
 * fingerprintDataset(fromRecords([{ a: 1 }])) === fingerprintDataset(fromRecords([{ a: 1 }])) // => true
 */
export function fingerprintDataset(dataset: Dataset): string {
  const hash = createHash('sha256')
  hash.update(`dataset/1\0${dataset.rowCount}\0`)
  for (const [name, column] of dataset.columns) {
    hash.update(`${JSON.stringify(name)}\0${column.kind}\0`)
    for (const chunk of columnBytes(column)) hash.update(chunk)
  }
  return hash.digest('hex')
}

function* columnBytes(column: Column): Iterable<Uint8Array | string> {
  switch (column.kind) {
    case 'number':
    case 'instant':
    case 'boolean':
      yield bytesOf(column.values)
      return
    case 'category':
      yield JSON.stringify(column.categories)
      yield bytesOf(column.codes)
      return
    case 'text':
      for (const value of column.values) yield value === null ? 'n\0' : `s${Buffer.byteLength(value)}\0${value}`
  }
}

function bytesOf(values: Float64Array | Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
