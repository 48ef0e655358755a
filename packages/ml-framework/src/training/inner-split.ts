import { isMLError, type TestSplit, type TrainingSpec } from '@motadata/core'
import { randomSplit, type Split, stratifiedSplit } from '@motadata/learn'
import { splitRows } from '../processing/split-rows.js'
import type { PreparedRows } from './prepare-rows.js'

const share = 0.2

/**
 * Divides the training rows once more, to choose by: as the held-out rows were divided from them, since what is best on rows drawn evenly is
 * not what is best on later rows, or on groups never seen. Where that leaves nothing to learn from or measure on, evenly.
 */
export function innerSplit(rows: PreparedRows, spec: TrainingSpec): Split {
  const seed = spec.seed ?? 0
  const alike = splitAlike(rows, spec)
  if (alike) {
    try {
      const { train, test } = splitRows(rows.trainRows, alike, seed, undefined)
      if (rows.task === 'regression' || hasAllClasses(rows.target.codes, train)) return { train, test }
    } catch (error) {
      if (!isMLError(error, 'DATA_EMPTY')) throw error
    }
  }
  return rows.task === 'classification' ? stratifiedSplit(rows.target.codes, { testShare: share, seed }) : randomSplit(rows.target.length, { testShare: share, seed })
}

function splitAlike({ split: { method, column } }: PreparedRows, { test, labelKnownAt: always }: TrainingSpec): TestSplit | undefined {
  if (column === null) return undefined
  const labelKnownAt = test?.kind === 'time' ? test.labelKnownAt ?? always : always
  if (method === 'group') return { kind: 'group', column, share }
  return method === 'time' ? { kind: 'time', column, share, ...(labelKnownAt === undefined ? {} : { labelKnownAt }) } : undefined
}

/** A class that only came later can't be learned from earlier rows, and would decide the choice. */
function hasAllClasses(codes: Int32Array, rows: Uint32Array): boolean {
  return new Set(Array.from(rows, (row) => codes[row])).size === new Set(codes).size
}
