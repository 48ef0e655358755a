import type { ChoiceRule, HyperparameterSchema } from '../hyperparameters.js'
import type { TreeGrowerOptions } from './tree-grower.js'

const classCriteria = {
  type: 'choice', default: 'gini', options: ['gini', 'entropy'],
  description: 'What makes a good split: how mixed the classes are on either side.',
} as const satisfies ChoiceRule

const errorCriteria = {
  type: 'choice', default: 'squared-error', options: ['squared-error', 'absolute-error'],
  description: 'What makes a good split: distance from the mean, or from the median, which costs more time.',
} as const satisfies ChoiceRule

const classWeight = {
  type: 'choice', default: 'none', options: ['none', 'balanced'],
  description: 'balanced: every class weighs the same, however many rows it has.',
} as const satisfies ChoiceRule

/** Sizes of a tree. */
const sizes = {
  maxDepth: {
    type: 'number', default: 0, minimum: 0, maximum: 1e6, integer: true,
    description: 'Questions from the root to a leaf, at most; 0 for as many as it takes.',
  },
  minSplitRows: {
    type: 'number', default: 2, minimum: 2, maximum: 1e9, integer: true,
    description: 'A node with fewer rows is not split.',
  },
  minLeafRows: {
    type: 'number', default: 1, minimum: 1, maximum: 1e9, integer: true,
    description: 'Rows of a leaf, at least.',
  },
  minImpurityDecrease: {
    type: 'number', default: 0, minimum: 0, maximum: 1e9,
    description: 'A split has to take away this much impurity, weighted by the share of the rows that come by.',
  },
} as const satisfies HyperparameterSchema

const featureCounts = ['sqrt', 'log2', 'tenth', 'third', 'half', 'all'] as const

const maxFeatures = <Default extends (typeof featureCounts)[number]>(own: Default) => ({
  type: 'choice', default: own, options: featureCounts,
  description: 'How many features, drawn anew for every split, are looked at.',
} as const satisfies ChoiceRule)

const trees = {
  type: 'number', default: 100, minimum: 1, maximum: 100_000, integer: true,
  description: 'How many trees vote.',
} as const

const drawing = <Default extends boolean>(own: Default) => ({
  bootstrap: {
    type: 'boolean', default: own as boolean,
    description: 'Whether each tree learns from rows drawn with replacement, or from all rows.',
  },
  sampleShare: {
    type: 'number', default: 1, minimum: 0, exclusiveMinimum: true, maximum: 1,
    description: 'With bootstrap: how many rows are drawn, as a share of all.',
  },
  outOfBagScore: {
    type: 'boolean', default: false,
    description: 'With bootstrap: whether each row is predicted by the trees that did not draw it, for an honest score without a test set.',
  },
} as const satisfies HyperparameterSchema)

export const decisionTreeClassifierSchema = { criterion: classCriteria, ...sizes, maxFeatures: maxFeatures('all'), classWeight } as const
export const decisionTreeRegressorSchema = { criterion: errorCriteria, ...sizes, maxFeatures: maxFeatures('all') } as const
export const randomForestClassifierSchema = { trees, criterion: classCriteria, ...sizes, maxFeatures: maxFeatures('sqrt'), ...drawing(true), classWeight } as const
export const randomForestRegressorSchema = { trees, criterion: errorCriteria, ...sizes, maxFeatures: maxFeatures('all'), ...drawing(true) } as const
export const extraTreesClassifierSchema = { trees, criterion: classCriteria, ...sizes, maxFeatures: maxFeatures('sqrt'), ...drawing(false), classWeight } as const
export const extraTreesRegressorSchema = { trees, criterion: errorCriteria, ...sizes, maxFeatures: maxFeatures('all'), ...drawing(false) } as const

/** What all tree estimators are told. */
export interface TreeSizes {
  readonly maxDepth: number
  readonly minSplitRows: number
  readonly minLeafRows: number
  readonly minImpurityDecrease: number
  readonly maxFeatures: (typeof featureCounts)[number]
}

export function growerOptions(sizes: TreeSizes, featureCount: number, splitter: TreeGrowerOptions['splitter']): TreeGrowerOptions {
  const counts = {
    sqrt: Math.floor(Math.sqrt(featureCount)), log2: Math.floor(Math.log2(featureCount)),
    tenth: Math.ceil(featureCount / 10), third: Math.ceil(featureCount / 3), half: Math.ceil(featureCount / 2), all: featureCount,
  }
  return {
    maxDepth: sizes.maxDepth === 0 ? Infinity : sizes.maxDepth,
    // both sides of a split need their rows
    minSplitRows: Math.max(sizes.minSplitRows, 2 * sizes.minLeafRows),
    minImpurityDecrease: sizes.minImpurityDecrease,
    featuresPerSplit: Math.max(1, counts[sizes.maxFeatures]),
    splitter,
  }
}
