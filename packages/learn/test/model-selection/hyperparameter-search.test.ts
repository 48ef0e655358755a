import { MLError } from '@motadata/core'
import fc from 'fast-check'
import { HyperparameterSearch, runSearch, type SearchOptions, type SearchState, type Trial } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

const space = {
  C: { type: 'log-uniform', low: 0.001, high: 1000 }, depth: { type: 'uniform', low: 2, high: 8, integer: true }, loss: { type: 'choice', options: ['l1', 'l2'] },
} as const
/** Best at C = 3 and l2; fewer iterations see it less clearly. */
const lossOf = ({ configuration, iterations }: Trial): number =>
  Math.abs(Math.log((configuration.C as number) / 3)) + (configuration.loss === 'l2' ? 0 : 1) + 1 / iterations
const random: SearchOptions = { space, configurationCount: 12, maximumIterations: 90, seed: 4 }
const halving: SearchOptions = { ...random, strategy: 'successive-halving', configurationCount: 27, minimumIterations: 10 }

const stored = (state: SearchState): SearchState => JSON.parse(JSON.stringify(state)) as SearchState

function finish(search: HyperparameterSearch, from: SearchState = search.start(), trials = Infinity): SearchState {
  let state = from
  for (let trial = search.next(state), done = 0; trial && done < trials; trial = search.next(state), done++) state = search.record(state, trial, lossOf(trial))
  return state
}

describe('HyperparameterSearch', () => {
  it('draws different configurations within their ranges, the same for the same seed', () => {
    const search = new HyperparameterSearch(random)
    const { trials } = finish(search)
    expect(trials).toHaveLength(12)
    expect(new Set(trials.map(({ configuration }) => configuration.C)).size).toBe(12)
    for (const { configuration: { C, depth, loss }, iterations } of trials) {
      expect(C).toBeGreaterThanOrEqual(0.001)
      expect(C).toBeLessThanOrEqual(1000)
      expect([2, 3, 4, 5, 6, 7, 8]).toContain(depth)
      expect(['l1', 'l2']).toContain(loss)
      expect(iterations).toBe(90)
    }
    expect(finish(new HyperparameterSearch(random))).toEqual(finish(search))
    expect(finish(new HyperparameterSearch({ ...random, seed: 5 })).trials[0].configuration).not.toEqual(trials[0].configuration)
  })

  it('chooses the least loss', () => {
    const search = new HyperparameterSearch(random)
    const state = finish(search)
    expect(search.best(state)!.loss).toBe(Math.min(...state.trials.map(({ loss }) => loss!)))
    expect(search.best(search.start())).toBeUndefined()
  })

  it('halves successively: a third goes on with three times the iterations, and the winner has the most', () => {
    const search = new HyperparameterSearch(halving)
    const { trials } = finish(search)
    const rounds = [0, 1, 2].map((round) => trials.filter((trial) => trial.round === round))
    expect(rounds.map((round) => [round.length, round[0].iterations])).toEqual([[27, 10], [9, 30], [3, 90]])
    expect(trials).toHaveLength(39)
    const best = rounds[0].toSorted((a, b) => a.loss! - b.loss!).slice(0, 9).map(({ configuration }) => configuration)
    expect(rounds[1].map(({ configuration }) => configuration)).toEqual(best)
    expect(search.best(finish(search))!.round).toBe(2)
  })

  it('ends with the same choice when stopped anywhere and gone on from the stored state', () => {
    fc.assert(fc.property(fc.constantFrom(random, halving), fc.nat({ max: 40 }), (options, stop) => {
      const whole = finish(new HyperparameterSearch(options))
      const resumed = finish(new HyperparameterSearch(options), stored(finish(new HyperparameterSearch(options), undefined, stop)))
      expect(resumed).toEqual(whole)
    }), { numRuns: 30 })
  })

  it('spends no more iterations than its budget', () => {
    const search = new HyperparameterSearch({ ...halving, iterationBudget: 400 })
    const spent = finish(search).trials.reduce((sum, { iterations }) => sum + iterations, 0)
    expect(spent).toBeLessThanOrEqual(400)
    expect(spent).toBeGreaterThan(370)
  })

  it('tries given configurations first', () => {
    const first = { C: 3, depth: 4, loss: 'l2' }
    const search = new HyperparameterSearch({ ...random, firstConfigurations: [first] })
    expect(search.next(search.start())!.configuration).toEqual(first)
    expect(search.best(finish(search))!.configuration).toEqual(first)
  })

  it('leaves what could not be fitted behind', () => {
    const search = new HyperparameterSearch({ ...halving, configurationCount: 3 })
    let state = search.start()
    for (let trial = search.next(state); trial; trial = search.next(state)) state = search.record(state, trial, trial.number === 0 ? Number.NaN : 1)
    expect(state.trials[0].loss).toBeNull()
    expect(state.trials.filter(({ round }) => round === 1).map(({ configuration }) => configuration)).toEqual([state.trials[1].configuration])
    const hopeless = new HyperparameterSearch({ ...random, configurationCount: 1 })
    expect(hopeless.best(hopeless.record(hopeless.start(), hopeless.next(hopeless.start())!, null))).toBeUndefined()
  })

  it('refuses options that do not fit, foreign states and trials out of turn', () => {
    const build = (change: Partial<SearchOptions>) => codeOf(() => new HyperparameterSearch({ ...halving, ...change }))
    expect(build({ space: {} })).toBe('INPUT_INVALID')
    expect(build({ space: { C: { type: 'log-uniform', low: 0, high: 1 } } })).toBe('INPUT_INVALID')
    expect(build({ space: { C: { type: 'choice', options: [] } } })).toBe('INPUT_INVALID')
    expect(build({ configurationCount: 0 })).toBe('INPUT_INVALID')
    expect(build({ minimumIterations: 91 })).toBe('INPUT_INVALID')
    expect(build({ reduction: 1 })).toBe('INPUT_INVALID')
    expect(build({ iterationBudget: 5 })).toBe('INPUT_INVALID')
    const search = new HyperparameterSearch(random)
    const other = new HyperparameterSearch({ ...random, seed: 9 })
    expect(codeOf(() => search.next(other.start()))).toBe('INPUT_INVALID')
    for (const damaged of [null, {}, { ...search.start(), trials: [null] }, { ...search.start(), trials: [{}] }, { ...search.start(), format: 'x' }]) {
      expect(codeOf(() => search.next(damaged as SearchState))).toBe('INPUT_INVALID')
    }
    expect(codeOf(() => search.record(search.start(), other.next(other.start())!, 1))).toBe('INPUT_INVALID')
  })
})

