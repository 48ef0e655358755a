import { type Explanation, type ExplanationOptions, PredictionError } from '@motadata/core'
import {
  explainLinear, type Explanation as FeatureExplanation, FittedTransferHead, groupContributions, type LinearTerms, TreeEnsemble, TreeExplainer, type TreeScores,
} from '@motadata/learn'
import type { LoadedModel } from '../artifact/loaded-model.js'

const defaultTermCount = 20
const largestTermCount = 1_000

/** Explains the instance that the model's row holds; of a classifier, given the label that was predicted. */
export type ExplainRow = (predicted: string | undefined) => Explanation

/**
 * What explains a model's predictions, to be made once for many of them.
 *
 * @throws PredictionError `EXPLANATION_UNAVAILABLE`, `INPUT_INVALID`
 */
export function createExplainer(model: LoadedModel, options: ExplanationOptions = {}): ExplainRow {
  const termCount = options.termCount ?? defaultTermCount
  if (!Number.isInteger(termCount) || termCount < 1 || termCount > largestTermCount) {
    throw optionInvalid('termCount', `a whole number from 1 to ${largestTermCount}`, String(termCount))
  }
  const asked = options.label
  if (asked !== undefined) checkLabel(model, asked)
  const { method, explain } = scorerOf(model)
  const columns = model.processor.featureColumns
  return (predicted) => {
    const label = asked ?? predicted
    const code = model.kind === 'classifier' && label !== undefined ? model.classifier.classes.indexOf(label) : undefined
    const { score, base, contributions } = explain(code)
    const terms = groupContributions(contributions, columns, 'column').filter(({ contribution }) => contribution !== 0)
    const fields = groupContributions(contributions, columns, 'field').map(({ source, contribution }) => ({ source, contribution }))
    return {
      method,
      ...(label === undefined ? {} : { label }),
      score,
      intercept: base,
      fields,
      terms: terms.slice(0, termCount),
      otherTerms: terms.slice(termCount).reduce((sum, { contribution }) => sum + contribution, 0),
    }
  }
}

function checkLabel(model: LoadedModel, label: string): void {
  if (model.kind === 'regressor') throw optionInvalid('label', 'none: the model predicts numbers', label)
  const { classes } = model.classifier
  if (!classes.includes(label)) throw optionInvalid('label', `one of the classes ${classes.slice(0, 20).join(', ')}`, label)
}

interface Scorer {
  readonly method: Explanation['method']
  /** @param code - Of the class to explain; none for numbers. */
  readonly explain: (code: number | undefined) => FeatureExplanation
}

function scorerOf(model: LoadedModel): Scorer {
  const estimator: object = model.kind === 'classifier' ? model.classifier : model.regressor
  const of = (code: number | undefined) => (code === undefined ? {} : { code })
  const linear = estimator instanceof FittedTransferHead ? estimator.linearTerms() : isLinear(estimator) ? estimator : undefined
  if (linear) return { method: 'linear', explain: (code) => explainLinear(linear, model.row, of(code)) }
  const trees = treeScoresOf(estimator)
  if (trees) {
    const explainer = new TreeExplainer(trees)
    return { method: 'tree-shap', explain: (code) => explainer.explain(model.row, of(code)) }
  }
  const { kind } = model.manifest.estimator
  throw new PredictionError(
    'EXPLANATION_UNAVAILABLE',
    `Expected a model whose score can be split exactly, a linear one or one of trees, got one of ${kind}. Train with an estimator that can be explained.`,
    { details: { estimator: kind } },
  )
}

function isLinear(estimator: object): estimator is LinearTerms {
  return 'widths' in estimator && 'weights' in estimator && 'intercepts' in estimator
}

/** How a model of trees makes its scores, if it is one. */
function treeScoresOf(estimator: object): TreeScores | undefined {
  const scores: unknown = 'scores' in estimator ? estimator.scores : estimator
  return typeof scores === 'object' && scores !== null && 'trees' in scores && scores.trees instanceof TreeEnsemble ? (scores as TreeScores) : undefined
}

function optionInvalid(field: string, expected: string, received: string): PredictionError {
  return new PredictionError('INPUT_INVALID', `Expected ${expected} as '${field}' of an explanation, got ${received.slice(0, 80)}.`, {
    details: { field, expected, received: received.slice(0, 80) },
  })
}
