import type { Dataset, ValidationResult } from '@motadata/core'

/** So many failing rows are shown. */
export const shownRows = 20

/** What an expectation finds in data. */
export interface Evaluation {
  readonly checkedRows: number
  readonly failedRows: number
  /** Numbers of the first failing rows, from 0, in their order; at most {@link shownRows}. */
  readonly failingRows: readonly number[]
  /** Set where no row is to blame: whether it holds, and what was found. */
  readonly verdict?: { readonly holds: boolean; readonly observed: string }
  readonly distribution?: ValidationResult['distribution']
}

/** What evaluating takes besides data and expectation. */
export interface EvaluationContext {
  readonly nowMs: number
  /** Datasets that foreign keys point to, by name. */
  readonly others: ReadonlyMap<string, Dataset>
}

/** The rows of `rowCount` for which `fails` says so; rows for which it says undefined had nothing to check. */
export function evaluateRows(rowCount: number, fails: (row: number) => boolean | undefined): Evaluation {
  const failingRows: number[] = []
  let [checkedRows, failedRows] = [0, 0]
  for (let row = 0; row < rowCount; row++) {
    const failed = fails(row)
    if (failed === undefined) continue
    checkedRows++
    if (failed && failedRows++ < shownRows) failingRows.push(row)
  }
  return { checkedRows, failedRows, failingRows }
}

/** An expectation that cannot be checked, since data is not such that it could hold. */
export function impossible(observed: string): Evaluation {
  return { checkedRows: 0, failedRows: 0, failingRows: [], verdict: { holds: false, observed } }
}
