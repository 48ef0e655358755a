import { createRandom, MLError } from '@motadata/core'
import { type FoldOptions, type Split, stratifiedKFold } from './split.js'

/**
 * Splits rows into folds of about equal size; every fold is the test set once. Without a seed folds are consecutive rows, as those of
 * scikit-learn's `KFold` without shuffling.
 *
 * @throws MLError `INPUT_INVALID` for a number of folds out of range
 * @example
 * kFold(4, { foldCount: 2 }).map(({ test }) => [...test]) // => [[0, 1], [2, 3]]
 */
export function kFold(rowCount: number, options: FoldOptions): Split[] {
  const { foldCount, seed } = options
  checkFoldCount(foldCount, rowCount, 'rows')
  const rows = Array.from({ length: rowCount }, (_, row) => row)
  const order = seed === undefined ? rows : createRandom(seed).shuffle(rows)
  const foldOf = new Uint32Array(rowCount)
  let next = 0
  for (let fold = 0; fold < foldCount; fold++) {
    const size = Math.floor(rowCount / foldCount) + (fold < rowCount % foldCount ? 1 : 0)
    for (let i = 0; i < size; i++) foldOf[order[next++]] = fold
  }
  return splitsByFold(foldOf, foldCount)
}

export interface RepeatedFoldOptions {
  readonly foldCount: number
  /** How often to deal anew. */
  readonly repeats: number
  /** 0 when absent. */
  readonly seed?: number
}

/** {@link kFold} dealt anew several times: foldCount · repeats splits. @throws MLError `INPUT_INVALID` */
export function repeatedKFold(rowCount: number, options: RepeatedFoldOptions): Split[] {
  return repeat(options, (seed) => kFold(rowCount, { foldCount: options.foldCount, seed }))
}

/** `stratifiedKFold` dealt anew several times: foldCount · repeats splits. @throws MLError `INPUT_INVALID` */
export function repeatedStratifiedKFold(codes: ArrayLike<number>, options: RepeatedFoldOptions): Split[] {
  return repeat(options, (seed) => stratifiedKFold(codes, { foldCount: options.foldCount, seed }))
}

function repeat({ repeats, seed = 0 }: RepeatedFoldOptions, deal: (seed: number) => Split[]): Split[] {
  if (!Number.isInteger(repeats) || repeats < 1) throw new MLError('INPUT_INVALID', `Expected a whole number of repeats from 1, got ${repeats}.`)
  const random = createRandom(seed)
  return Array.from({ length: repeats }, () => deal(random.below(2 ** 32))).flat()
}

/** @throws MLError `INPUT_INVALID` */
export function checkFoldCount(foldCount: number, available: number, what: string): void {
  if (Number.isInteger(foldCount) && foldCount >= 2 && foldCount <= available) return
  throw new MLError('INPUT_INVALID', `Expected a whole number of folds from 2 to the ${available} ${what}, got ${foldCount}.`)
}

/** Each fold once as test set; the rest is for training. */
export function splitsByFold(foldOf: Uint32Array, foldCount: number): Split[] {
  const rows = Uint32Array.from({ length: foldOf.length }, (_, row) => row)
  return Array.from({ length: foldCount }, (_, fold) => ({
    train: rows.filter((row) => foldOf[row] !== fold),
    test: rows.filter((row) => foldOf[row] === fold),
  }))
}
