import type { GrownTree } from '../../tree/join-trees.js'
import { isLeaf, missingGoesLeft as missingBit, splitsCategories } from '../../tree/tree-nodes.js'
import type { FeatureBins } from './feature-bins.js'

/** Above all finite numbers of 32 bits but the largest: all but missing values go left. */
const largestSingle = 3.4028234663852886e38

/** The nodes of a tree that grows, with what its splits gain. */
export class TreeDraft {
  readonly #bins: readonly FeatureBins[]
  readonly #features: number[] = []
  readonly #thresholds: number[] = []
  readonly #children: number[] = []
  readonly #routes: number[] = []
  readonly #covers: number[] = []
  readonly #sets: Uint8Array[] = []
  readonly #setBins: FeatureBins[] = []
  /** What each split gains, and the feature it is by. */
  readonly gains: { readonly feature: number; readonly gain: number }[] = []

  constructor(bins: readonly FeatureBins[]) {
    this.#bins = bins
  }

  addRoot(rows: number): number {
    return this.#addLeaf(rows)
  }

  /**
   * Makes a leaf a split.
   *
   * @param index - The feature's place among the bins.
   * @param rule - The last bin that goes left, or where each bin goes.
   * @returns The left child; the right one follows it.
   */
  split(node: number, index: number, gain: number, missingGoesLeft: boolean, rule: number | Uint8Array, rows: readonly [number, number]): number {
    const bins = this.#bins[index]
    this.#features[node] = bins.feature
    this.#routes[node] = (missingGoesLeft ? missingBit : 0) + (typeof rule === 'number' ? 0 : splitsCategories)
    if (typeof rule === 'number') {
      this.#thresholds[node] = bins.kind === 'number' && rule <= bins.edges.length ? bins.edges[rule - 1] : largestSingle
    } else {
      this.#thresholds[node] = this.#sets.length
      this.#sets.push(rule.slice())
      this.#setBins.push(bins)
    }
    this.gains.push({ feature: bins.feature, gain })
    const left = this.#addLeaf(rows[0])
    this.#addLeaf(rows[1])
    this.#children[node] = left
    return left
  }

  /**
   * @param values - Of each leaf, by its node.
   * @param categoryWords - Words of a set of categories, the same in all trees.
   */
  finish(values: ReadonlyMap<number, number>, categoryWords: number): GrownTree {
    const leafValues: number[] = []
    const children = this.#children.slice()
    this.#features.forEach((feature, node) => {
      if (feature === isLeaf) children[node] = leafValues.push(values.get(node) ?? 0) - 1
    })
    const sets = new Uint32Array(this.#sets.length * categoryWords)
    this.#sets.forEach((routes, number) => writeSet(routes, this.#setBins[number], sets.subarray(number * categoryWords, (number + 1) * categoryWords)))
    return {
      features: Int32Array.from(this.#features), thresholds: Float32Array.from(this.#thresholds), children: Uint32Array.from(children),
      routes: Uint8Array.from(this.#routes), covers: Float32Array.from(this.#covers), leafValues: Float64Array.from(leafValues), categorySets: sets,
    }
  }

  #addLeaf(rows: number): number {
    this.#thresholds.push(0)
    this.#children.push(0)
    this.#routes.push(0)
    this.#covers.push(rows)
    return this.#features.push(isLeaf) - 1
  }
}

/** The categories that go left; those without a bin go where missing values go. */
function writeSet(routes: Uint8Array, bins: FeatureBins, set: Uint32Array): void {
  if (bins.kind !== 'category') return
  if (routes[0] !== 0) set.fill(0xffffffff)
  bins.categories.forEach((category, index) => {
    const bit = 1 << (category & 31)
    if (routes[index + 1] !== 0) set[category >> 5] |= bit
    else set[category >> 5] &= ~bit
  })
}

/** Words that sets of the learned categories take. */
export function categoryWordsOf(bins: readonly FeatureBins[]): number {
  const largest = Math.max(-1, ...bins.map((own) => (own.kind === 'category' ? own.categories[own.categories.length - 1] : -1)))
  return largest < 0 ? 0 : (largest >> 5) + 1
}
