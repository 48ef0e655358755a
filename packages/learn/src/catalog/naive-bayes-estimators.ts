import { BernoulliNaiveBayes, bernoulliNaiveBayesSchema, FittedBernoulliBayes } from '../naive-bayes/bernoulli-naive-bayes.js'
import { ComplementNaiveBayes, complementNaiveBayesSchema } from '../naive-bayes/complement-naive-bayes.js'
import { FittedGaussianBayes } from '../naive-bayes/fitted-gaussian-bayes.js'
import { FittedLinearBayes } from '../naive-bayes/fitted-linear-bayes.js'
import { GaussianNaiveBayes, gaussianNaiveBayesSchema } from '../naive-bayes/gaussian-naive-bayes.js'
import { MultinomialNaiveBayes, multinomialNaiveBayesSchema } from '../naive-bayes/multinomial-naive-bayes.js'
import type { EstimatorEntry } from './estimator-entry.js'

/** Naive Bayes. */
export const naiveBayesEstimators: readonly EstimatorEntry[] = [
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
]
