import { MLError } from '@motadata/core'
import type { FeatureRow } from '../feature-row.js'
import { checkPredictionRow } from '../input-check.js'
import type { TreeEnsemble } from '../tree/tree-ensemble.js'
import type { TreeScores } from '../tree/tree-scores.js'
import { byWeight, explainedOutputs, type Explanation, type ExplanationOptions, type FeatureContribution } from './explanation.js'
import { ShapleyPaths } from './shapley-paths.js'

/** A walk goes down by recursion; trees that are deeper have learned rows by heart. */
const deepestTree = 1000

/**
 * Explains rows by a tree model, exactly: Shapley values of the game in which an unknown feature sends a row down both ways, weighed by
 * how many training rows went there ("path-dependent"). Nothing is sampled.
 *
 * What is explained is what the trees sum up to: the margin of boosted trees, a class's share of votes or the number of a forest. Costs,
 * for a row and tree, leaves times depth squared; made once a model, it needs one pass over the nodes.
 *
 * @see Lundberg, Erion, Chen et al. (2020), From local explanations to global understanding with explainable AI for trees.
 */
export class TreeExplainer {
  readonly #scores: TreeScores
  readonly #trees: TreeEnsemble
  /** shape (trees, leaf width): what each tree says of a row that nothing is known of */
  readonly #expected: Float64Array
  /** Features that some node asks about, rising. */
  readonly #used: Uint32Array
  readonly #paths: ShapleyPaths
  /** shape (features,): what each adds, 0 between explanations */
  readonly #sums: Float64Array

  /** @throws MLError `INPUT_INVALID` for trees of more than 1,000 levels */
  constructor(model: TreeScores) {
    this.#scores = model
    this.#trees = model.trees
    const { covers, leafValues, leafWidth, nodeCount, treeCount, treeStarts, widths } = this.#trees
    const used = new Uint8Array(widths.denseCount + widths.sparseCount)
    // what a row is expected to get from each node on; children come after their parents
    const expected = new Float64Array(nodeCount * leafWidth)
    const heights = new Uint32Array(nodeCount)
    for (let node = nodeCount - 1; node >= 0; node--) {
      const feature = this.#trees.featureOf(node)
      const child = this.#trees.childOf(node)
      if (feature >= 0) used[feature] = 1
      const leftShare = feature < 0 ? 0 : shareOf(covers, node, child)
      const rightShare = feature < 0 ? 0 : shareOf(covers, node, child + 1)
      for (let k = 0; k < leafWidth; k++) {
        expected[node * leafWidth + k] = feature < 0 ? leafValues[child * leafWidth + k]
          : leftShare * expected[child * leafWidth + k] + rightShare * expected[(child + 1) * leafWidth + k]
      }
      heights[node] = feature < 0 ? 0 : 1 + Math.max(heights[child], heights[child + 1])
    }
    this.#expected = new Float64Array(treeCount * leafWidth)
    let depth = 0
    for (let tree = 0; tree < treeCount; tree++) {
      const root = treeStarts[tree]
      this.#expected.set(expected.subarray(root * leafWidth, (root + 1) * leafWidth), tree * leafWidth)
      depth = Math.max(depth, heights[root])
    }
    if (depth > deepestTree) {
      throw new MLError('INPUT_INVALID', `Expected trees of at most ${deepestTree} levels to explain, got one of ${depth}. Fit with a smaller maxDepth.`)
    }
    this.#used = Uint32Array.from(used.keys()).filter((feature) => used[feature] === 1)
    // a way has each feature once, and one entry for the root
    const entries = Math.min(depth, this.#used.length) + 2
    this.#paths = new ShapleyPaths((depth + 2) * entries, entries)
    this.#sums = new Float64Array(used.length)
  }

  /**
   * @param row - The row to explain, as for `predictRow`.
   * @returns Contributions of features that add something; they and the base sum to the score.
   * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID` for a class that the model does not have
   */
  explain(row: FeatureRow, options: ExplanationOptions = {}): Explanation {
    const trees = this.#trees
    checkPredictionRow(row, trees.widths, true)
    const signs = explainedOutputs(trees.outputs, options)
    const factors = new Float64Array(trees.outputs)
    for (const [output, sign] of signs) factors[output] += sign
    return trees.withDenseRow(row, (values) => {
      const { base, score } = this.#walkTrees(values, factors)
      const contributions: FeatureContribution[] = []
      for (const feature of this.#used) {
        const contribution = this.#sums[feature]
        this.#sums[feature] = 0
        if (contribution !== 0) contributions.push({ feature, value: values[feature], contribution })
      }
      return { score, base, contributions: contributions.sort(byWeight) }
    })
  }

  #walkTrees(values: Float32Array, factors: Float64Array): { readonly base: number; readonly score: number } {
    const { leafWidth, outputs, treeCount, treeStarts } = this.#trees
    const { base: bases, scale } = this.#scores
    let base = 0
    for (let output = 0; output < outputs; output++) base += factors[output] * bases[output]
    let score = base
    const own = new Float64Array(leafWidth)
    for (let tree = 0; tree < treeCount; tree++) {
      const first = (tree % (outputs / leafWidth)) * leafWidth
      let concerned = false
      for (let k = 0; k < leafWidth; k++) {
        own[k] = factors[first + k] * scale
        if (own[k] !== 0) concerned = true
      }
      if (!concerned) continue
      for (let k = 0; k < leafWidth; k++) base += own[k] * this.#expected[tree * leafWidth + k]
      score += this.#leafValue(this.#leafOf(treeStarts[tree], values), own)
      this.#walk(treeStarts[tree], values, own, 0, 0, 1, 1, -1)
    }
    return { base, score }
  }

