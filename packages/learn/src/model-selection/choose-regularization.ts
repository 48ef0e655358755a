import { MLError } from '@motadata/core'
import type { ClassificationTarget, FitOptions } from '../estimator.js'
import { type FeatureMatrix, selectMatrixRows } from '../feature-matrix.js'
import { checkClassificationTarget, checkTrainingMatrix, sampleWeightsOf } from '../input-check.js'
import type { FittedLogisticRegression } from '../linear/fitted-logistic-regression.js'
import { LogisticRegression } from '../linear/logistic-regression.js'
import { logLoss } from '../metrics/log-loss.js'
import { type Split, stratifiedSplit } from './split.js'
import { type ColumnRange, leaveOutUnseenColumns } from './unseen-columns.js'

/** About half a decade apart. */
const defaultGrid = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000]
/** Where the walk along the grid starts: about where models of ticket text are best. */
const firstC = 10
/** How closely models are fitted to be compared: closely only where it takes that to tell which is better. */
const searchTolerances = [1e-2, 1e-3]

export interface RegularizationOptions extends Pick<FitOptions, 'seed' | 'signal' | 'onProgress' | 'sampleWeights'> {
  /** Values of C to choose from, in any order. */
  readonly grid?: readonly number[]
  /** Share of the rows to measure on, a fifth when absent. */
  readonly holdoutShare?: number
  /** Which rows to learn from and which to measure on, instead of a stratified share. */
  readonly split?: Split
  /** Hyperparameters of the logistic regression; C and tolerance are set by the search. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>
  /**
   * Sparse columns that hold one text each, scaled to a length. Held-out texts then lose the terms that no learning row has, as new
   * texts would. When absent, all sparse columns are taken as one text if every row has length 1.
   */
  readonly textColumns?: readonly ColumnRange[]
}

export interface RegularizationScore {
  readonly C: number
  /** On the rows held out, each counting the same, nats. */
  readonly logLoss: number
}

export interface RegularizationChoice {
  readonly C: number
  /** Every value of C that was tried, rising. */
  readonly scores: readonly RegularizationScore[]
  /** The model fitted with the chosen C on the rows not held out: `fit(X, y, { startFrom })` on all rows is quick from there. */
  readonly startFrom: FittedLogisticRegression
}

/**
 * Chooses C of a logistic regression by log-loss on a stratified share of the rows held out.
 *
 * Starts near the middle of the grid and walks up while the log-loss falls, and down when the first step up did not gain: log-loss
 * has one valley along C, noise aside. Each fit starts from the one before and is only as close as the comparison needs, so all of
 * them together cost about as much as the final fit.
 *
 * @throws MLError `INPUT_INVALID` for an empty grid, `HYPERPARAMETER_INVALID` for a value that C can not have, and what
 *   `LogisticRegression.fit` and `stratifiedSplit` throw
 * @example
 * const { C, startFrom } = chooseRegularization(X, y, { seed: 7 })
 * const fitted = new LogisticRegression({ C }).fit(X, y, { startFrom })
 */
export function chooseRegularization(
  X: FeatureMatrix, y: ClassificationTarget, options: RegularizationOptions = {},
): RegularizationChoice {
  checkTrainingMatrix(X)
  checkClassificationTarget(y, X.rowCount)
  const walk = new RegularizationWalk(X, y, options)
  const { grid } = walk
  let best = grid.findLastIndex((C) => C <= firstC)
  if (best < 0) best = 0
  const start = best
  while (best + 1 < grid.length && walk.isBetter(best + 1, best)) best++
  if (best === start) while (best > 0 && walk.isBetter(best - 1, best)) best--
  options.onProgress?.(1)
  return walk.choice(best)
}

interface Fit {
  readonly model: FittedLogisticRegression
  readonly logLoss: number
  readonly tolerance: number
}

class RegularizationWalk {
  readonly grid: readonly number[]
  readonly #options: RegularizationOptions
  readonly #train: FeatureMatrix
  readonly #trainTarget: ClassificationTarget
  readonly #trainWeights: Float64Array
  readonly #test: FeatureMatrix
  readonly #testCodes: Int32Array
  readonly #fits = new Map<number, Fit>()
  #fitCount = 0
  #last: FittedLogisticRegression | undefined

  constructor(X: FeatureMatrix, y: ClassificationTarget, options: RegularizationOptions) {
    this.grid = [...new Set(options.grid ?? defaultGrid)].sort((a, b) => a - b)
    if (this.grid.length === 0) throw new MLError('INPUT_INVALID', 'Expected at least one value of C to choose from, got none.')
    for (const C of this.grid) new LogisticRegression({ ...options.hyperparameters, C }) // refuses what C can not be, before any work
    this.#options = options
    const { train, test } = options.split ?? stratifiedSplit(y.codes, { testShare: options.holdoutShare ?? 0.2, seed: options.seed ?? 0 })
    const weights = sampleWeightsOf(options, X.rowCount)
    this.#train = selectMatrixRows(X, train)
    this.#trainTarget = { classes: y.classes, codes: Int32Array.from(train, (row) => y.codes[row]) }
    this.#trainWeights = Float64Array.from(train, (row) => weights[row])
    this.#test = leaveOutUnseenColumns(selectMatrixRows(X, test), this.#train, options.textColumns)
    this.#testCodes = Int32Array.from(test, (row) => y.codes[row])
  }

  /** Whether the first value of the grid gives a smaller log-loss than the second, by more than the closest fits are uncertain. */
  isBetter(first: number, second: number): boolean {
    for (const tolerance of searchTolerances) {
      const [b, a] = [this.#score(second, tolerance), this.#score(first, tolerance)]
      if (Math.abs(a - b) > tolerance * b) return a < b
    }
    return false
  }

  /** Log-loss with one value of the grid, fitted at least as closely as asked for. */
  #score(index: number, tolerance: number): number {
    const known = this.#fits.get(index)
    if (known && known.tolerance <= tolerance) return known.logLoss
    const startFrom = known?.model ?? this.#last
    const done = this.#fitCount++
    const estimator = new LogisticRegression({ ...this.#options.hyperparameters, C: this.grid[index], tolerance })
    const model = estimator.fit(this.#train, this.#trainTarget, {
      sampleWeights: this.#trainWeights,
      ...(startFrom && { startFrom }),
      ...(this.#options.signal && { signal: this.#options.signal }),
      // How many fits it will take is not known: each takes a third of what is left.
      onProgress: (share) => this.#options.onProgress?.(1 - (2 / 3) ** done * (1 - share / 3)),
    })
    this.#last = model
    const loss = logLoss(this.#testCodes, model.predictProbabilities(this.#test), this.#trainTarget.classes.length)
    this.#fits.set(index, { model, logLoss: loss, tolerance })
    return loss
  }

  choice(index: number): RegularizationChoice {
    if (!this.#fits.has(index)) this.#score(index, searchTolerances[0])
    const tried = [...this.#fits].sort(([a], [b]) => a - b)
    return {
      C: this.grid[index],
      scores: tried.map(([tryIndex, fit]) => ({ C: this.grid[tryIndex], logLoss: fit.logLoss })),
      startFrom: this.#fits.get(index)!.model,
    }
  }
}
