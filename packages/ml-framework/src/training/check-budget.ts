import { columnLength, type Dataset, TrainingError, type TrainingSpec } from '@motadata/core'
import { featureCount, type FeatureMatrix } from '@motadata/learn'

/** Bytes of terms that a byte of text becomes at least, as sparse pairs of training and measuring, beside the text itself. */
const bytesPerTextByte = 6
/** Copies of weights that a solver keeps: gradients, directions, memory of steps. */
const solverCopies = 12

/**
 * Refuses rows that are known to need more memory than the budget allows, before any time is spent on them.
 *
 * @throws TrainingError `TRAINING_BUDGET_TOO_SMALL`
 */
export function checkRowsFit(dataset: Dataset, spec: TrainingSpec): void {
  const budgetBytes = spec.budget?.memoryBytes
  if (budgetBytes === undefined) return
  let bytes = 0
  for (const column of dataset.columns.values()) {
    if (column.kind !== 'text') bytes += columnLength(column) * 16
    else for (const value of column.values) bytes += (value?.length ?? 0) * (2 + bytesPerTextByte)
  }
  refuseAbove(budgetBytes, bytes, `${dataset.rowCount} rows`)
}

/** The same once it is known how many features there are. @throws TrainingError `TRAINING_BUDGET_TOO_SMALL` */
export function checkMatrixFits(matrix: FeatureMatrix, outputs: number, spec: TrainingSpec): void {
  const budgetBytes = spec.budget?.memoryBytes
  if (budgetBytes === undefined) return
  const { dense, sparse } = matrix
  // Learning on a part of the rows holds that part beside the whole.
  const rows = 2 * ((dense?.values.byteLength ?? 0) + (sparse ? sparse.values.byteLength + sparse.columnIndices.byteLength : 0))
  const weights = featureCount(matrix) * outputs * 4 * solverCopies
  refuseAbove(budgetBytes, rows + weights, `${matrix.rowCount} rows of ${featureCount(matrix)} features`)
}

function refuseAbove(budgetBytes: number, neededBytes: number, what: string): void {
  if (neededBytes <= budgetBytes) return
  throw new TrainingError(
    'TRAINING_BUDGET_TOO_SMALL',
    `Expected a memory budget of at least ${neededBytes} bytes for ${what}, got ${budgetBytes}. Raise budget.memoryBytes, or train on fewer rows or columns.`,
    { details: { field: 'budget.memoryBytes', neededBytes, budgetBytes } },
  )
}
