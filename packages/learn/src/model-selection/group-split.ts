import { createRandom, MLError } from '@motadata/core'
import { checkFoldCount, splitsByFold } from './k-fold.js'
import type { Split, SplitOptions } from './split.js'

/** Which rows belong together, of one requester or one incident: any names or numbers. */
export type RowGroups = ArrayLike<string> | ArrayLike<number>

/**
 * Holds out whole groups at random, until they have the share of the rows: no group is on both sides.
 *
 * @param groups - Group of each row, shape (rows,).
 * @throws MLError `INPUT_INVALID` for a share outside 0..1, `DATA_EMPTY` for fewer than two groups
 * @example
 * groupSplit(['anna', 'anna', 'ben'], { testShare: 0.3, seed: 7 }).test.length // => 1 or 2, never one of anna's two
 */
export function groupSplit(groups: RowGroups, { testShare, seed = 0 }: SplitOptions): Split {
  if (!(testShare > 0 && testShare < 1)) throw new MLError('INPUT_INVALID', `Expected a test share above 0 and below 1, got ${testShare}.`)
  const members = rowsByGroup(groups)
  if (members.length < 2) throw new MLError('DATA_EMPTY', `Expected rows of at least two groups to split, got ${members.length}.`)
  const wanted = groups.length * testShare
  const held = new Uint8Array(groups.length)
  let heldRows = 0
  let heldGroups = 0
  for (const rows of createRandom(seed).shuffle(members)) {
    if (heldGroups === members.length - 1 || (heldGroups > 0 && heldRows >= wanted)) break
    // A group that overshoots by more than it is short now is passed over for a smaller one.
    if (heldGroups > 0 && heldRows + rows.length - wanted > wanted - heldRows) continue
    for (const row of rows) held[row] = 1
    heldRows += rows.length
    heldGroups++
  }
  const all = Uint32Array.from({ length: groups.length }, (_, row) => row)
  return { train: all.filter((row) => held[row] === 0), test: all.filter((row) => held[row] === 1) }
}

/**
 * Splits groups into folds of about equally many rows: the largest group goes to the emptiest fold, as in scikit-learn's `GroupKFold`.
 *
 * @throws MLError `INPUT_INVALID` for a number of folds out of range
 * @example
 * groupKFold(['a', 'a', 'b'], { foldCount: 2 }).map(({ test }) => [...test]) // => [[0, 1], [2]]
 */
export function groupKFold(groups: RowGroups, { foldCount }: { readonly foldCount: number }): Split[] {
  const members = rowsByGroup(groups)
  checkFoldCount(foldCount, members.length, 'groups')
  const sizes = new Float64Array(foldCount)
  const foldOf = new Uint32Array(groups.length)
  // Of groups of one size the later one first, as in scikit-learn.
  for (const rows of members.toReversed().sort((a, b) => b.length - a.length)) {
    const fold = sizes.indexOf(Math.min(...sizes))
    sizes[fold] += rows.length
    for (const row of rows) foldOf[row] = fold
  }
  return splitsByFold(foldOf, foldCount)
}

/** Every group once as test set, in order. @throws MLError `INPUT_INVALID` for fewer than two groups */
export function leaveOneGroupOut(groups: RowGroups): Split[] {
  const members = rowsByGroup(groups)
  checkFoldCount(members.length, Math.max(2, members.length), 'groups')
  const foldOf = new Uint32Array(groups.length)
  members.forEach((rows, fold) => rows.forEach((row) => (foldOf[row] = fold)))
  return splitsByFold(foldOf, members.length)
}

/** Rows of each group, groups in order of their name or number. */
function rowsByGroup(groups: RowGroups): number[][] {
  const members = new Map<string | number, number[]>()
  for (let row = 0; row < groups.length; row++) {
    const rows = members.get(groups[row])
    if (rows) rows.push(row)
    else members.set(groups[row], [row])
  }
  return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rows]) => rows)
}
