import { createRandom, isMLError, MLError } from '@motadata/core'
import { checkSearchSpace, type Configuration, drawConfiguration, type SearchSpace } from './search-space.js'

const format = 'hyperparameter-search/1'

export interface SearchOptions {
  readonly space: SearchSpace
  /** Configurations to draw. */
  readonly configurationCount: number
  /** `random` gives every configuration all iterations; `successive-halving` few at first, and more to the best of each round. */
  readonly strategy?: 'random' | 'successive-halving'
  /** Iterations of a full fit: what `evaluate` is told. */
  readonly maximumIterations: number
  /** Iterations in the first round of successive halving; a ninth of the maximum when absent. */
  readonly minimumIterations?: number
  /** One in so many goes on to the next round, with so many times the iterations. 3 when absent. */
  readonly reduction?: number
  /** Iterations of all trials together: no trial starts that would exceed them. */
  readonly iterationBudget?: number
  /** 0 when absent. */
  readonly seed?: number
  /** Configurations to try before drawn ones: defaults, or what was best elsewhere. */
  readonly firstConfigurations?: readonly Configuration[]
}

/** What is to be fitted and measured next. */
export interface Trial {
  readonly number: number
  /** From 0; successive halving has several. */
  readonly round: number
  readonly iterations: number
  readonly configuration: Configuration
}

/** A trial that ended; loss is null where the configuration could not be fitted. */
export interface FinishedTrial extends Trial {
  readonly loss: number | null
}

/** All that a search has learned: plain JSON, to be stored after every trial and gone on from. */
export interface SearchState {
  readonly format: typeof format
  /** What the search was asked for; a state goes on only in the same search. */
  readonly options: string
  readonly trials: readonly FinishedTrial[]
}

/**
 * Searches hyperparameters under a budget of iterations, one trial after the other. What comes next depends on options and finished
 * trials only: a search that was stopped anywhere, even killed, ends with the same choice when gone on with from its last state.
 *
 * @throws MLError `INPUT_INVALID`
 * @see Bergstra and Bengio (2012) for random search; Jamieson and Talwalkar (2016) for successive halving.
 * @example
 * const search = new HyperparameterSearch({ space: { C: { type: 'log-uniform', low: 0.01, high: 100 } }, configurationCount: 9, maximumIterations: 200 })
 * let state = search.start()
 * for (let trial = search.next(state); trial; trial = search.next(state)) {
 *   state = search.record(state, trial, lossOf(trial.configuration, trial.iterations)) // store the state here
 * }
 * search.best(state)?.configuration // => { C: 3.7 }
 */
export class HyperparameterSearch {
  readonly #options: Required<Omit<SearchOptions, 'iterationBudget'>> & { readonly iterationBudget: number }
  readonly #fingerprint: string

  constructor(options: SearchOptions) {
    const { maximumIterations, strategy = 'random', reduction = 3, iterationBudget = Infinity, seed = 0, firstConfigurations = [] } = options
    const minimumIterations = options.minimumIterations ?? Math.max(1, Math.floor(maximumIterations / 9))
    this.#options = { ...options, strategy, reduction, iterationBudget, seed, firstConfigurations, minimumIterations }
    checkSearchSpace(options.space)
    const whole = { configurationCount: options.configurationCount, maximumIterations, minimumIterations }
    for (const [name, value] of Object.entries(whole)) {
      if (!Number.isInteger(value) || value < 1) throw new MLError('INPUT_INVALID', `Expected a whole number from 1 as ${name}, got ${value}.`)
    }
    if (minimumIterations > maximumIterations || !(reduction >= 2) || !(iterationBudget >= minimumIterations)) {
      throw new MLError('INPUT_INVALID', 'Expected a minimum up to the maximum of iterations, a reduction from 2 and a budget for one trial, got others.')
    }
    this.#fingerprint = JSON.stringify(this.#options, (_, value: unknown) => (value === Infinity ? 'unlimited' : value))
  }

