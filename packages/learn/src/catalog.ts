import { MLError, ModelLoadError } from '@motadata/core'
import { FittedMajorityClassifier, MajorityClassifier, majorityClassifierSchema } from './baseline/majority-classifier.js'
import { FittedMeanRegressor, MeanRegressor, meanRegressorSchema } from './baseline/mean-regressor.js'
import { FittedQuantileBaseline, QuantileBaseline, quantileBaselineSchema } from './baseline/quantile-baseline.js'
import { ExtraTreesClassifier } from './ensemble/extra-trees-classifier.js'
import { ExtraTreesRegressor } from './ensemble/extra-trees-regressor.js'
import { RandomForestClassifier } from './ensemble/random-forest-classifier.js'
import { RandomForestRegressor } from './ensemble/random-forest-regressor.js'
import { FittedBoostingClassifier } from './ensemble/fitted-boosting-classifier.js'
import { FittedBoostingRegressor } from './ensemble/fitted-boosting-regressor.js'
import { GradientBoostingClassifier, gradientBoostingClassifierSchema } from './ensemble/gradient-boosting-classifier.js'
import { GradientBoostingRegressor, gradientBoostingRegressorSchema } from './ensemble/gradient-boosting-regressor.js'
import type { ClassifierEstimator, FittedClassifier, FittedRegressor, RegressorEstimator } from './estimator.js'
import { type HyperparameterSchema, nearestName } from './hyperparameters.js'
import { ElasticNet, elasticNetSchema, Lasso, lassoSchema } from './linear/elastic-net.js'
import { FittedLinearRegressor } from './linear/fitted-linear-regressor.js'
import { FittedLogisticRegression } from './linear/fitted-logistic-regression.js'
import { HuberRegression, huberRegressionSchema } from './linear/huber-regression.js'
import { LogisticRegression, logisticRegressionSchema } from './linear/logistic-regression.js'
import { PoissonRegression, poissonRegressionSchema } from './linear/poisson-regression.js'
import { QuantileRegression, quantileRegressionSchema } from './linear/quantile-regression.js'
import { Ridge, ridgeSchema } from './linear/ridge.js'
import { FittedLinearSVM } from './linear/fitted-linear-svm.js'
import { LinearSVM, linearSVMSchema } from './linear/linear-svm.js'
import type { ModelState } from './model-state.js'
import { BernoulliNaiveBayes, bernoulliNaiveBayesSchema, FittedBernoulliBayes } from './naive-bayes/bernoulli-naive-bayes.js'
import { ComplementNaiveBayes, complementNaiveBayesSchema } from './naive-bayes/complement-naive-bayes.js'
import { FittedGaussianBayes } from './naive-bayes/fitted-gaussian-bayes.js'
import { FittedLinearBayes } from './naive-bayes/fitted-linear-bayes.js'
import { GaussianNaiveBayes, gaussianNaiveBayesSchema } from './naive-bayes/gaussian-naive-bayes.js'
import { MultinomialNaiveBayes, multinomialNaiveBayesSchema } from './naive-bayes/multinomial-naive-bayes.js'
import {
  FittedNearestNeighboursClassifier, NearestNeighboursClassifier, nearestNeighboursClassifierSchema,
} from './neighbours/nearest-neighbours-classifier.js'
import {
  FittedNearestNeighboursRegressor, NearestNeighboursRegressor, nearestNeighboursRegressorSchema,
} from './neighbours/nearest-neighbours-regressor.js'
import { DecisionTreeClassifier } from './tree/decision-tree-classifier.js'
import { DecisionTreeRegressor } from './tree/decision-tree-regressor.js'
import { FittedTreeClassifier } from './tree/fitted-tree-classifier.js'
import { FittedTreeRegressor } from './tree/fitted-tree-regressor.js'
import {
  decisionTreeClassifierSchema, decisionTreeRegressorSchema, extraTreesClassifierSchema, extraTreesRegressorSchema, randomForestClassifierSchema,
  randomForestRegressorSchema,
} from './tree/tree-hyperparameters.js'

