import { FittedMajorityClassifier, MajorityClassifier, majorityClassifierSchema } from '../baseline/majority-classifier.js'
import { FittedMeanRegressor, MeanRegressor, meanRegressorSchema } from '../baseline/mean-regressor.js'
import { FittedQuantileBaseline, QuantileBaseline, quantileBaselineSchema } from '../baseline/quantile-baseline.js'
import type { EstimatorEntry } from './estimator-entry.js'

/** What every model has to beat. */
export const baselineEstimators: readonly EstimatorEntry[] = [
  {
    kind: 'majority-classifier',
    task: 'classification',
    hyperparameterSchema: majorityClassifierSchema,
    create: (hyperparameters) => new MajorityClassifier(hyperparameters),
    load: (state) => FittedMajorityClassifier.load(state),
  },
  {
    kind: 'mean-regressor',
    task: 'regression',
    hyperparameterSchema: meanRegressorSchema,
    create: (hyperparameters) => new MeanRegressor(hyperparameters),
    load: (state) => FittedMeanRegressor.load(state),
  },
  {
    kind: 'quantile-baseline',
    task: 'regression',
    hyperparameterSchema: quantileBaselineSchema,
    create: (hyperparameters) => new QuantileBaseline(hyperparameters),
    load: (state) => FittedQuantileBaseline.load(state),
  },
]
