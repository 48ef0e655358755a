import { MLError } from '@motadata/core'
import { expectEqual } from '../input-check.js'
import { byFallingScore, expectCount, expectRows } from './measured-rows.js'

/** What each candidate of a query is worth, or was scored: one list a query, of any lengths. */
export type QueryLists = readonly ArrayLike<number>[]

/**
 * Discounted cumulative gain, the mean over queries: relevance by log2 of the rank + 1, candidates of equal score sharing their ranks.
 *
 * @param relevance - At least 0, one list a query.
 * @param scores - Higher comes first, same lengths.
 * @param k - Only so many ranks count; all when absent.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @see Järvelin and Kekäläinen (2002); ties as in McSherry and Najork (2008).
 * @example
 * dcg([[1, 0]], [[0.9, 0.1]]) // => 1
 */
export function dcg(relevance: QueryLists, scores: QueryLists, k = Infinity): number {
  return meanOverQueries(relevance, scores, k, (gains, ranks) => gainOf(gains, ranks, k))
}

/**
 * DCG relative to the best order; a query without anything relevant counts 0.
 *
 * @returns 0 to 1
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * ndcg([[3, 2, 1, 0]], [[4, 3, 2, 1]]) // => 1
 */
export function ndcg(relevance: QueryLists, scores: QueryLists, k = Infinity): number {
  return meanOverQueries(relevance, scores, k, (gains, ranks) => {
    const best = gainOf(gains, gains, k)
    return best === 0 ? 0 : gainOf(gains, ranks, k) / best
  })
}

/**
 * Mean over queries of 1 / rank of the first relevant candidate; 0 for a query without one. Of equal scores the first comes first.
 *
 * @returns 0 to 1
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * meanReciprocalRank([[0, 1]], [[0.9, 0.1]]) // => 0.5
 */
export function meanReciprocalRank(relevance: QueryLists, scores: QueryLists): number {
  return meanOverQueries(relevance, scores, Infinity, (gains, ranks) => {
    const first = byFallingScore(ranks).findIndex((candidate) => gains[candidate] > 0)
    return first < 0 ? 0 : 1 / (first + 1)
  })
}

/**
 * Mean over queries of the share of relevant candidates among the first k; queries without a relevant one are left out.
 *
 * @returns 0 to 1; NaN when no query has a relevant candidate.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * recallAtK([[1, 0, 1]], [[0.9, 0.5, 0.1]], 2) // => 0.5
 */
export function recallAtK(relevance: QueryLists, scores: QueryLists, k: number): number {
  return meanOverQueries(relevance, scores, k, (gains, ranks) => {
    let [found, all] = [0, 0]
    byFallingScore(ranks).forEach((candidate, rank) => {
      if (!(gains[candidate] > 0)) return
      all++
      if (rank < k) found++
    })
    return found / all
  })
}

/**
 * Label ranking average precision: for each relevant candidate, the share of relevant ones among those ranked at least as high.
 *
 * @returns 0 to 1; a query whose candidates are all or none relevant counts 1.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * labelRankingAveragePrecision([[1, 0]], [[0.1, 0.9]]) // => 0.5
 */
export function labelRankingAveragePrecision(relevance: QueryLists, scores: QueryLists): number {
  return meanOverQueries(relevance, scores, Infinity, (gains, ranks) => {
    let [total, relevant] = [0, 0]
    for (let candidate = 0; candidate < gains.length; candidate++) {
      if (!(gains[candidate] > 0)) continue
      relevant++
      let [ahead, relevantAhead] = [0, 0]
      for (let other = 0; other < gains.length; other++) {
        if (ranks[other] < ranks[candidate]) continue
        ahead++
        if (gains[other] > 0) relevantAhead++
      }
      total += relevantAhead / ahead
    }
    return relevant === 0 || relevant === gains.length ? 1 : total / relevant
  })
}

/**
 * How far down one has to read, on average, to have seen every relevant candidate; ties count as read.
 *
 * @returns Ranks; 0 for a query without a relevant candidate.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`, `INPUT_INVALID`
 * @example
 * coverageError([[1, 0, 1]], [[0.9, 0.5, 0.1]]) // => 3
 */
export function coverageError(relevance: QueryLists, scores: QueryLists): number {
  return meanOverQueries(relevance, scores, Infinity, (gains, ranks) => {
    let lowest = Infinity
    for (let candidate = 0; candidate < gains.length; candidate++) if (gains[candidate] > 0) lowest = Math.min(lowest, ranks[candidate])
    let read = 0
    for (let candidate = 0; candidate < gains.length; candidate++) if (ranks[candidate] >= lowest) read++
    return read
  })
}

function meanOverQueries(
  relevance: QueryLists, scores: QueryLists, k: number, measure: (gains: ArrayLike<number>, ranks: ArrayLike<number>) => number,
): number {
  expectEqual('lists of scores, one a query', relevance.length, scores.length)
  expectRows(relevance.length)
  if (k !== Infinity) expectCount('k', k)
  let [total, counted] = [0, 0]
  relevance.forEach((gains, query) => {
    expectEqual(`scores of query ${query}`, gains.length, scores[query].length)
    for (let candidate = 0; candidate < gains.length; candidate++) {
      if (gains[candidate] >= 0 && Number.isFinite(scores[query][candidate])) continue
      throw new MLError('INPUT_INVALID', `Expected relevance of at least 0 and finite scores, got others in query ${query}.`)
    }
    const value = measure(gains, scores[query])
    if (Number.isNaN(value)) return
    total += value
    counted++
  })
  return total / counted
}

/** Candidates of one score share the mean discount of their ranks. */
function gainOf(gains: ArrayLike<number>, scores: ArrayLike<number>, k: number): number {
  const order = byFallingScore(scores)
  let total = 0
  for (let at = 0; at < order.length;) {
    const start = at
    let [gain, discount] = [0, 0]
    for (; at < order.length && scores[order[at]] === scores[order[start]]; at++) {
      gain += gains[order[at]]
      if (at < k) discount += 1 / Math.log2(at + 2)
    }
    total += (gain / (at - start)) * discount
  }
  return total
}
