import { type CardCandidate, isMLError, MLError } from '@motadata/core'
import { type FinishedTrial, HyperparameterSearch, type ModelState, type SearchState } from '@motadata/learn'
import type { Candidate } from './auto-candidates.js'
import type { TrainingWork } from './training-work.js'

const reduction = 3
/** Fewer rows tell too little to leave a candidate out. */
const fewestRows = 300

/** What was tried, and what is best. */
export interface HalvingResult {
  readonly best: Candidate
  /** Best first. */
  readonly candidates: readonly CardCandidate[]
}

/**
 * Tries candidates on few rows, and the better third of them on more, until the best were tried on all.
 *
 * The state is kept after every trial: a choice that was killed goes on where it was, and ends the same.
 *
 * @param rowCount - Rows there are to learn from.
 * @param lossOf - Learns from so many rows and measures on rows held out; smaller is better.
 * @throws MLError `TRAINING_FAILED` when no candidate could be fitted
 */
export function chooseByHalving(
  candidates: readonly Candidate[], rowCount: number, lossOf: (candidate: Candidate, rows: number) => number, work: TrainingWork,
): HalvingResult {
  const search = new HyperparameterSearch({
    space: { candidate: { type: 'choice', options: candidates.map((_, number) => number) } },
    firstConfigurations: candidates.map((_, candidate) => ({ candidate })),
    configurationCount: candidates.length,
    strategy: 'successive-halving',
    maximumIterations: rowCount,
    minimumIterations: Math.min(rowCount, Math.max(fewestRows, Math.floor(rowCount / reduction ** 2))),
    reduction,
    seed: work.seed,
  })
  let state = work.checkpoints.find('choice', readState) ?? search.start()
  try {
    search.next(state)
  } catch (error) {
    if (!isMLError(error, 'INPUT_INVALID')) throw error
    state = search.start()
  }
  for (let trial = search.next(state); trial; trial = search.next(state)) {
    if (state.trials.length > 0 && work.isTimeSpent('all candidates were tried')) break
    if (state.trials.length >= work.iterations) {
      work.note(`The budget of ${work.iterations} fits was used up before all candidates were tried on all rows.`)
      break
    }
    state = search.record(state, trial, fittedLoss(candidates[Number(trial.configuration['candidate'])]!, trial.iterations, lossOf))
    const kept = state
    work.checkpoints.keep('choice', () => ({ format: 'choice/1', json: { state: kept }, tensors: {} }))
    work.progress.report('selecting', state.trials.length / (candidates.length * 1.5))
  }
  const best = search.best(state)
  if (!best) throw new MLError('TRAINING_FAILED', 'Expected one of the candidates to be fitted, got none. Name an estimator to see why.')
  const chosen = Number(best.configuration['candidate'])
  return { best: candidates[chosen]!, candidates: rank(candidates, state.trials, chosen, rowCount) }
}

/** Data that a candidate can't learn from (such as negative numbers for naive Bayes) rules it out, and no other. */
function fittedLoss(candidate: Candidate, rows: number, lossOf: (candidate: Candidate, rows: number) => number): number | null {
  try {
    return lossOf(candidate, rows)
  } catch (error) {
    if (isMLError(error) && error.code !== 'CANCELLED') return null
    throw error
  }
}

function rank(candidates: readonly Candidate[], trials: readonly FinishedTrial[], chosen: number, rowCount: number): CardCandidate[] {
  const last = candidates.flatMap((candidate, number) => {
    const trial = trials.findLast(({ configuration }) => configuration['candidate'] === number)
    return trial ? [{ candidate, number, trial }] : []
  })
  last.sort((a, b) => b.trial.round - a.trial.round || (a.trial.loss ?? Infinity) - (b.trial.loss ?? Infinity) || a.number - b.number)
  return last.map(({ candidate, number, trial }) => ({
    kind: candidate.entry.kind,
    hyperparameters: candidate.hyperparameters,
    score: trial.loss,
    rowShare: trial.iterations / rowCount,
    isChosen: number === chosen,
    reason: number === chosen ? 'the best on the most rows' : trial.loss === null ? 'could not learn from these rows' : `others were better on ${trial.iterations} rows`,
  }))
}

function readState(state: ModelState): SearchState {
  return state.json['state'] as SearchState
}
