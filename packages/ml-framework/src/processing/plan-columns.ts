import {
  cellAt, type Column, type ColumnKind, columnLength, type Dataset, DataProcessingError, entityKeyField, getColumn,
} from '@motadata/core'
import { convertColumn } from './convert-column.js'

/** Which columns to learn from. */
export interface ColumnChoice {
  /** Never a feature. */
  readonly target?: string
  /** Exactly these; default all that carry information. */
  readonly features?: readonly string[]
  /** Kinds that were declared, so that nothing is guessed about them. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>>
}

/** What was decided about one column: learn from it as it stands here, or why not. */
export type ColumnPlan =
  | { readonly name: string; readonly column: Column }
  | { readonly name: string; readonly leftOut: string }

const identifierName = /(?:^|[_\s.-]|row|case|ticket|incident|request)(?:id|ids|key|uuid|guid|number|no|nr|index|row)$/i
const identifierCamelName = /[a-z](?:Id|ID|Key|Uuid|UUID|Guid|Number|Index)$/
const proseName = /^(?:text|subject|title|summary|(?:short[_ ]?|long[_ ]?)?description|body|message|comments?|notes?|details)$/i
/** Categories of so many words on average are sentences. */
const sentenceWords = 3

/**
 * Decides about every column of the training rows: identifiers, the ticket's own key, columns without any value and columns with a
 * single one carry nothing that holds for the next ticket, and are left out with the reason. Columns named in `features` are taken
 * unless nothing can be learned from them.
 *
 * @throws MLError `COLUMN_MISSING`, or `INPUT_INVALID` when the target is named as a feature
 */
export function planColumns(dataset: Dataset, choice: ColumnChoice): ColumnPlan[] {
  const chosen = choice.features === undefined ? undefined : new Set(choice.features)
  for (const name of chosen ?? []) {
    getColumn(dataset, name)
    if (name === choice.target || name === entityKeyField) {
      const what = name === choice.target ? 'the target' : 'the key of what a row is about'
      throw new DataProcessingError(
        'INPUT_INVALID',
        `Expected features to learn from, got '${name}', which is ${what}.`,
        { details: { field: 'features', received: name } },
      )
    }
  }
  return [...dataset.columns].filter(([name]) => name !== choice.target).map(([name, column]) => planColumn(name, column, choice, chosen))
}

function planColumn(name: string, column: Column, choice: ColumnChoice, chosen: ReadonlySet<string> | undefined): ColumnPlan {
  if (name === entityKeyField) return { name, leftOut: 'left out: says which ticket a row is about' }
  if (name === '__proto__' || name === '') return { name, leftOut: 'left out: no name that an instance can carry' }
  if (chosen && !chosen.has(name)) return { name, leftOut: 'left out: not among the features asked for' }
  const values = surveyValues(column)
  if (values.present === 0) return { name, leftOut: 'left out: no row has a value' }
  if (values.distinct === 1 && values.present === columnLength(column)) return { name, leftOut: 'left out: every row has the same value' }
  if (!chosen && isIdentifier(name, column, values)) return { name, leftOut: 'left out: an identifier, different in every row' }
  const declared = choice.columnKinds !== undefined && Object.hasOwn(choice.columnKinds, name)
  return { name, column: !declared && isProse(name, column) ? convertColumn(name, column, 'text') : column }
}

interface ValueSurvey {
  readonly present: number
  readonly distinct: number
}

function surveyValues(column: Column): ValueSurvey {
  const distinct = new Set<unknown>()
  let present = 0
  for (let row = 0; row < columnLength(column); row++) {
    const cell = cellAt(column, row)
    if (cell === null) continue
    present++
    distinct.add(cell instanceof Date ? cell.getTime() : cell)
  }
  return { present, distinct: distinct.size }
}

function isIdentifier(name: string, column: Column, values: ValueSurvey): boolean {
  if (values.distinct !== values.present || values.present < 2) return false
  if (!identifierName.test(name) && !identifierCamelName.test(name)) return false
  if (column.kind === 'number') return column.values.every((value) => Number.isNaN(value) || Number.isInteger(value))
  return column.kind === 'text' && column.values.every((value) => value === null || !/\s/.test(value.trim()))
}

/** Whether an inferred category holds free text that merely recurs, as in few or generated rows. */
function isProse(name: string, column: Column): boolean {
  if (column.kind !== 'category') return false
  const words = column.categories.reduce((sum, category) => sum + category.trim().split(/\s+/).length, 0)
  return proseName.test(name) || words >= sentenceWords * column.categories.length
}
