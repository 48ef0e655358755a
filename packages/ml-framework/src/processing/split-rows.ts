import { cellAt, DataProcessingError, type Dataset, getColumn, type InstantColumn, parseInstant, type TestSplit } from '@motadata/core'
import { groupSplit, randomSplit, stratifiedSplit, timeSplit } from '@motadata/learn'
import { readClassTarget } from './class-target.js'
import { convertColumn } from './convert-column.js'
import { parseRowRule } from './row-rule.js'
import { selectByRowRule } from './select-by-row-rule.js'

/** Row numbers to learn from and to measure on, rising. */
export interface RowSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
  /** By time only, epoch milliseconds: rows from then on are measured on. */
  readonly cutMs?: number
}

const defaultShare = 0.2

/** See `DataProcessor.splitData`. */
export function splitRows(dataset: Dataset, split: TestSplit, seed: number, target: string | undefined): RowSplit {
  const rows = dividedRows(dataset, split, seed, target)
  if (rows.train.length > 0 && rows.test.length > 0) return rows
  const [lacking, how] = rows.test.length === 0 ? ['measure on', 'none'] : ['learn from', 'none: all are held out']
  throw new DataProcessingError(
    'DATA_EMPTY',
    `Expected rows to ${lacking} out of ${dataset.rowCount}, got ${how}. ` +
      (split.kind === 'rule' ? `Change the rule ${JSON.stringify(split.rule)}.` : 'Hand in more rows: at least two of some class.'),
    { details: { rows: dataset.rowCount, trainRows: rows.train.length, testRows: rows.test.length } },
  )
}

function dividedRows(dataset: Dataset, split: TestSplit, seed: number, target: string | undefined): RowSplit {
  switch (split.kind) {
    case 'rule': return splitByRule(dataset, split.rule)
    case 'share': return splitByShare(dataset, split.share, seed, target)
    case 'random': return splitByShare(dataset, split.share, seed, undefined)
    case 'group': return splitByGroup(dataset, split.column, split.share ?? defaultShare, seed)
    case 'time': return splitByTime(dataset, split)
  }
}

/** Rows without a group are one group, of those without. */
function splitByGroup(dataset: Dataset, name: string, share: number, seed: number): RowSplit {
  const column = getColumn(dataset, name)
  const groups = Array.from({ length: dataset.rowCount }, (_, row) => {
    const cell = cellAt(column, row)
    return cell instanceof Date ? cell.toISOString() : cell === null ? '' : String(cell)
  })
  return groupSplit(groups, { testShare: share, seed })
}

function splitByTime(dataset: Dataset, split: Extract<TestSplit, { readonly kind: 'time' }>): RowSplit {
  const { column, share = defaultShare, from, labelKnownAt } = split
  if (column === undefined) {
    throw new DataProcessingError('INPUT_INVALID', "Expected the column that says when rows came, to split by time, got none. Say it as 'eventTime' or 'test.column'.", {
      details: { field: 'test.column' },
    })
  }
  const instantsOf = (name: string): Float64Array => (convertColumn(name, getColumn(dataset, name), 'instant') as InstantColumn).values
  const cutMs = from === undefined ? undefined : parseInstant(from)
  if (from !== undefined && (cutMs === undefined || Number.isNaN(cutMs))) {
    throw new DataProcessingError('INPUT_INVALID', `Expected an instant in ISO 8601 as 'test.from', got ${JSON.stringify(from.slice(0, 80))}.`, {
      details: { field: 'test.from', expected: 'ISO 8601', received: from.slice(0, 80) },
    })
  }
  return timeSplit(instantsOf(column), {
    ...(cutMs === undefined ? { testShare: share } : { cutMs }),
    ...(labelKnownAt === undefined ? {} : { labelKnownAt: instantsOf(labelKnownAt) }),
  })
}

function splitByRule(dataset: Dataset, rule: string): RowSplit {
  const heldOut = selectByRowRule(dataset, parseRowRule(rule))
  const rows = Uint32Array.from({ length: dataset.rowCount }, (_, row) => row)
  return { train: rows.filter((row) => heldOut[row] === 0), test: rows.filter((row) => heldOut[row] === 1) }
}

function splitByShare(dataset: Dataset, share: number, seed: number, target: string | undefined): RowSplit {
  if (!(share > 0 && share < 1)) {
    throw new DataProcessingError('INPUT_INVALID', `Expected a share of held-out rows between 0 and 1, got ${share}.`, {
      details: { field: 'test.share', expected: 'between 0 and 1', received: String(share) },
    })
  }
  if (dataset.rowCount < 2) return { train: new Uint32Array(dataset.rowCount), test: new Uint32Array(0) }
  if (target === undefined) return randomSplit(dataset.rowCount, { testShare: share, seed })
  // Rows without a target are a class of their own here, so that both parts get their share of them.
  const { classes, codes } = readClassTarget(dataset, target)
  return stratifiedSplit(codes.map((code) => (code < 0 ? classes.length : code)), { testShare: share, seed })
}
