import { type CardSplit, type Dataset, type ModelType, selectRows, TrainingError, type TrainingSpec } from '@motadata/core'
import type { ClassificationTarget } from '@motadata/learn'
import { readClassTarget } from '../processing/class-target.js'
import { declareKinds } from '../processing/convert-column.js'
import { readNumberTarget } from '../processing/number-target.js'
import { splitRows } from '../processing/split-rows.js'
import { checkRows } from './check-spec.js'
import { planSplit } from './plan-split.js'

interface DividedRows {
  readonly trainRows: Dataset
  readonly testRows: Dataset
  /** Left out of both. */
  readonly rowsWithoutTarget: number
  readonly split: Omit<CardSplit, 'calibrationRows' | 'nearDuplicateShare'>
}

/** Rows to learn from and rows to measure on, each with its class. */
export interface ClassRows extends DividedRows {
  readonly task: 'classification'
  /** Of the training rows; its classes are those that occur there. */
  readonly target: ClassificationTarget
  /** shape (test rows,) */
  readonly testLabels: readonly string[]
}

/** Rows to learn from and rows to measure on, each with its number. */
export interface NumberRows extends DividedRows {
  readonly task: 'regression'
  /** shape (training rows,) */
  readonly target: Float64Array
  /** shape (test rows,) */
  readonly testTarget: Float64Array
}

export type PreparedRows = ClassRows | NumberRows

/**
 * Divides the rows that have a target.
 *
 * @throws MLError `DATA_EMPTY`, `TARGET_INVALID`, `TARGET_ONE_CLASS` also when the training rows alone have one, `COLUMN_MISSING`,
 * `COLUMN_INVALID`, `INPUT_INVALID`
 */
export function prepareRows(dataset: Dataset, spec: TrainingSpec, task: ModelType): PreparedRows {
  checkRows(dataset)
  const declared = declareKinds(dataset, spec.columnKinds)
  return task === 'classification' ? prepareClasses(declared, spec) : prepareNumbers(declared, spec)
}

function prepareClasses(declared: Dataset, spec: TrainingSpec): ClassRows {
  const { classes, codes } = readClassTarget(declared, spec.target)
  const { train, test, labelled, divided } = divide(declared, spec, (row) => codes[row]! >= 0, true)
  return {
    ...divided,
    task: 'classification',
    target: targetOf(classes, Int32Array.from(train, (row) => codes[labelled[row]!]!), spec.target),
    testLabels: Array.from(test, (row) => classes[codes[labelled[row]!]!]!),
  }
}

function prepareNumbers(declared: Dataset, spec: TrainingSpec): NumberRows {
  const values = readNumberTarget(declared, spec.target)
  const { train, test, labelled, divided } = divide(declared, spec, (row) => !Number.isNaN(values[row]), false)
  const target = Float64Array.from(train, (row) => values[labelled[row]!]!)
  return { ...divided, task: 'regression', target, testTarget: Float64Array.from(test, (row) => values[labelled[row]!]!) }
}

function divide(declared: Dataset, spec: TrainingSpec, hasTarget: (row: number) => boolean, hasClasses: boolean) {
  const labelled = Uint32Array.from({ length: declared.rowCount }, (_, row) => row).filter(hasTarget)
  const rows = labelled.length === declared.rowCount ? declared : selectRows(declared, labelled)
  const { split: plan, method, description, column } = planSplit(spec, rows, hasClasses)
  const { train, test, cutMs } = splitRows(rows, plan, spec.seed ?? 0, hasClasses ? spec.target : undefined)
  const divided: DividedRows = {
    trainRows: selectRows(rows, train),
    testRows: selectRows(rows, test),
    rowsWithoutTarget: declared.rowCount - labelled.length,
    split: {
      method, description, column,
      cutAt: cutMs === undefined ? null : new Date(cutMs).toISOString(),
      trainRows: train.length,
      testRows: test.length,
      rowsLeftOut: rows.rowCount - train.length - test.length,
    },
  }
  return { train, test, labelled, divided }
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
