import fc from 'fast-check'
import type { FeatureMatrix, ModelState, Tensor } from '../../src/index.js'

const number = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e30, -1e30, 1e-40, Number.NaN, Infinity, 3.4e38) },
)

/** Matrices of up to eight rows, most of them in good order. */
export const anyMatrix: fc.Arbitrary<FeatureMatrix> = fc.record({
  rowCount: fc.integer({ min: 0, max: 8 }), denseCount: fc.integer({ min: 0, max: 3 }), sparseCount: fc.integer({ min: 0, max: 3 }),
  numbers: fc.array(number, { minLength: 48, maxLength: 48 }), torn: fc.integer({ min: 0, max: 9 }),
}).map(({ rowCount, denseCount, sparseCount, numbers, torn }) => ({
  rowCount,
  dense: { rowCount, columnCount: denseCount, values: Float32Array.from(numbers.slice(0, rowCount * denseCount - (torn === 0 ? 1 : 0))) },
  sparse: {
    rowCount, columnCount: sparseCount,
    rowPointers: Uint32Array.from({ length: rowCount + 1 }, (_, row) => row * sparseCount),
    columnIndices: Uint32Array.from({ length: rowCount * sparseCount }, (_, i) => (torn === 1 ? i : i % sparseCount)),
    values: Float32Array.from(numbers.slice(24, 24 + rowCount * sparseCount)),
  },
}))

/** A stored state with one number of one tensor replaced. */
export function alteredState(state: ModelState): fc.Arbitrary<ModelState> {
  const names = Object.entries(state.tensors).filter(([, { data }]) => data.length > 0).map(([name]) => name)
  if (names.length === 0) return fc.constant(state)
  return fc.record({
    name: fc.constantFrom(...names), at: fc.nat(), value: fc.oneof(fc.integer({ min: -2, max: 40 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1, 1e30, -1e30)),
  }).map(({ name, at, value }) => {
    const tensor = state.tensors[name]
    const data = tensor.data.slice() as Tensor['data']
    data[at % data.length] = value
    return { ...state, tensors: { ...state.tensors, [name]: { ...tensor, data } } }
  })
}
