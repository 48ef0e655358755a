import { type Dataset, isMLError, type NumberColumn, TrainingError } from '@motadata/core'
import { convertColumn } from './convert-column.js'

/**
 * Reads a column as numbers to learn; NaN where the target is missing.
 *
 * @returns shape (rows,)
 * @throws TrainingError `TARGET_INVALID` naming the column: there is none, or its values are no numbers, or all the same
 */
export function readNumberTarget(dataset: Dataset, target: string): Float64Array {
  const column = dataset.columns.get(target)
  if (!column) {
    const names = [...dataset.columns.keys()]
    throw targetInvalid(target, `a column '${target}' as target`, `the columns ${names.slice(0, 20).join(', ')}`)
  }
  if (column.kind === 'instant' || column.kind === 'boolean') throw targetInvalid(target, 'numbers', column.kind === 'instant' ? 'instants' : 'true and false')
  const values = numbersOf(dataset, target)
  const present = values.filter((value) => !Number.isNaN(value))
  if (present.length === 0) throw targetInvalid(target, 'a number in some rows', 'none in any')
  if (present.every((value) => value === present[0])) throw targetInvalid(target, 'numbers that differ', `the same in all ${present.length} rows`)
  return values
}

function numbersOf(dataset: Dataset, target: string): Float64Array {
  try {
    return (convertColumn(target, dataset.columns.get(target)!, 'number') as NumberColumn).values
  } catch (error) {
    if (!isMLError(error, 'COLUMN_INVALID')) throw error
    throw new TrainingError('TARGET_INVALID', `Expected numbers in the target '${target}', got other values. For labels train a classification.`, {
      details: { column: target, expected: 'numbers' }, cause: error,
    })
  }
}

function targetInvalid(column: string, expected: string, received: string): TrainingError {
  return new TrainingError('TARGET_INVALID', `Expected ${expected} in the target '${column}', got ${received}.`, {
    details: { column, expected, received },
  })
}
