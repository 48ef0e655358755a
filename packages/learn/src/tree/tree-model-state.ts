import type { ModelStateReader } from '../model-state-reader.js'
import type { Tensor } from '../model-state.js'

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function readImportances(reader: ModelStateReader): Float64Array {
  const { denseCount, sparseCount } = reader.widths()
  const importances = reader.tensor('importances', 'F64', [denseCount + sparseCount]).slice()
  if (importances.some((importance) => importance < 0)) throw reader.fail('importances of at least 0', `${Math.min(...importances)}`)
  return importances
}

/** None or one number, with the tensors, which tell a number from what is none. */
export const outOfBagTensor = (score: number | undefined): Tensor =>
  ({ dtype: 'F64', shape: [score === undefined ? 0 : 1], data: Float64Array.from(score === undefined ? [] : [score]) })

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function readOutOfBagScore(reader: ModelStateReader, minimum: number): { readonly outOfBagScore?: number } {
  const scores = reader.tensor('outOfBagScore', 'F64', [-1])
  if (scores.length === 0) return {}
  if (scores.length > 1 || !(scores[0] >= minimum && scores[0] <= 1)) throw reader.fail(`one out-of-bag score from ${minimum} to 1`, `${scores[0]}`)
  return { outOfBagScore: scores[0] }
}
