import type { FitOptions } from '../estimator.js'
import { throwIfAborted } from '../input-check.js'
import { kernelEngine } from '../kernels/kernel-engine.js'
import { bootstrapWeights } from './bootstrap.js'
import type { CodedMatrix } from './coded-matrix.js'
import type { GrownTree } from './join-trees.js'
import { growInKernels, kernelsCanGrow } from './kernel-grower.js'
import type { SplitCriterion } from './split-criterion.js'
import { TreeGrower, type TreeGrowerOptions } from './tree-grower.js'
import { TreeRandom, treeSeed } from './tree-random.js'

export interface TreesToGrow {
  readonly matrix: CodedMatrix
  /** shape (rows,) */
  readonly targets: Int32Array | Float64Array
  /** shape (rows,), at least 0 */
  readonly weights: Float64Array
  readonly criterion: SplitCriterion
  readonly grower: TreeGrowerOptions
  readonly trees: number
  /** How many rows each tree draws, with replacement, as a share of those that weigh something; all as they are when absent. */
  readonly sampleShare: number | undefined
  readonly options: Pick<FitOptions, 'seed' | 'signal' | 'onProgress' | 'threads'>
}

export interface GrownTrees {
  readonly trees: readonly GrownTree[]
  /** shape (features,), sum 1 unless no feature took any impurity away: the mean over trees of the share that it took away */
  readonly importances: Float64Array
}

/** Takes a tree when it is grown, in order, with how much impurity each feature took away in it. */
export type TreeTaker = (tree: GrownTree, importances: Float64Array) => void

/** How often a tree reports while it grows. */
const reportsPerTree = 20

/**
 * Grows trees, each with a source of random numbers of its own, so that neither their order nor the number of threads matters.
 *
 * @throws MLError `CANCELLED`
 */
export function growTrees(work: TreesToGrow): GrownTrees {
  const importances = new Float64Array(work.matrix.featureCount)
  const trees: GrownTree[] = []
  const take: TreeTaker = (tree, own) => {
    trees.push(tree)
    addShares(own, importances)
    if (trees.length < work.trees) work.options.onProgress?.(trees.length / work.trees)
  }
  if (kernelEngine() === 'wasm' && kernelsCanGrow(work)) growInKernels(work, take)
  else growHere(work, take)
  const total = importances.reduce((sum, importance) => sum + importance, 0)
  return { trees, importances: total > 0 ? importances.map((importance) => importance / total) : importances }
}

function growHere(work: TreesToGrow, take: TreeTaker): void {
  const grower = new TreeGrower(work.matrix, work.criterion, work.grower)
  for (let tree = 0; tree < work.trees; tree++) {
    throwIfAborted(work.options.signal)
    const random = new TreeRandom(treeSeed(work.options.seed, tree))
    const weights = work.sampleShare === undefined ? work.weights : bootstrapWeights(work.weights, work.sampleShare, random)
    const own = new Float64Array(work.matrix.featureCount)
    take(grower.grow(work.targets, weights, random, own, watch(work, tree)), own)
  }
}

/** Reports and looks at the signal within a tree too, where there are few. */
function watch({ options, trees, weights }: TreesToGrow, tree: number): ((rows: number) => void) | undefined {
  if (trees > reportsPerTree) return undefined
  const step = Math.ceil(weights.length / reportsPerTree)
  let [done, reported] = [0, 0]
  return (rows) => {
    done += rows
    if (done - reported < step) return
    reported = done
    throwIfAborted(options.signal)
    const share = (tree + Math.min(done / weights.length, 1)) / trees
    if (share < 1) options.onProgress?.(share)
  }
}

function addShares(own: Float64Array, to: Float64Array): void {
  const total = own.reduce((sum, importance) => sum + importance, 0)
  if (total > 0) for (let feature = 0; feature < own.length; feature++) to[feature] += own[feature] / total
}
