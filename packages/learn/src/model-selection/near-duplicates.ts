import { MLError } from '@motadata/core'
import type { FeatureMatrix } from '../feature-matrix.js'
import { murmurHash3 } from '../preprocessing/murmur-hash.js'
import type { Split } from './split.js'

/** What a row is made of, as hashes in rising order: rows that share most of theirs are nearly the same. */
export type Shingles = Uint32Array

const encoder = new TextEncoder()
// Constants of this module: in a `vm` context, as test runners use, every look at a global is slow.
const { imul, min, max } = Math
const [bandCount, bandRows] = [24, 4]

export interface NearDuplicate {
  readonly testRow: number
  readonly trainRow: number
  /** Share of their shingles that both have (Jaccard), 0 to 1. */
  readonly similarity: number
}

export interface NearDuplicateReport {
  /** The most similar training row of each test row that has one, in order of test rows. */
  readonly duplicates: readonly NearDuplicate[]
  /** Share of the test rows that have one: so much of a measurement may be memory. */
  readonly share: number
}

/**
 * Shingles of a text: runs of three words, in lower case; of fewer words, what there are.
 *
 * @example
 * textShingles('VPN is down').length // => 1
 */
export function textShingles(text: string, wordCount = 3): Shingles {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const hashes = new Set<number>()
  for (let at = 0; at < max(words.length - wordCount + 1, min(1, words.length)); at++) hashes.add(hashOf(words.slice(at, at + wordCount).join(' ')))
  return Uint32Array.from(hashes).sort()
}

/** Shingles of a row of a matrix: its columns with their values, rounded to four digits. */
export function rowShingles({ dense, sparse }: FeatureMatrix, row: number): Shingles {
  const hashes = new Set<number>()
  for (let column = 0; column < (dense?.columnCount ?? 0); column++) {
    const value = dense!.values[row * dense!.columnCount + column]
    if (value !== 0) hashes.add(hashOf(`d${column}=${value.toPrecision(4)}`))
  }
  for (let at = sparse?.rowPointers[row] ?? 0; at < (sparse?.rowPointers[row + 1] ?? 0); at++) {
    hashes.add(hashOf(`s${sparse!.columnIndices[at]}=${sparse!.values[at].toPrecision(4)}`))
  }
  return Uint32Array.from(hashes).sort()
}

/**
 * Finds test rows that nearly repeat a training row. Candidates come from MinHash signatures in bands, and are then compared exactly:
 * what is reported is true, and of pairs with a similarity of 0.8 one in a hundred thousand is missed. Costs rows, not rows².
 *
 * @param shingles - Of every row, by {@link textShingles} or {@link rowShingles}.
 * @param minimumSimilarity - 0.5 to 1; 0.8 when absent.
 * @throws MLError `INPUT_INVALID`, `SHAPE_MISMATCH` for a split of rows that are not there
 * @see Broder (1997), "On the resemblance and containment of documents".
 * @example
 * findNearDuplicates(texts.map((text) => textShingles(text)), split).share // => 0.03
 */
export function findNearDuplicates(shingles: readonly Shingles[], split: Split, minimumSimilarity = 0.8): NearDuplicateReport {
  if (!(minimumSimilarity >= 0.5 && minimumSimilarity <= 1)) {
    throw new MLError('INPUT_INVALID', `Expected a similarity from 0.5 to 1, got ${minimumSimilarity}.`)
  }
  const bands = new Map<string, number[]>()
  for (const row of split.train) {
    for (const key of bandKeys(shinglesOf(shingles, row))) {
      const rows = bands.get(key)
      if (rows) rows.push(row)
      else bands.set(key, [row])
    }
  }
  const duplicates: NearDuplicate[] = []
  for (const testRow of split.test) {
    const own = shinglesOf(shingles, testRow)
    const candidates = new Set(bandKeys(own).flatMap((key) => bands.get(key) ?? []))
    let best: NearDuplicate | undefined
    for (const trainRow of [...candidates].sort((a, b) => a - b)) {
      const similarity = jaccard(own, shingles[trainRow])
      if (similarity >= minimumSimilarity && similarity > (best?.similarity ?? 0)) best = { testRow, trainRow, similarity }
    }
    if (best) duplicates.push(best)
  }
  return { duplicates, share: split.test.length === 0 ? 0 : duplicates.length / split.test.length }
}

function shinglesOf(shingles: readonly Shingles[], row: number): Shingles {
  if (row < shingles.length) return shingles[row]
  throw new MLError('SHAPE_MISMATCH', `Expected a split of the ${shingles.length} rows, got row ${row}.`)
}

/** The smallest hashes under several orders, in bands: rows of one key are candidates. A row without shingles has none. */
function bandKeys(shingles: Shingles): string[] {
  if (shingles.length === 0) return []
  return Array.from({ length: bandCount }, (_, band) => {
    const smallest = Array.from({ length: bandRows }, (_, row) => {
      const order = band * bandRows + row
      let least = 0xffffffff
      for (const hash of shingles) least = min(least, mixed(hash, order))
      return least
    })
    return `${band}/${smallest.join('/')}`
  })
}

/** One of many random orders of the hashes. */
function mixed(hash: number, order: number): number {
  let z = imul(hash ^ imul(order + 1, 0x9e3779b9), 0x85ebca6b)
  z = imul(z ^ (z >>> 13), 0xc2b2ae35)
  return (z ^ (z >>> 16)) >>> 0
}

function jaccard(a: Shingles, b: Shingles): number {
  let [i, j, both] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i], b[j]]
    if (x === y) both++
    if (x <= y) i++
    if (y <= x) j++
  }
  return both / (a.length + b.length - both)
}

function hashOf(text: string): number {
  const bytes = encoder.encode(text)
  return murmurHash3(bytes, 0, bytes.length) >>> 0
}
