import { logGamma } from '../statistics/gamma.js'
import { expectMeasuredRows } from './measured-rows.js'

/** How well two groupings of the same rows agree; the names of the groups do not matter. */
export interface ClusterAgreement {
  /** Share of pairs of rows on which both agree whether they belong together. */
  readonly rand: number
  /** Rand index with what chance gives taken off: 1 is equal, 0 chance (Hubert and Arabie 1985). */
  readonly adjustedRand: number
  /** 1 when every cluster has rows of one reference group only. */
  readonly homogeneity: number
  /** 1 when every reference group lies within one cluster. */
  readonly completeness: number
  /** Harmonic mean of the two, which is the normalised mutual information (arithmetic mean of the entropies). */
  readonly vMeasure: number
  /** Mutual information with what chance gives taken off (Vinh, Epps and Bailey 2010). */
  readonly adjustedMutualInformation: number
  /** Geometric mean of pairwise precision and recall. */
  readonly fowlkesMallows: number
}

/**
 * Compares two groupings.
 *
 * @param reference - Group of each row, any numbers, shape (rows,).
 * @param labels - Cluster of each row, same shape.
 * @throws MLError `DATA_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * clusterAgreement([0, 0, 1, 1], [7, 7, 3, 3]).adjustedRand // => 1
 */
export function clusterAgreement(reference: ArrayLike<number>, labels: ArrayLike<number>): ClusterAgreement {
  expectMeasuredRows(reference, labels)
  const rows = reference.length
  const table = countPairs(reference, labels)
  const groups = [...table.groups.values()]
  const clusters = [...table.clusters.values()]
  const cells = [...table.cells.values()]

  const pairsOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0)
  const [both, inGroups, inClusters, all] = [pairsOf(cells.map(({ count }) => count)), pairsOf(groups), pairsOf(clusters), pairsOf([rows])]
  const byChance = all === 0 ? 0 : (inGroups * inClusters) / all
  const most = (inGroups + inClusters) / 2

  const entropyOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum - (count / rows) * Math.log(count / rows), 0)
  const [groupEntropy, clusterEntropy] = [entropyOf(groups), entropyOf(clusters)]
  const information = Math.max(0, cells.reduce((sum, { count, group, cluster }) =>
    sum + (count / rows) * Math.log((rows * count) / (table.groups.get(group)! * table.clusters.get(cluster)!)), 0))
  const homogeneity = groupEntropy === 0 ? 1 : information / groupEntropy
  const completeness = clusterEntropy === 0 ? 1 : information / clusterEntropy
  const isTrivial = (groups.length === 1 && clusters.length === 1) || (groups.length === rows && clusters.length === rows)
  const expected = isTrivial ? 0 : expectedInformation(groups, clusters, rows)
  const meanEntropy = (groupEntropy + clusterEntropy) / 2
  return {
    rand: all === 0 ? 1 : (all + 2 * both - inGroups - inClusters) / all,
    adjustedRand: most === byChance ? 1 : (both - byChance) / (most - byChance),
    homogeneity,
    completeness,
    vMeasure: homogeneity + completeness === 0 ? 0 : (2 * homogeneity * completeness) / (homogeneity + completeness),
    adjustedMutualInformation: isTrivial ? 1 : quotient(information - expected, meanEntropy - expected),
    fowlkesMallows: both === 0 ? 0 : Math.sqrt(both / inGroups) * Math.sqrt(both / inClusters),
  }
}

/** 0 / 0 is 0: no information is expected and none is there. */
const quotient = (value: number, scale: number): number => (Math.abs(scale) < 1e-15 ? 0 : value / scale)

interface PairCounts {
  readonly groups: Map<number, number>
  readonly clusters: Map<number, number>
  readonly cells: Map<string, { group: number; cluster: number; count: number }>
}

function countPairs(reference: ArrayLike<number>, labels: ArrayLike<number>): PairCounts {
  const counts: PairCounts = { groups: new Map(), clusters: new Map(), cells: new Map() }
  for (let row = 0; row < reference.length; row++) {
    const [group, cluster] = [reference[row], labels[row]]
    counts.groups.set(group, (counts.groups.get(group) ?? 0) + 1)
    counts.clusters.set(cluster, (counts.clusters.get(cluster) ?? 0) + 1)
    const key = `${group}/${cluster}`
    const cell = counts.cells.get(key)
    if (cell) cell.count++
    else counts.cells.set(key, { group, cluster, count: 1 })
  }
  return counts
}

/** Mutual information expected of two groupings of these sizes drawn at random; eq. 24a of Vinh, Epps and Bailey (2010). */
function expectedInformation(groups: readonly number[], clusters: readonly number[], rows: number): number {
  const logFactorial = (count: number): number => logGamma(count + 1)
  let expected = 0
  for (const a of groups) {
    for (const b of clusters) {
      for (let n = Math.max(1, a + b - rows); n <= Math.min(a, b); n++) {
        const logChance = logFactorial(a) + logFactorial(b) + logFactorial(rows - a) + logFactorial(rows - b)
          - logFactorial(rows) - logFactorial(n) - logFactorial(a - n) - logFactorial(b - n) - logFactorial(rows - a - b + n)
        expected += (n / rows) * Math.log((rows * n) / (a * b)) * Math.exp(logChance)
      }
    }
  }
  return expected
}
