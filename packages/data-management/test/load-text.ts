import type { LoadedDataset } from '@motadata/core'
import { DataLoader, type LoadLimits, type LoadOptions } from '../src/index.js'

export interface LoadTextOptions extends Omit<LoadOptions, 'format'> {
  readonly limits?: Partial<LoadLimits>
  /** Size of the pieces that the stream gives; default everything at once. */
  readonly pieceBytes?: number
}

/** Loads CSV out of memory. */
export function loadCsv(text: string | Buffer, options: LoadTextOptions = {}): Promise<LoadedDataset> {
  return load(text, 'csv', options)
}

/** Loads one JSON object a line out of memory. */
export function loadNdjson(text: string | Buffer, options: LoadTextOptions = {}): Promise<LoadedDataset> {
  return load(text, 'ndjson', options)
}

function load(text: string | Buffer, format: 'csv' | 'ndjson', { limits, pieceBytes, ...options }: LoadTextOptions): Promise<LoadedDataset> {
  const loader = new DataLoader(limits === undefined ? {} : { limits })
  return loader.loadStream(pieces(Buffer.from(text), pieceBytes ?? 1_048_576), { ...options, format })
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