  /** The state before any trial. */
  start(): SearchState {
    return { format, options: this.#fingerprint, trials: [] }
  }

  /**
   * The next trial, or undefined when all are done or the budget is spent.
   *
   * @throws MLError `INPUT_INVALID` for a state that is damaged or of a search with other options
   */
  next(state: SearchState): Trial | undefined {
    this.#check(state)
    const { iterationBudget } = this.#options
    const round = Math.max(0, ...state.trials.map((trial) => trial.round))
    const inRound = state.trials.filter((trial) => trial.round === round)
    const planned = this.#plan(state, round)
    const following = inRound.length < planned.length ? { round, at: inRound.length, plan: planned } : { round: round + 1, at: 0, plan: this.#plan(state, round + 1) }
    const configuration = following.plan.at(following.at)
    if (configuration === undefined || following.at >= following.plan.length) return undefined
    const iterations = this.#iterationsOf(following.round)
    const spent = state.trials.reduce((sum, trial) => sum + trial.iterations, 0)
    return spent + iterations > iterationBudget ? undefined : { number: state.trials.length, round: following.round, iterations, configuration }
  }

  /**
   * The state after a trial.
   *
   * @param loss - Smaller is better; null, or a number that is not finite, where the configuration could not be fitted.
   * @throws MLError `INPUT_INVALID` for a trial that is not the next
   */
  record(state: SearchState, trial: Trial, loss: number | null): SearchState {
    if (JSON.stringify(this.next(state)) !== JSON.stringify(trial)) {
      throw new MLError('INPUT_INVALID', `Expected the trial that next() gives for this state, got trial ${trial.number}.`)
    }
    return { ...state, trials: [...state.trials, { ...trial, loss: loss !== null && Number.isFinite(loss) ? loss : null }] }
  }

  /** The best trial among those with the most iterations, or undefined when none could be fitted. @throws MLError `INPUT_INVALID` */
  best(state: SearchState): FinishedTrial | undefined {
    this.#check(state)
    const fitted = state.trials.filter((trial) => trial.loss !== null)
    const last = Math.max(...fitted.map((trial) => trial.round))
    return ranked(fitted.filter((trial) => trial.round === last))[0]
  }

  /** Configurations of a round, in the order they are tried. */
  #plan(state: SearchState, round: number): Configuration[] {
    const { space, configurationCount, seed, firstConfigurations, reduction, strategy, maximumIterations } = this.#options
    if (round === 0) {
      const random = createRandom(seed)
      return Array.from({ length: configurationCount }, (_, at) => firstConfigurations[at] ?? drawConfiguration(space, random.split(`configuration ${at}`)))
    }
    if (strategy === 'random' || this.#iterationsOf(round - 1) >= maximumIterations) return []
    const before = state.trials.filter((trial) => trial.round === round - 1)
    const fitted = ranked(before.filter((trial) => trial.loss !== null))
    return fitted.slice(0, Math.max(1, Math.floor(before.length / reduction))).map((trial) => trial.configuration)
  }

  #iterationsOf(round: number): number {
    const { strategy, minimumIterations, maximumIterations, reduction } = this.#options
    return strategy === 'random' ? maximumIterations : Math.min(maximumIterations, Math.round(minimumIterations * reduction ** round))
  }

  #check(state: SearchState): void {
    const given = state as unknown as Partial<SearchState> | null
    const isTrial = (trial: FinishedTrial | null, at: number): boolean =>
      typeof trial === 'object' && trial !== null && trial.number === at && Number.isInteger(trial.round) && Number.isInteger(trial.iterations)
      && (trial.loss === null || Number.isFinite(trial.loss)) && typeof trial.configuration === 'object' && trial.configuration !== null
    if (given?.format === format && given.options === this.#fingerprint && Array.isArray(given.trials) && given.trials.every(isTrial)) return
    throw new MLError('INPUT_INVALID', 'Expected the state of a search with the same options, got another or a damaged one. Start the search anew.')
  }
}

const ranked = (trials: readonly FinishedTrial[]): FinishedTrial[] => trials.toSorted((a, b) => a.loss! - b.loss! || a.number - b.number)

export interface SearchRunOptions {
  /** Where to go on; a new search when absent. */
  readonly state?: SearchState
  /** Called after every trial, with what to store. */
  readonly onTrial?: (state: SearchState) => void | Promise<void>
  /** Looked at between trials. */
  readonly signal?: AbortSignal
  /** No trial starts later than so long after the run began; makes results depend on the machine. */
  readonly wallClockLimitMs?: number
  /** Milliseconds now. Needed for a wall-clock limit. */
  readonly nowMs?: () => number
  /** No trial starts while more is used; makes results depend on the machine. */
  readonly memoryLimitBytes?: number
  /** Bytes in use now. Needed for a memory limit. */
  readonly usedBytes?: () => number
}

export interface SearchResult {
  readonly state: SearchState
  readonly best: FinishedTrial | undefined
  /** Why the run ended. */
  readonly ended: 'complete' | 'wall-clock-limit' | 'memory-limit'
}

/**
 * Runs a search to its end or a limit. A configuration that an estimator refuses counts as tried without a loss.
 *
 * @param evaluate - The loss of a trial: fit with its configuration and iterations, measure on rows held out.
 * @throws MLError `CANCELLED`, `INPUT_INVALID` for a limit without its measure, and what `evaluate` throws
 */
export async function runSearch(
  search: HyperparameterSearch, evaluate: (trial: Trial) => number | Promise<number>, options: SearchRunOptions = {},
): Promise<SearchResult> {
  const { onTrial, signal, wallClockLimitMs, nowMs, memoryLimitBytes, usedBytes } = options
  if ((wallClockLimitMs !== undefined && !nowMs) || (memoryLimitBytes !== undefined && !usedBytes)) {
    throw new MLError('INPUT_INVALID', 'Expected nowMs beside a wall-clock limit and usedBytes beside a memory limit, got a limit alone.')
  }
  const begunMs = nowMs?.() ?? 0
  let state = options.state ?? search.start()
  for (let trial = search.next(state); trial; trial = search.next(state)) {
    if (signal?.aborted) throw new MLError('CANCELLED', 'The caller cancelled this search; go on from the last state stored.')
    if (wallClockLimitMs !== undefined && nowMs!() - begunMs >= wallClockLimitMs) return { state, best: search.best(state), ended: 'wall-clock-limit' }
    if (memoryLimitBytes !== undefined && usedBytes!() > memoryLimitBytes) return { state, best: search.best(state), ended: 'memory-limit' }
    state = search.record(state, trial, await lossOf(trial, evaluate))
    await onTrial?.(state)
  }
  return { state, best: search.best(state), ended: 'complete' }
}

async function lossOf(trial: Trial, evaluate: (trial: Trial) => number | Promise<number>): Promise<number | null> {
  try {
    return await evaluate(trial)
  } catch (error) {
    if (isMLError(error, 'HYPERPARAMETER_INVALID')) return null
    throw error
  }
}
