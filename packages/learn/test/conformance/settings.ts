import type { EstimatorEntry } from '../../src/index.js'

/** What an estimator needs of the suite that others do not. */
export interface ConformanceSettings {
  /** Hyperparameters that make a fit on a few rows quick and still typical; none when absent. */
  readonly hyperparameters?: Readonly<Record<string, number | string | boolean>>
  /** It learns from values of at least 0 only, and refuses others with `INPUT_INVALID`. */
  readonly nonNegativeFeatures?: boolean
  /**
   * How far a fit with whole sample weights may lie from a fit with rows repeated as often; absent where the theory does not say that
   * they are the same: where rows are drawn, dealt or counted.
   */
  readonly duplicationTolerance?: number
  /** It computes in kernels: the suite runs with both engines. */
  readonly usesKernels?: boolean
  /** How far from a constant target predictions may lie; 1e-3 when absent. */
  readonly constantTolerance?: number
  /** How far probabilities may move when classes change places; 1e-3 when absent. */
  readonly permutationTolerance?: number
}

const settings: Readonly<Record<string, ConformanceSettings>> = {
  'gradient-boosting-classifier': { usesKernels: true, hyperparameters: { iterations: 12, maxLeaves: 6, minLeafRows: 1 }, duplicationTolerance: 1e-6, permutationTolerance: 1e-6 },
  'gradient-boosting-regressor': { usesKernels: true, hyperparameters: { iterations: 12, maxLeaves: 6, minLeafRows: 1 }, duplicationTolerance: 1e-6 },
  'logistic-regression': { hyperparameters: { tolerance: 1e-8 }, duplicationTolerance: 1e-5 },
  // Folds are dealt class by class, so the temperature is another when classes change places.
  'linear-svm': { hyperparameters: { tolerance: 1e-4 }, permutationTolerance: 0.05 },
  'multinomial-naive-bayes': { nonNegativeFeatures: true, duplicationTolerance: 1e-6 },
  'complement-naive-bayes': { nonNegativeFeatures: true, duplicationTolerance: 1e-6 },
  'bernoulli-naive-bayes': { duplicationTolerance: 1e-6 },
  'gaussian-naive-bayes': { duplicationTolerance: 1e-9 },
  'majority-classifier': { duplicationTolerance: 1e-12 },
  ridge: { duplicationTolerance: 1e-9, constantTolerance: 1e-9 },
  lasso: { hyperparameters: { alpha: 0.1, tolerance: 1e-12 }, duplicationTolerance: 1e-5 },
  'elastic-net': { hyperparameters: { alpha: 0.1, tolerance: 1e-12 }, duplicationTolerance: 1e-5 },
  'huber-regression': { hyperparameters: { tolerance: 1e-13 }, duplicationTolerance: 1e-4 },
  // Several answers are best where few rows lie on the line: repeated rows may settle on another.
  'quantile-regression': { hyperparameters: { alpha: 0.01, tolerance: 1e-10 }, duplicationTolerance: 1e-4 },
  'poisson-regression': { hyperparameters: { tolerance: 1e-12 }, duplicationTolerance: 1e-4 },
  'mean-regressor': { duplicationTolerance: 1e-12 },
  'quantile-baseline': { duplicationTolerance: 1e-12 },
  // unlimited trees know every row, whatever it weighs
  'decision-tree-classifier': { hyperparameters: { maxDepth: 3 }, duplicationTolerance: 1e-12 },
  'decision-tree-regressor': { hyperparameters: { maxDepth: 3 }, duplicationTolerance: 1e-9 },
  'random-forest-classifier': { hyperparameters: { trees: 7, outOfBagScore: true }, permutationTolerance: 1e-12 },
  'random-forest-regressor': { hyperparameters: { trees: 7, outOfBagScore: true } },
  'extra-trees-classifier': { hyperparameters: { trees: 7, maxDepth: 3 }, permutationTolerance: 1e-12 },
  'extra-trees-regressor': { hyperparameters: { trees: 7 } },
}

export const settingsOf = (entry: EstimatorEntry): ConformanceSettings => settings[entry.kind] ?? {}
