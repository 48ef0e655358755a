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
