import { type CardCandidate, createRandom, type ModelType } from '@motadata/core'
import {
  chooseRegularization, type ClassificationTarget, type ClassifierEntry, type ClassifierEstimator, type ColumnRange, crossFitPredictions,
  crossFitProbabilities, type FeatureMatrix, type FittedClassifier, loadClassifier, logLoss, type ModelState, type RegressorEntry, type
  RegressorEstimator, rootMeanSquaredError, selectMatrixRows, type Split,
} from '@motadata/learn'
import { autoCandidates, type Candidate, candidatesOf } from './auto-candidates.js'
import { autoEstimator, defaultClassifier, findEntry } from './check-spec.js'
import { chooseByHalving } from './successive-halving.js'
import type { TrainingWork } from './training-work.js'

/** With fewer training rows, an inner held-out part says too little to choose by. */
const fewestRowsToChoose = 40

/** What to fit, and why that. */
export interface ChosenEstimator<Estimator> {
  readonly estimator: Estimator
  /** How it was chosen, in words. */
  readonly choice: string
  /** Best first; empty where nothing was to choose. */
  readonly candidates: readonly CardCandidate[]
  /** What the candidates' scores are. */
  readonly metric: string | null
}

/** An estimator of classes, and perhaps where to start from. */
export interface ChosenClassifier extends ChosenEstimator<ClassifierEstimator> {
  /** What the choice fitted already. */
  readonly startFrom?: FittedClassifier
}

interface FeatureRows {
  readonly matrix: FeatureMatrix
  readonly textColumns: readonly ColumnRange[]
  /** Rows to choose by, out of the training rows. */
  readonly inner: () => Split
}

/**
 * The estimator that a spec means. Several candidates are tried by successive halving; the regularization of logistic regression, where it
 * is left open, is chosen by log-loss on a held-out part of the training rows.
 */
export function chooseClassifier(rows: FeatureRows & { readonly target: ClassificationTarget }, work: TrainingWork): ChosenClassifier {
  const candidates = candidatesFor('classification', rows, work)
  if (candidates.length === 1) return chooseHyperparameters(candidates[0]!, rows, work)
  const { matrix, target, textColumns } = rows
  const { train: pool, test } = rows.inner()
  const order = createRandom(work.seed).shuffle(Array.from(pool))
  const actual = Int32Array.from(test, (row) => target.codes[row]!)
  const { best, candidates: tried } = chooseByHalving(candidates, pool.length, ({ entry, hyperparameters }, count) => {
    const part = partOf(order.slice(0, count), test)
    const some = { classes: target.classes, codes: Int32Array.from(part.rows, (row) => target.codes[row]!) }
    const estimator = (entry as ClassifierEntry).create(hyperparameters)
    const options = { folds: [part.split], textColumns, seed: work.seed, threads: work.threads }
    const probabilities = crossFitProbabilities(estimator, selectMatrixRows(matrix, part.rows), some, options)
    return logLoss(actual, probabilities.subarray(count * target.classes.length), target.classes.length)
  }, work)
  const chosen = chooseHyperparameters(best, rows, work)
  return { ...chosen, choice: `${describeChoice(best, tried, 'log-loss')} ${chosen.choice}`.trim(), candidates: tried, metric: 'logLoss' }
}

/** As {@link chooseClassifier}, by the root mean squared error. */
export function chooseRegressor(rows: FeatureRows & { readonly target: Float64Array }, work: TrainingWork): ChosenEstimator<RegressorEstimator> {
  const { matrix, target, textColumns } = rows
  const candidates = candidatesFor('regression', rows, work)
  const create = ({ entry, hyperparameters }: Candidate): RegressorEstimator => (entry as RegressorEntry).create(hyperparameters)
  if (candidates.length === 1) return { estimator: create(candidates[0]!), choice: 'As asked for, or the only one there is.', candidates: [], metric: null }
  const { train: pool, test } = rows.inner()
  const order = createRandom(work.seed).shuffle(Array.from(pool))
  const actual = Float64Array.from(test, (row) => target[row]!)
  const { best, candidates: tried } = chooseByHalving(candidates, pool.length, (candidate, count) => {
    const part = partOf(order.slice(0, count), test)
    const options = { folds: [part.split], textColumns, seed: work.seed, threads: work.threads }
    const some = Float64Array.from(part.rows, (row) => target[row]!)
    return rootMeanSquaredError(actual, crossFitPredictions(create(candidate), selectMatrixRows(matrix, part.rows), some, options).subarray(count))
  }, work)
  return { estimator: create(best), choice: describeChoice(best, tried, 'root mean squared error'), candidates: tried, metric: 'rootMeanSquaredError' }
}

