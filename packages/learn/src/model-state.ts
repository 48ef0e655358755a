import { sha256 } from '@motadata/core'

/** Numbers with a shape, row-major; `data` is the array that its dtype names. */
export interface Tensor {
  readonly dtype: 'F32' | 'F64' | 'I32' | 'U32' | 'U8'
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array
}

/**
 * What is stored of anything fitted: plain JSON and typed arrays. The same seed and data give the same bytes; no code is in it.
 * Whoever loads one checks every dtype, shape, index range and number before use.
 */
export interface ModelState {
  /** What reads it and which version of it: `logistic-regression/1`. */
  readonly format: string
  readonly json: Readonly<Record<string, unknown>>
  readonly tensors: Readonly<Record<string, Tensor>>
}

/** SHA-256, hexadecimal, over all that a state holds: equal for states that load to the same. */
export function hashState({ format, json, tensors }: ModelState): string {
  const parts = Object.entries(tensors).map(([name, { dtype, shape, data }]) => [name, dtype, shape, sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))])
  return sha256(new TextEncoder().encode(JSON.stringify([format, json, parts])))
}
