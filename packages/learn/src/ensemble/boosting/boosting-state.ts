import type { ModelStateReader } from '../../model-state-reader.js'
import type { ModelState } from '../../model-state.js'
import type { TreeEnsemble } from '../../tree/tree-ensemble.js'
import { readTreeEnsemble } from '../../tree/tree-ensemble-reader.js'
import type { TreeScores } from '../../tree/tree-scores.js'

/** Scores and values of leaves larger than this are damage: sums of them would overflow. */
const largestValue = 1e150

/** What both boosted models store. */
export function storeBoosting({ trees, base }: TreeScores, importances: Float64Array): Pick<ModelState, 'json' | 'tensors'> {
  const { json, tensors } = trees.toState()
  return {
    json: { denseCount: trees.widths.denseCount, sparseCount: trees.widths.sparseCount, ...json },
    tensors: {
      ...tensors,
      base: { dtype: 'F64', shape: [base.length], data: base.slice() },
      importances: { dtype: 'F64', shape: [importances.length], data: importances.slice() },
    },
  }
}

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function readBoosting(
  reader: ModelStateReader, outputs: number,
): { readonly trees: TreeEnsemble; readonly base: Float64Array; readonly importances: Float64Array } {
  const widths = reader.widths()
  const trees = readTreeEnsemble(reader, { widths, outputs, leafWidth: 1 })
  const base = reader.tensor('base', 'F64', [outputs]).slice()
  const importances = reader.tensor('importances', 'F64', [widths.denseCount + widths.sparseCount]).slice()
  for (const value of [...base, ...trees.leafValues]) {
    if (Math.abs(value) > largestValue) throw reader.fail(`scores up to ${largestValue}`, `${value}`)
  }
  const sum = importances.reduce((total, share) => total + share, 0)
  if (importances.some((share) => share < 0) || !(sum === 0 || Math.abs(sum - 1) < 1e-9)) throw reader.fail('importances that sum to 1, or to 0', `${sum}`)
  return { trees, base, importances }
}
