import type { HyperparameterSchema } from '../hyperparameters.js'

/** What the classifier and the regressor by neighbours both have. */
export const neighbourSchema = {
  count: {
    type: 'number', default: 5, minimum: 1, maximum: 1000, integer: true,
    description: 'How many neighbours are asked.',
  },
  weights: {
    type: 'choice', default: 'uniform', options: ['uniform', 'distance'],
    description: 'distance: a neighbour counts 1 / distance; those at distance 0 count alone.',
  },
  metric: {
    type: 'choice', default: 'cosine', options: ['cosine', 'euclidean'],
    description: 'How near rows are: by the angle between them, or by the straight line.',
  },
} as const satisfies HyperparameterSchema
