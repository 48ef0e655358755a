import { cellAt, type Dataset, getColumn, isMLError, TrainingError } from '@motadata/core'

const classLimit = 1_000
const labelLimit = 1_000

/** The classes that a target column holds, and which one each row has. */
export interface ClassTarget {
  /** In order of UTF-16 code units, whatever order the rows have. */
  readonly classes: readonly string[]
  /** shape (rows,), −1 where the target is missing */
  readonly codes: Int32Array
}

/**
 * Reads a column as classes.
 *
 * @throws TrainingError `TARGET_INVALID` naming the column: there is none, no row has a value, its values are instants, or so many
 * different ones that they are no classes; `TARGET_ONE_CLASS`
 */
export function readClassTarget(dataset: Dataset, target: string): ClassTarget {
  const labels = labelsOf(dataset, target)
  const classes = [...new Set(labels.filter((label) => label !== null))].sort()
  const rows = labels.reduce((count, label) => count + (label === null ? 0 : 1), 0)
  if (classes.length === 0) throw targetInvalid(target, 'a label in some rows', 'none in any')
  if (classes.length === 1) {
    throw new TrainingError(
      'TARGET_ONE_CLASS',
      `Expected at least two classes in the target '${target}', got one in all ${rows} rows. Add rows of another class.`,
      { details: { column: target, rows } },
    )
  }
  if (classes.length > classLimit) throw targetInvalid(target, `at most ${classLimit} classes`, `${classes.length} different values`)
  if (classes.length === rows && rows > 2) throw targetInvalid(target, 'labels that recur', `a different one in each of ${rows} rows`)
  const unusable = classes.find((label) => label === '__proto__' || label.length > labelLimit)
  if (unusable !== undefined) {
    throw targetInvalid(target, `labels of at most ${labelLimit} characters, none '__proto__'`, `one of ${unusable.length} characters`)
  }
  const codeOf = new Map(classes.map((label, code) => [label, code]))
  return { classes, codes: Int32Array.from(labels, (label) => (label === null ? -1 : codeOf.get(label)!)) }
}

/** The label of each row as text, null where it is missing. @throws TrainingError `TARGET_INVALID` */
export function labelsOf(dataset: Dataset, target: string): (string | null)[] {
  const column = columnOf(dataset, target)
  if (column.kind === 'instant') throw targetInvalid(target, 'labels of classes', 'instants')
  return Array.from({ length: dataset.rowCount }, (_, row) => {
    const cell = cellAt(column, row)
    return cell === null ? null : String(cell)
  })
}

function columnOf(dataset: Dataset, target: string) {
  try {
    return getColumn(dataset, target)
  } catch (error) {
    if (!isMLError(error, 'COLUMN_MISSING')) throw error
    const names = [...dataset.columns.keys()]
    throw new TrainingError(
      'TARGET_INVALID',
      `Expected a column '${target}' as target, got the columns ${names.slice(0, 20).join(', ')}. Name the column that holds the labels.`,
      { details: { column: target, columns: names.slice(0, 100) }, cause: error },
    )
  }
}

function targetInvalid(column: string, expected: string, received: string): TrainingError {
  return new TrainingError(
    'TARGET_INVALID',
    `Expected ${expected} in the target '${column}', got ${received}.`,
    { details: { column, expected, received } },
  )
}
