import { type Dataset, selectRows, TrainingError, type TestSplit, type TrainingSpec } from '@motadata/core'
import type { ClassificationTarget } from '@motadata/learn'
import { readClassTarget } from '../processing/class-target.js'
import { declareKinds } from '../processing/convert-column.js'
import { splitRows } from '../processing/split-rows.js'
import { checkRows } from './check-spec.js'

const defaultTest: TestSplit = { kind: 'share', share: 0.2 }

/** Rows to learn from and rows to measure on, each with its class. */
export interface PreparedRows {
  readonly trainRows: Dataset
  /** Of the training rows; its classes are those that occur there. */
  readonly target: ClassificationTarget
  readonly testRows: Dataset
  /** shape (test rows,) */
  readonly testLabels: readonly string[]
  /** Left out of both. */
  readonly rowsWithoutTarget: number
}

/**
 * Divides the rows that have a target.
 *
 * @throws MLError `DATA_EMPTY`, `TARGET_INVALID`, `TARGET_ONE_CLASS` also when the training rows alone have one, `COLUMN_MISSING`,
 * `COLUMN_INVALID`, `INPUT_INVALID`
 */
export function prepareRows(dataset: Dataset, spec: TrainingSpec): PreparedRows {
  checkRows(dataset)
  const declared = declareKinds(dataset, spec.columnKinds)
  const { classes, codes } = readClassTarget(declared, spec.target)
  const labelled = Uint32Array.from(codes.keys()).filter((row) => codes[row]! >= 0)
  const rows = labelled.length === dataset.rowCount ? declared : selectRows(declared, labelled)
  const { train, test } = splitRows(rows, spec.test ?? defaultTest, spec.seed ?? 0, spec.target)
  return {
    trainRows: selectRows(rows, train),
    target: targetOf(classes, Int32Array.from(train, (row) => codes[labelled[row]!]!), spec.target),
    testRows: selectRows(rows, test),
    testLabels: Array.from(test, (row) => classes[codes[labelled[row]!]!]!),
    rowsWithoutTarget: dataset.rowCount - labelled.length,
  }
}

/** The classes that occur, numbered anew without gaps. */
function targetOf(classes: readonly string[], codes: Int32Array, column: string): ClassificationTarget {
  const occurring = new Set(codes)
  const kept = classes.filter((_, code) => occurring.has(code))
  if (kept.length === 1) {
    throw new TrainingError(
      'TARGET_ONE_CLASS',
      `Expected at least two classes in the training rows of the target '${column}', got one in all ${codes.length}. ` +
        'Hold out other rows, or add rows of another class.',
      { details: { column, rows: codes.length } },
    )
  }
  const numberOf = new Map(kept.map((label, number) => [classes.indexOf(label), number]))
  return { classes: kept, codes: codes.map((code) => numberOf.get(code)!) }
}
