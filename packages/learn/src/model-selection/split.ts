import { createRandom, MLError, type Random } from '@motadata/core'

/** Two disjoint sets of row numbers that together are all rows; each in rising order. */
export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

export interface SplitOptions {
  /** Share of the rows to hold out, above 0 and below 1. */
  readonly testShare: number
  /** 0 when absent. */
  readonly seed?: number
}

/**
 * Holds out a random share of the rows, rounded to whole rows, at least one on either side.
 *
 * @throws MLError `INPUT_INVALID` for a share outside 0..1, `DATA_EMPTY` for fewer than two rows
 * @example
 * randomSplit(10, { testShare: 0.2, seed: 7 }).test.length // => 2
 */
export function randomSplit(rowCount: number, options: SplitOptions): Split {
  checkSplit(rowCount, options)
  const order = shuffledRows(rowCount, createRandom(options.seed ?? 0))
  const testCount = Math.min(Math.max(Math.round(rowCount * options.testShare), 1), rowCount - 1)
  return { train: order.slice(testCount).sort(), test: order.slice(0, testCount).sort() }
}

/**
 * Holds out a random share of the rows of every class, rounded per class so that the sum comes out right too. At least one row of
 * every class stays in training, and at least one row is held out.
 *
 * @param codes - Class codes, shape (rows,).
 * @throws MLError `INPUT_INVALID` for a share outside 0..1, `DATA_EMPTY` when no class has two rows
 * @example
 * stratifiedSplit([0, 0, 0, 0, 1, 1, 1, 1], { testShare: 0.25 }).test.length // => 2
 */
export function stratifiedSplit(codes: ArrayLike<number>, options: SplitOptions): Split {
  checkSplit(codes.length, options)
  const random = createRandom(options.seed ?? 0)
  const groups = rowsByCode(codes).map((rows) => random.shuffle(rows))
  const counts = testCounts(groups, options.testShare)
  const held = new Uint8Array(codes.length)
  groups.forEach((rows, group) => {
    for (let i = 0; i < counts[group]; i++) held[rows[i]] = 1
  })
  const rows = Uint32Array.from({ length: codes.length }, (_, row) => row)
  return { train: rows.filter((row) => held[row] === 0), test: rows.filter((row) => held[row] === 1) }
}

/** How many rows of each class to hold out: its share, rounded so that the sum comes out right too. */
function testCounts(groups: readonly (readonly number[])[], testShare: number): number[] {
  let owed = 0
  const counts = groups.map((rows) => {
    const exact = rows.length * testShare + owed
    const count = Math.min(Math.max(Math.round(exact), 0), rows.length - 1)
    owed = Math.min(exact - count, 1)
    return count
  })
  if (counts.some((count) => count > 0)) return counts
  const largest = groups.reduce((best, rows, group) => (rows.length > groups[best].length ? group : best), 0)
  if (groups[largest].length < 2) {
    throw new MLError('DATA_EMPTY', 'Expected a class of at least two rows to hold one out, got single rows only.')
  }
  return counts.map((_, group) => (group === largest ? 1 : 0))
}

export interface FoldOptions {
  /** Two or more, and not more than there are rows. */
  readonly foldCount: number
  /** Deals rows at random; when absent, rows are dealt in their order. */
  readonly seed?: number
}

/**
 * Splits rows into folds with about the same share of every class; every fold is the test set once. Without a seed the folds are
 * those of scikit-learn's `StratifiedKFold` without shuffling.
 *
 * @param codes - Class codes, shape (rows,).
 * @throws MLError `INPUT_INVALID` for a number of folds out of range
 * @example
 * stratifiedKFold([0, 0, 1, 1], { foldCount: 2 }).map(({ test }) => [...test]) // => [[0, 2], [1, 3]]
 */
export function stratifiedKFold(codes: ArrayLike<number>, options: FoldOptions): Split[] {
  const { foldCount, seed } = options
  if (!Number.isInteger(foldCount) || foldCount < 2 || foldCount > codes.length) {
    throw new MLError('INPUT_INVALID', `Expected a whole number of folds from 2 to the ${codes.length} rows, got ${foldCount}.`)
  }
  const foldOf = dealFolds(codes, foldCount, seed === undefined ? undefined : createRandom(seed))
  const rows = Uint32Array.from({ length: codes.length }, (_, row) => row)
  return Array.from({ length: foldCount }, (_, fold) => ({
    train: rows.filter((row) => foldOf[row] !== fold),
    test: rows.filter((row) => foldOf[row] === fold),
  }))
}

/** Deals sorted classes out to folds round and round: fold f gets as many rows of a class as fall on it. */
function dealFolds(codes: ArrayLike<number>, foldCount: number, random: Random | undefined): Uint32Array {
  const foldOf = new Uint32Array(codes.length)
  let dealt = 0
  for (const rows of rowsByCode(codes)) {
    const sizes = new Uint32Array(foldCount)
    for (let i = 0; i < rows.length; i++) sizes[dealt++ % foldCount]++
    const dealing = random ? random.shuffle(rows) : rows
    let next = 0
    for (let fold = 0; fold < foldCount; fold++) for (let i = 0; i < sizes[fold]; i++) foldOf[dealing[next++]] = fold
  }
  return foldOf
}

/** Rows of each class, classes in order of first occurrence, rows in rising order. */
function rowsByCode(codes: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>()
  for (let row = 0; row < codes.length; row++) {
    const group = groups.get(codes[row])
    if (group) group.push(row)
    else groups.set(codes[row], [row])
  }
  return [...groups.values()]
}

function shuffledRows(rowCount: number, random: Random): Uint32Array {
  const rows = Uint32Array.from({ length: rowCount }, (_, row) => row)
  for (let i = rowCount - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = rows[i]
    rows[i] = rows[j]
    rows[j] = kept
  }
  return rows
}

function checkSplit(rowCount: number, { testShare }: SplitOptions): void {
  if (!(testShare > 0 && testShare < 1)) {
    throw new MLError('INPUT_INVALID', `Expected a test share above 0 and below 1, got ${testShare}.`)
  }
  if (!(rowCount >= 2)) throw new MLError('DATA_EMPTY', `Expected at least two rows to split, got ${rowCount}.`)
}
