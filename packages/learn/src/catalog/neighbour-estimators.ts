import {
  FittedNearestNeighboursClassifier, NearestNeighboursClassifier, nearestNeighboursClassifierSchema,
} from '../neighbours/nearest-neighbours-classifier.js'
import { FittedNearestNeighboursRegressor, NearestNeighboursRegressor, nearestNeighboursRegressorSchema } from '../neighbours/nearest-neighbours-regressor.js'
import type { EstimatorEntry } from './estimator-entry.js'

/** What answers by the nearest rows. */
export const neighbourEstimators: readonly EstimatorEntry[] = [
  {
    kind: 'nearest-neighbours-classifier',
    task: 'classification',
    hyperparameterSchema: nearestNeighboursClassifierSchema,
    create: (hyperparameters) => new NearestNeighboursClassifier(hyperparameters),
    load: (state) => FittedNearestNeighboursClassifier.load(state),
  },
  {
    kind: 'nearest-neighbours-regressor',
    task: 'regression',
    hyperparameterSchema: nearestNeighboursRegressorSchema,
    create: (hyperparameters) => new NearestNeighboursRegressor(hyperparameters),
    load: (state) => FittedNearestNeighboursRegressor.load(state),
  },
]
