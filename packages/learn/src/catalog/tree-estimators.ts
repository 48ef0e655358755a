import { ExtraTreesClassifier } from '../ensemble/extra-trees-classifier.js'
import { ExtraTreesRegressor } from '../ensemble/extra-trees-regressor.js'
import { RandomForestClassifier } from '../ensemble/random-forest-classifier.js'
import { RandomForestRegressor } from '../ensemble/random-forest-regressor.js'
import { FittedBoostingClassifier } from '../ensemble/fitted-boosting-classifier.js'
import { FittedBoostingRegressor } from '../ensemble/fitted-boosting-regressor.js'
import { GradientBoostingClassifier, gradientBoostingClassifierSchema } from '../ensemble/gradient-boosting-classifier.js'
import { GradientBoostingRegressor, gradientBoostingRegressorSchema } from '../ensemble/gradient-boosting-regressor.js'
import { DecisionTreeClassifier } from '../tree/decision-tree-classifier.js'
import { DecisionTreeRegressor } from '../tree/decision-tree-regressor.js'
import { FittedTreeClassifier } from '../tree/fitted-tree-classifier.js'
import { FittedTreeRegressor } from '../tree/fitted-tree-regressor.js'
import {
  decisionTreeClassifierSchema, decisionTreeRegressorSchema, extraTreesClassifierSchema, extraTreesRegressorSchema, randomForestClassifierSchema, randomForestRegressorSchema,
} from '../tree/tree-hyperparameters.js'
import type { EstimatorEntry } from './estimator-entry.js'

/** Trees, alone, in forests and boosted. */
export const treeEstimators: readonly EstimatorEntry[] = [
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