  #leafOf(root: number, values: Float32Array): number {
    let node = root
    for (let feature = this.#trees.featureOf(node); feature >= 0; feature = this.#trees.featureOf(node)) {
      const child = this.#trees.childOf(node)
      node = this.#trees.goesLeft(node, values[feature]) ? child : child + 1
    }
    return node
  }

  #leafValue(leaf: number, factors: Float64Array): number {
    const { leafValues, leafWidth } = this.#trees
    const at = this.#trees.childOf(leaf) * leafWidth
    let value = 0
    for (let k = 0; k < leafWidth; k++) value += factors[k] * leafValues[at + k]
    return value
  }

  /**
   * Goes down both ways of a node, and at every leaf gives each feature on the way its part.
   *
   * @param at - Where the parent's way lies; `depth` features are on it, and one comes now.
   */
  #walk(node: number, values: Float32Array, factors: Float64Array, at: number, depth: number, zero: number, one: number, feature: number): void {
    const paths = this.#paths
    const own = at + depth
    if (depth > 0) paths.copy(at, own, depth)
    paths.extend(own, depth, zero, one, feature)
    const split = this.#trees.featureOf(node)
    if (split < 0) {
      const value = this.#leafValue(node, factors)
      if (value !== 0) paths.addParts(own, depth, value, this.#sums)
      return
    }
    let length = depth
    let knownZero = 1
    let knownOne = 1
    for (let i = 1; i <= depth; i++) {
      if (paths.features[own + i] !== split) continue
      // asked about before: both answers are one
      knownZero = paths.zeros[own + i]
      knownOne = paths.ones[own + i]
      paths.unwind(own, depth, i)
      length--
      break
    }
    const left = this.#trees.childOf(node)
    const hot = this.#trees.goesLeft(node, values[split]) ? left : left + 1
    const cold = hot === left ? left + 1 : left
    const { covers } = this.#trees
    this.#walk(hot, values, factors, own, length + 1, knownZero * shareOf(covers, node, hot), knownOne, split)
    this.#walk(cold, values, factors, own, length + 1, knownZero * shareOf(covers, node, cold), 0, split)
  }
}

/** What part of the training rows went on to a child; half where none came by. */
function shareOf(covers: Float32Array, node: number, child: number): number {
  return covers[node] > 0 ? covers[child] / covers[node] : 0.5
}

/**
 * What each feature of a row adds to a tree model's score, exactly. For many rows make one {@link TreeExplainer}.
 *
 * @param model - A tree, a forest or boosted trees.
 * @throws MLError `SHAPE_MISMATCH`, `VALUE_NOT_FINITE`, `INPUT_INVALID`
 * @example
 * explainTrees(forest, row, { code: 2 }).contributions[0].contribution // => what the weightiest feature adds
 */
export function explainTrees(model: TreeScores, row: FeatureRow, options: ExplanationOptions = {}): Explanation {
  return new TreeExplainer(model).explain(row, options)
}
