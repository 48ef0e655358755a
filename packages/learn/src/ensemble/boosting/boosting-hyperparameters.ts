import { type HyperparameterSchema, type Hyperparameters } from '../../hyperparameters.js'

/** What boosting of classes and of numbers have in common. */
export const boostingSchema = {
  iterations: {
    type: 'number', default: 100, minimum: 1, maximum: 100_000, integer: true,
    description: 'Rounds of trees, at most: one tree a round, or one a round and class where there are more than two.',
  },
  learningRate: {
    type: 'number', default: 0.1, minimum: 0, exclusiveMinimum: true, maximum: 1,
    description: 'What share of a tree is added; smaller ones need more rounds.',
  },
  maxLeaves: { type: 'number', default: 31, minimum: 2, maximum: 4096, integer: true, description: 'Leaves of a tree, at most.' },
  maxDepth: { type: 'number', default: 0, minimum: 0, maximum: 100, integer: true, description: 'Splits from the root to a leaf, at most; 0 for no limit.' },
  minLeafRows: { type: 'number', default: 20, minimum: 1, maximum: 1e9, integer: true, description: 'Rows of a leaf, at least.' },
  l2: { type: 'number', default: 1, minimum: 0, maximum: 1e9, description: 'Penalty on large values of leaves.' },
  minSplitGain: { type: 'number', default: 0, minimum: 0, maximum: 1e9, description: 'What a split has to gain, at least.' },
  bins: { type: 'number', default: 255, minimum: 2, maximum: 255, integer: true, description: 'Bins of a feature, at most; a missing value is not one of them.' },
  rowShare: { type: 'number', default: 1, minimum: 0, exclusiveMinimum: true, maximum: 1, description: 'Share of the rows that each tree is grown on, drawn anew.' },
  columnShare: { type: 'number', default: 1, minimum: 0, exclusiveMinimum: true, maximum: 1, description: 'Share of the features that each tree may split by, drawn anew.' },
  categorySmoothing: {
    type: 'number', default: 10, minimum: 0, maximum: 1e9,
    description: 'How much categories with few rows are drawn together when categories are split.',
  },
  validationShare: {
    type: 'number', default: 0, minimum: 0, maximum: 0.5,
    description: 'Share of the rows held out to stop early by; 0 learns from all rows in all rounds.',
  },
  patience: { type: 'number', default: 10, minimum: 1, maximum: 1e6, integer: true, description: 'Rounds without a smaller loss on the rows held out, before it stops.' },
} as const satisfies HyperparameterSchema

export type BoostingHyperparameters = Hyperparameters<typeof boostingSchema>
