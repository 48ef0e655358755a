import { createHash } from 'node:crypto'
import { cellAt, type Dataset, ModelLoadError } from '@motadata/core'
import type { Tensor } from '@motadata/learn'
import { decodeSafetensors, encodeSafetensors } from '../artifact/safetensors.js'

const format = 'row-scores/1'

/** How well a version did on each of its held-out rows: what two versions are compared by. Rows are known by a hash of what they hold. */
export interface RowScores {
  /** Of each row, 16 hexadecimal digits; rows that are alike are numbered. */
  readonly keys: readonly string[]
  /** Log-loss in nats, or the squared error. */
  readonly losses: Float64Array
  /** 1 where the predicted class is right, else 0; absent for numbers. */
  readonly hits?: Uint8Array
}

const keyBytes = 8

/** A key for each row: equal for rows of equal values under equal names, in whatever dataset they stand. */
export function rowKeys(dataset: Dataset): string[] {
  const columns = [...dataset.columns].sort(([a], [b]) => (a < b ? -1 : 1))
  const seen = new Map<string, number>()
  return Array.from({ length: dataset.rowCount }, (_, row) => {
    const cells = columns.map(([name, column]) => [name, cellAt(column, row)])
    const content = createHash('sha256').update(JSON.stringify(cells)).digest()
    const before = seen.get(content.toString('hex')) ?? 0
    seen.set(content.toString('hex'), before + 1)
    const key = before === 0 ? content : createHash('sha256').update(content).update(String(before)).digest()
    return key.subarray(0, keyBytes).toString('hex')
  })
}

export function encodeRowScores({ keys, losses, hits }: RowScores): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(keys.join(''), 'hex'))
  const tensors = new Map<string, Tensor>([
    ['keys', { dtype: 'U8', shape: [keys.length, keyBytes], data: bytes }],
    ['losses', { dtype: 'F64', shape: [losses.length], data: losses }],
  ])
  if (hits) tensors.set('hits', { dtype: 'U8', shape: [hits.length], data: hits })
  return encodeSafetensors({ metadata: new Map([['format', format]]), tensors })
}

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function decodeRowScores(file: Uint8Array): RowScores {
  const { metadata, tensors } = decodeSafetensors(file)
  const keys = tensors.get('keys')
  const losses = tensors.get('losses')
  const hits = tensors.get('hits')
  const isWhole = metadata.get('format') === format && keys?.dtype === 'U8' && losses?.dtype === 'F64' && keys.data.length === losses.data.length * keyBytes
    && (hits === undefined || (hits.dtype === 'U8' && hits.data.length === losses.data.length))
  if (!isWhole) throw new ModelLoadError('MODEL_LOAD_FAILED', `Expected scores of rows in the format '${format}', got something else. Train the version again.`)
  const hex = Buffer.from(keys.data as Uint8Array).toString('hex')
  return {
    keys: Array.from({ length: losses.data.length }, (_, row) => hex.slice(row * 2 * keyBytes, (row + 1) * 2 * keyBytes)),
    losses: losses.data as Float64Array,
    ...(hits && { hits: hits.data as Uint8Array }),
  }
}