describe('runSearch', () => {
  it('hands every state out, and goes on from one', async () => {
    const states: SearchState[] = []
    const search = new HyperparameterSearch(random)
    const result = await runSearch(search, lossOf, { onTrial: (state) => void states.push(stored(state)) })
    expect(states).toHaveLength(12)
    expect(result).toEqual({ state: finish(search), best: search.best(finish(search)), ended: 'complete' })
    let evaluated = 0
    const resumed = await runSearch(search, (trial) => {
      evaluated++
      return lossOf(trial)
    }, { state: states[7] })
    expect([resumed, evaluated]).toEqual([result, 4])
  })

  it('starts no trial after the wall-clock limit or above the memory limit', async () => {
    const search = new HyperparameterSearch(random)
    let nowMs = 0
    const timed = await runSearch(search, (trial) => {
      nowMs += 100
      return lossOf(trial)
    }, { wallClockLimitMs: 350, nowMs: () => nowMs })
    expect([timed.ended, timed.state.trials.length]).toEqual(['wall-clock-limit', 4])
    let usedBytes = 0
    const heavy = await runSearch(search, (trial) => {
      usedBytes += 100
      return lossOf(trial)
    }, { memoryLimitBytes: 150, usedBytes: () => usedBytes })
    expect([heavy.ended, heavy.state.trials.length, heavy.best!.number < 2]).toEqual(['memory-limit', 2, true])
  })

  it('counts configurations that an estimator refuses as tried, and passes other errors on', async () => {
    const search = new HyperparameterSearch(random)
    const refusing = (trial: Trial): number => {
      if (trial.number % 2 === 0) throw new MLError('HYPERPARAMETER_INVALID', 'no')
      return 1
    }
    expect((await runSearch(search, refusing)).state.trials.filter(({ loss }) => loss === null)).toHaveLength(6)
    await expect(runSearch(search, () => { throw new Error('broken') })).rejects.toThrow('broken')
  })

  it('stops when aborted and refuses limits without their measure', async () => {
    const search = new HyperparameterSearch(random)
    await expect(runSearch(search, lossOf, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(runSearch(search, lossOf, { wallClockLimitMs: 5 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(runSearch(search, lossOf, { memoryLimitBytes: 5 })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})
