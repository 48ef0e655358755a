import { type EstimatorEntry, findEstimator, type ModelState } from '../../src/index.js'
import { damagedStates } from '../damage-state.js'
import { codeOf } from '../sparse-matrix.js'

/** What a stored state has to do, whatever was learned. */
export function describeState(entry: EstimatorEntry, state: ModelState): void {
  it('stores itself under its kind, in plain JSON and typed arrays', () => {
    expect(state.format).toMatch(new RegExp(`^${entry.kind}/\\d+$`))
    expect(findEstimator(state.format.split('/')[0])).toBe(entry)
    expect(JSON.parse(JSON.stringify(state.json))).toEqual(state.json)
    for (const { shape, data } of Object.values(state.tensors)) expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length)
  })

  it('stores the same bytes again after loading', () => {
    expect(entry.load(state).toState()).toEqual(state)
  })

  it('says about how many bytes it keeps', () => {
    const stored = Object.values(state.tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
    const { sizeBytes } = entry.load(state)
    expect(sizeBytes).toBeGreaterThanOrEqual(Math.max(8, stored / 4))
    expect(sizeBytes).toBeLessThan(20_000 + stored * 16)
  })

  it('does not keep the arrays that it was loaded from, nor those that it stores', () => {
    const source = structuredClone(state)
    const loaded = entry.load(source)
    for (const { data } of Object.values(source.tensors)) data.fill(0)
    expect(loaded.toState()).toEqual(state)
    for (const { data } of Object.values(loaded.toState().tensors)) data.fill(0)
    expect(loaded.toState()).toEqual(state)
  })

  it.each(damagedStates(state))('refuses a stored state with $damage', ({ state: damaged }) => {
    expect(codeOf(() => entry.load(damaged as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
}