export interface ClassifierEntry {
  readonly kind: string
  readonly task: 'classification'
  readonly hyperparameterSchema: HyperparameterSchema
  /** @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID` */
  create(hyperparameters?: Readonly<Record<string, unknown>>): ClassifierEstimator
  /** @throws ModelLoadError `MODEL_LOAD_FAILED` */
  load(state: ModelState): FittedClassifier
}

export interface RegressorEntry {
  readonly kind: string
  readonly task: 'regression'
  readonly hyperparameterSchema: HyperparameterSchema
  /** @throws MLError `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID` */
  create(hyperparameters?: Readonly<Record<string, unknown>>): RegressorEstimator
  /** @throws ModelLoadError `MODEL_LOAD_FAILED` */
  load(state: ModelState): FittedRegressor
}

export type EstimatorEntry = ClassifierEntry | RegressorEntry

/** Every estimator of this package. Its stored states have the format `<kind>/<number>`. */
export const estimatorCatalog: readonly EstimatorEntry[] = [
  {
    kind: 'gradient-boosting-classifier',
    task: 'classification',
    hyperparameterSchema: gradientBoostingClassifierSchema,
    create: (hyperparameters) => new GradientBoostingClassifier(hyperparameters),
    load: (state) => FittedBoostingClassifier.load(state),
  },
  {
    kind: 'gradient-boosting-regressor',
    task: 'regression',
    hyperparameterSchema: gradientBoostingRegressorSchema,
    create: (hyperparameters) => new GradientBoostingRegressor(hyperparameters),
    load: (state) => FittedBoostingRegressor.load(state),
  },
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
    kind: 'multinomial-naive-bayes',
    task: 'classification',
    hyperparameterSchema: multinomialNaiveBayesSchema,
    create: (hyperparameters) => new MultinomialNaiveBayes(hyperparameters),
    load: (state) => FittedLinearBayes.load('multinomial-naive-bayes', state),
  },
  {
    kind: 'complement-naive-bayes',
    task: 'classification',
    hyperparameterSchema: complementNaiveBayesSchema,
    create: (hyperparameters) => new ComplementNaiveBayes(hyperparameters),
    load: (state) => FittedLinearBayes.load('complement-naive-bayes', state),
  },
  {
    kind: 'bernoulli-naive-bayes',
    task: 'classification',
    hyperparameterSchema: bernoulliNaiveBayesSchema,
    create: (hyperparameters) => new BernoulliNaiveBayes(hyperparameters),
    load: (state) => FittedBernoulliBayes.load(state),
  },
  {
    kind: 'gaussian-naive-bayes',
    task: 'classification',
    hyperparameterSchema: gaussianNaiveBayesSchema,
    create: (hyperparameters) => new GaussianNaiveBayes(hyperparameters),
    load: (state) => FittedGaussianBayes.load(state),
  },
  {
    kind: 'nearest-neighbours-classifier',
    task: 'classification',
    hyperparameterSchema: nearestNeighboursClassifierSchema,
    create: (hyperparameters) => new NearestNeighboursClassifier(hyperparameters),
    load: (state) => FittedNearestNeighboursClassifier.load(state),
  },
  {
    kind: 'majority-classifier',
    task: 'classification',
    hyperparameterSchema: majorityClassifierSchema,
    create: (hyperparameters) => new MajorityClassifier(hyperparameters),
    load: (state) => FittedMajorityClassifier.load(state),
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
  {
    kind: 'nearest-neighbours-regressor',
    task: 'regression',
    hyperparameterSchema: nearestNeighboursRegressorSchema,
    create: (hyperparameters) => new NearestNeighboursRegressor(hyperparameters),
    load: (state) => FittedNearestNeighboursRegressor.load(state),
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
  {
    kind: 'decision-tree-classifier',
    task: 'classification',
    hyperparameterSchema: decisionTreeClassifierSchema,
    create: (hyperparameters) => new DecisionTreeClassifier(hyperparameters),
    load: (state) => FittedTreeClassifier.load(state, 'decision-tree-classifier'),
  },
  {
    kind: 'decision-tree-regressor',
    task: 'regression',
    hyperparameterSchema: decisionTreeRegressorSchema,
    create: (hyperparameters) => new DecisionTreeRegressor(hyperparameters),
    load: (state) => FittedTreeRegressor.load(state, 'decision-tree-regressor'),
  },
  {
    kind: 'random-forest-classifier',
    task: 'classification',
    hyperparameterSchema: randomForestClassifierSchema,
    create: (hyperparameters) => new RandomForestClassifier(hyperparameters),
    load: (state) => FittedTreeClassifier.load(state, 'random-forest-classifier'),
  },
  {
    kind: 'random-forest-regressor',
    task: 'regression',
    hyperparameterSchema: randomForestRegressorSchema,
    create: (hyperparameters) => new RandomForestRegressor(hyperparameters),
    load: (state) => FittedTreeRegressor.load(state, 'random-forest-regressor'),
  },
  {
    kind: 'extra-trees-classifier',
    task: 'classification',
    hyperparameterSchema: extraTreesClassifierSchema,
    create: (hyperparameters) => new ExtraTreesClassifier(hyperparameters),
    load: (state) => FittedTreeClassifier.load(state, 'extra-trees-classifier'),
  },
  {
    kind: 'extra-trees-regressor',
    task: 'regression',
    hyperparameterSchema: extraTreesRegressorSchema,
    create: (hyperparameters) => new ExtraTreesRegressor(hyperparameters),
    load: (state) => FittedTreeRegressor.load(state, 'extra-trees-regressor'),
  },
]

/** The entry of an estimator, undefined when there is none of that kind. */
export function findEstimator(kind: string): EstimatorEntry | undefined {
  return estimatorCatalog.find((candidate) => candidate.kind === kind)
}

/**
 * The entry of an estimator.
 *
 * @throws MLError `ESTIMATOR_UNKNOWN`, naming the nearest kind and all there are
 * @example
 * getEstimator('logistic-regression').task // => 'classification'
 */
export function getEstimator(kind: string): EstimatorEntry {
  const entry = findEstimator(kind)
  if (entry) return entry
  const kinds = estimatorCatalog.map((candidate) => candidate.kind)
  throw new MLError(
    'ESTIMATOR_UNKNOWN',
    `Expected one of the estimators ${kinds.join(', ')}, got '${kind.slice(0, 100)}'. Did you mean '${nearestName(kind, kinds)}'?`,
    { details: { kind: kind.slice(0, 100), kinds } },
  )
}

/**
 * The fitted classifier that a state was stored from.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED` when no classifier has the state's format, or the state is damaged
 */
export function loadClassifier(state: ModelState): FittedClassifier {
  return entryFor(state, 'classification').load(state)
}

/**
 * The fitted regressor that a state was stored from.
 *
 * @throws ModelLoadError `MODEL_LOAD_FAILED` when no regressor has the state's format, or the state is damaged
 */
export function loadRegressor(state: ModelState): FittedRegressor {
  return entryFor(state, 'regression').load(state)
}

function entryFor<Task extends EstimatorEntry['task']>(state: ModelState, task: Task): Extract<EstimatorEntry, { task: Task }> {
  const format: unknown = (state as ModelState | null | undefined)?.format
  const kind = typeof format === 'string' ? format.split('/')[0] : undefined
  const entry = estimatorCatalog.find((candidate) => candidate.kind === kind && candidate.task === task)
  if (entry) return entry as Extract<EstimatorEntry, { task: Task }>
  const kinds = estimatorCatalog.filter((candidate) => candidate.task === task).map((candidate) => candidate.kind)
  const shown = String(format).slice(0, 100)
  throw new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected a state of ${kinds.join(', ')}, got the format '${shown}'. Load it with a version of this package that knows it.`,
    { details: { kinds, format: shown } },
  )
}
