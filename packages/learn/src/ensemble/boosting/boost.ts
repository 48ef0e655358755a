import { createRandom } from '@motadata/core'
import type { FitOptions } from '../../estimator.js'
import type { FeatureMatrix } from '../../feature-matrix.js'
import { throwIfAborted, widthsOf } from '../../input-check.js'
import { boostingKernels } from '../../kernels/boosting-kernels.js'
import { expectMemory } from '../../kernels/kernel-memory.js'
import { defaultMemoryLimitBytes, KernelSession } from '../../kernels/kernel-session.js'
import { type GrownTree, joinTrees } from '../../tree/join-trees.js'
import type { TreeEnsemble } from '../../tree/tree-ensemble.js'
import { layOutBins } from './bin-layout.js'
import { binRows } from './binned-rows.js'
import type { BoostingHyperparameters } from './boosting-hyperparameters.js'
import type { BoostingLoss } from './boosting-loss.js'
import { allocateBoosting, boostingBytes } from './boosting-memory.js'
import { BoostingRun } from './boosting-run.js'
import { EarlyStopping } from './early-stopping.js'
import { learnBins } from './feature-bins.js'
import { categoryWordsOf } from './tree-draft.js'

/** What to boost: targets and scores as the loss takes them. */
export interface BoostingProblem {
  readonly X: FeatureMatrix
  readonly loss: BoostingLoss
  readonly outputs: number
  /** shape (rows,) */
  readonly targets: Float64Array
  /** shape (rows,); rows of weight 0 are left out */
  readonly weights: Float64Array
  /** shape (outputs,): what scores start from */
  readonly base: Float64Array
  /** What the trees' values are multiplied with in the end. */
  readonly scale: number
  /** Rows held out to stop early by, rising; undefined without. */
  readonly heldOut?: Uint32Array
  readonly hyperparameters: BoostingHyperparameters
}

export interface Boosted {
  readonly trees: TreeEnsemble
  /** shape (features,): the share of the splits' gain that each has; all 0 without splits */
  readonly importances: Float64Array
  /** Rounds that were kept. */
  readonly iterations: number
}

/**
 * Boosts trees on the gradients of a loss, one a round and output.
 *
 * @throws MLError `DATA_TOO_LARGE`, `CANCELLED`, `INPUT_INVALID` for values that are no categories
 */
export function boost(problem: BoostingProblem, options: FitOptions): Boosted {
  const { X, outputs, weights, hyperparameters, heldOut = new Uint32Array(0) } = problem
  const isHeldOut = new Set(heldOut)
  const learned = Uint32Array.from(weights.keys()).filter((row) => weights[row] > 0 && !isHeldOut.has(row))
  const categoricalColumns = new Set(options.categoricalColumns)
  const bins = learnBins(X, learned, { bins: hyperparameters.bins, minLeafRows: hyperparameters.minLeafRows, categoricalColumns })
  const layout = layOutBins(bins)
  const parts = partsFor(options.threads ?? 1)
  const size = {
    parts, rowCount: X.rowCount, outputs, maxLeaves: hyperparameters.maxLeaves, layout, categoricalCount: bins.filter(({ kind }) => kind === 'category').length,
  }
  const { denseCount, sparseCount } = widthsOf(X)
  const memoryLimitBytes = options.memoryLimitBytes ?? defaultMemoryLimitBytes
  expectMemory(`boosting ${X.rowCount} rows of ${bins.length} features`, boostingBytes(size, denseCount), memoryLimitBytes)

  const importances = new Float64Array(denseCount + sparseCount)
  const grown = KernelSession.use(boostingKernels, { threads: options.threads ?? 1, memoryLimitBytes }, (session) => {
    const memory = allocateBoosting(session, binRows(session, X, bins, layout), size, bins, options.monotone)
    const run = new BoostingRun({ session, memory, layout, bins, parts, rowCount: X.rowCount, isMonotone: options.monotone?.some((way) => way !== 0) ?? false, options: hyperparameters }, problem, learned, heldOut)
    return runRounds(run, problem, options, importances)
  })
  const gain = importances.reduce((sum, own) => sum + own, 0)
  return {
    trees: joinTrees(grown, { widths: { denseCount, sparseCount }, outputs, leafWidth: 1, categoryWords: categoryWordsOf(bins) }),
    importances: gain > 0 ? importances.map((own) => own / gain) : importances,
    iterations: grown.length / outputs,
  }
}

/** Some more than threads, so that one that is held up delays the others less; what is learned does not depend on it. */
const partsFor = (threads: number): number => (threads < 2 ? 1 : Math.min(Math.floor(threads) * 2, 64))

function runRounds(run: BoostingRun, { outputs, heldOut, hyperparameters }: BoostingProblem, options: FitOptions, importances: Float64Array): GrownTree[] {
  const { iterations, patience, rowShare, columnShare } = hyperparameters
  const random = createRandom(options.seed ?? 0).split('boosting')
  const stopping = heldOut && new EarlyStopping(patience)
  const trees: GrownTree[] = []
  const gains: Float64Array[] = []
  for (let round = 0; round < iterations; round++) {
    throwIfAborted(options.signal)
    const roundGains = new Float64Array(importances.length)
    const grown = run.round(random, roundGains)
    const hasSplit = grown.some(({ features }) => features.length > 1)
    // without drawing, a round that splits nothing is followed by none that does
    if (!hasSplit && rowShare === 1 && columnShare === 1) break
    trees.push(...grown)
    gains.push(roundGains)
    if (stopping && !stopping.observe(run.heldOutLoss())) break
    if (round + 1 < iterations) options.onProgress?.((round + 1) / iterations)
  }
  throwIfAborted(options.signal)
  options.onProgress?.(1)
  const kept = stopping ? stopping.bestIteration : gains.length
  for (const own of gains.slice(0, kept)) own.forEach((gain, feature) => (importances[feature] += gain))
  return trees.slice(0, kept * outputs)
}

