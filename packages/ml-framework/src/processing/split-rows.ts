import { DataProcessingError, type Dataset, type TestSplit } from '@motadata/core'
import { randomSplit, stratifiedSplit } from '@motadata/learn'
import { readClassTarget } from './class-target.js'
import { parseRowRule } from './row-rule.js'
import { selectByRowRule } from './select-by-row-rule.js'

/** Row numbers to learn from and to measure on, rising. */
export interface RowSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** See `DataProcessor.splitData`. */
export function splitRows(dataset: Dataset, split: TestSplit, seed: number, target: string | undefined): RowSplit {
  const rows = split.kind === 'rule' ? splitByRule(dataset, split.rule) : splitByShare(dataset, split.share, seed, target)
  if (rows.train.length > 0 && rows.test.length > 0) return rows
  const [lacking, how] = rows.test.length === 0 ? ['measure on', 'none'] : ['learn from', 'none: all are held out']
  throw new DataProcessingError(
    'DATA_EMPTY',
    `Expected rows to ${lacking} out of ${dataset.rowCount}, got ${how}. ` +
      (split.kind === 'rule' ? `Change the rule ${JSON.stringify(split.rule)}.` : 'Hand in more rows: at least two of some class.'),
    { details: { rows: dataset.rowCount, trainRows: rows.train.length, testRows: rows.test.length } },
  )
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