function candidatesFor(task: ModelType, { matrix, textColumns }: FeatureRows, work: TrainingWork): readonly Candidate[] {
  const { estimator } = work.spec
  const given = { ...estimator?.hyperparameters }
  const isAuto = estimator?.kind === autoEstimator || (estimator === undefined && (work.spec.modelType === 'auto' || task === 'regression'))
  const candidates = isAuto ? autoCandidates(task, textColumns.length > 0) : candidatesOf(findEntry(work.spec, task), given)
  if (candidates.length === 1 || matrix.rowCount >= fewestRowsToChoose) return candidates
  work.note(`The estimator is the first of its list, with its defaults: ${matrix.rowCount} training rows are too few to choose it by.`)
  return candidates.slice(0, 1)
}

/** Rows to learn from before rows to measure on, as one list and as a split of it. */
function partOf(learn: readonly number[], measure: Uint32Array): { readonly rows: number[]; readonly split: Split } {
  const rows = [...learn, ...measure]
  const all = Uint32Array.from(rows.keys())
  return { rows, split: { train: all.subarray(0, learn.length), test: all.subarray(learn.length) } }
}

function chooseHyperparameters(
  { entry, hyperparameters }: Candidate, rows: FeatureRows & { readonly target: ClassificationTarget }, work: TrainingWork,
): ChosenClassifier {
  const create = (more = {}): ClassifierEstimator => (entry as ClassifierEntry).create({ ...hyperparameters, ...more })
  const plain = { estimator: create(), candidates: [], metric: null }
  const { spec } = work
  const isOpen = entry.kind === defaultClassifier && spec.estimator?.hyperparameters?.['C'] === undefined
  if (!isOpen) return { ...plain, choice: spec.estimator === undefined ? '' : 'As asked for.' }
  const { matrix, target, textColumns } = rows
  if (matrix.rowCount < fewestRowsToChoose) {
    work.note(`The regularization is the default: ${matrix.rowCount} training rows are too few to choose it by.`)
    return { ...plain, choice: 'The default.' }
  }
  const { C, scores, startFrom } = work.checkpoints.step('regularization', () => chooseRegularization(matrix, target, {
    seed: work.seed, split: rows.inner(), hyperparameters, textColumns, onProgress: (share) => work.progress.report('selecting', share),
  }), regularizationForm)
  const tried = scores.map((score) => `${score.C}: ${score.logLoss.toFixed(4)}`).join(', ')
  const choice = `C = ${C} was chosen by log-loss on a held-out part of the training rows (${tried}).`
  work.note(choice)
  return { ...plain, estimator: create({ C }), startFrom, choice }
}

type Regularization = Pick<ReturnType<typeof chooseRegularization>, 'C' | 'scores'> & { readonly startFrom: FittedClassifier }

const regularizationForm = {
  toState: ({ C, scores, startFrom }: Regularization): ModelState => {
    const { format, json, tensors } = startFrom.toState()
    return { format: 'regularization/1', json: { C, scores, startFrom: { format, json } }, tensors }
  },
  load: ({ json, tensors }: ModelState): Regularization => {
    const { C, scores, startFrom } = json as unknown as Regularization & { startFrom: ModelState }
    return { C, scores, startFrom: loadClassifier({ ...(startFrom as unknown as ModelState), tensors }) }
  },
}

function describeChoice({ entry }: Candidate, tried: readonly CardCandidate[], metric: string): string {
  const shown = tried.map(({ kind, hyperparameters, score, rowShare }) => {
    const values = Object.entries(hyperparameters).map(([name, value]) => ` ${name} ${String(value)}`).join('')
    return `${kind}${values}: ${score === null ? 'could not learn' : `${score.toFixed(4)} on ${Math.round(rowShare * 100)} % of the rows`}`
  })
  return `${entry.kind} was chosen by ${metric} on a held-out part of the training rows, by successive halving (${shown.join('; ')}).`
}
