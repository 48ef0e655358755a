export {
  featureCount, selectMatrixRows, type DenseRows, type FeatureColumn, type FeatureMatrix, type SparseRows,
} from './feature-matrix.js'
export { createFeatureRow, type FeatureRow } from './feature-row.js'
export type { ModelState, Tensor } from './model-state.js'
export type {
  ClassificationTarget, ClassifierEstimator, FitOptions, FittedClassifier, FittedRegressor, RegressorEstimator,
} from './estimator.js'
export type { HyperparameterRule, HyperparameterSchema } from './hyperparameters.js'
