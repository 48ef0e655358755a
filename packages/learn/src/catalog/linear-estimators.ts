import { ElasticNet, elasticNetSchema, Lasso, lassoSchema } from '../linear/elastic-net.js'
import { FittedLinearRegressor } from '../linear/fitted-linear-regressor.js'
import { FittedLogisticRegression } from '../linear/fitted-logistic-regression.js'
import { HuberRegression, huberRegressionSchema } from '../linear/huber-regression.js'
import { LogisticRegression, logisticRegressionSchema } from '../linear/logistic-regression.js'
import { PoissonRegression, poissonRegressionSchema } from '../linear/poisson-regression.js'
import { QuantileRegression, quantileRegressionSchema } from '../linear/quantile-regression.js'
import { Ridge, ridgeSchema } from '../linear/ridge.js'
import { FittedLinearSVM } from '../linear/fitted-linear-svm.js'
import { LinearSVM, linearSVMSchema } from '../linear/linear-svm.js'
import type { EstimatorEntry } from './estimator-entry.js'

/** Linear models. */
export const linearEstimators: readonly EstimatorEntry[] = [
  {
    kind: 'logistic-regression',
    task: 'classification',
    hyperparameterSchema: logisticRegressionSchema,
    create: (hyperparameters) => new LogisticRegression(hyperparameters),
    load: (state) => FittedLogisticRegression.load(state),
  },
  {
    kind: 'linear-svm',
    task: 'classification',
    hyperparameterSchema: linearSVMSchema,
    create: (hyperparameters) => new LinearSVM(hyperparameters),
    load: (state) => FittedLinearSVM.load(state),
  },
  {
    kind: 'ridge',
    task: 'regression',
    hyperparameterSchema: ridgeSchema,
    create: (hyperparameters) => new Ridge(hyperparameters),
    load: (state) => FittedLinearRegressor.load('ridge', state),
  },
  {
    kind: 'lasso',
    task: 'regression',
    hyperparameterSchema: lassoSchema,
    create: (hyperparameters) => new Lasso(hyperparameters),
    load: (state) => FittedLinearRegressor.load('lasso', state),
  },
  {
    kind: 'elastic-net',
    task: 'regression',
    hyperparameterSchema: elasticNetSchema,
    create: (hyperparameters) => new ElasticNet(hyperparameters),
    load: (state) => FittedLinearRegressor.load('elastic-net', state),
  },
  {
    kind: 'huber-regression',
    task: 'regression',
    hyperparameterSchema: huberRegressionSchema,
    create: (hyperparameters) => new HuberRegression(hyperparameters),
    load: (state) => FittedLinearRegressor.load('huber-regression', state),
  },
  {
    kind: 'quantile-regression',
    task: 'regression',
    hyperparameterSchema: quantileRegressionSchema,
    create: (hyperparameters) => new QuantileRegression(hyperparameters),
    load: (state) => FittedLinearRegressor.load('quantile-regression', state),
  },
  {
    kind: 'poisson-regression',
    task: 'regression',
    hyperparameterSchema: poissonRegressionSchema,
    create: (hyperparameters) => new PoissonRegression(hyperparameters),
    load: (state) => FittedLinearRegressor.load('poisson-regression', state),
  },
]
