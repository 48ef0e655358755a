import { createRandom } from '@motadata/core'
import fc from 'fast-check'
import { DistinctCounter, FrequentItems, type ModelState, quantile, QuantileSketch, ReservoirSample } from '../../src/index.js'
import { damagedStates } from '../damage-state.js'
import { codeOf } from '../sparse-matrix.js'

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 200 })
const words = fc.array(fc.integer({ min: 0, max: 30 }).map((at) => `word ${at % 7 === 0 ? 0 : at}`), { maxLength: 300 })

function sketchOf(list: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch()
  for (const value of list) sketch.add(value)
  return sketch
}

describe('QuantileSketch', () => {
  it('finds every quantile within its share of the true value', () => {
    fc.assert(fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const rounded = list.map((value) => (Math.abs(value) < 1e-8 ? 0 : value))
      const exact = rounded.toSorted((a, b) => a - b)[Math.floor(share * (rounded.length - 1))]
      expect(Math.abs(sketchOf(rounded).quantile(share) - exact)).toBeLessThanOrEqual(0.01 * Math.abs(exact) * (1 + 1e-9))
    }))
  })

  it('merges into the same bytes, however the values were dealt and ordered', () => {
    fc.assert(fc.property(values, fc.integer({ min: 0, max: 200 }), (list, cut) => {
      const [first, second] = [sketchOf(list.slice(0, cut)), sketchOf(list.slice(cut).reverse())]
      second.merge(first)
      expect(second.toState()).toEqual(sketchOf(list).toState())
    }))
  })

  it('keeps its bins within their number and its large quantiles exact to the share when values span too much', () => {
    const list = Array.from({ length: 4000 }, (_, at) => 10 ** ((at % 400) / 10 - 20))
    const sketch = new QuantileSketch({ relativeAccuracy: 0.05, maximumBins: 64 })
    for (const value of list) sketch.add(value)
    expect(sketch.bins().length).toBeLessThanOrEqual(64)
    expect(sketch.quantile(0.99) / quantile(list, 0.99)).toBeCloseTo(1, 1)
    expect([sketch.minimum, sketch.count]).toEqual([10 ** -20, 4000])
  })

  it('counts exactly at the edges of its bins, from which shares of values are read', () => {
    const random = createRandom(1)
    const list = Array.from({ length: 2000 }, () => random.next() * 20 - 10)
    let counted = 0
    for (const { high, count } of sketchOf(list).bins()) {
      counted += count
      const below = list.filter((value) => value <= high * (1 + Math.sign(high) * 1e-12)).length
      expect(counted).toBe(below)
    }
  })

  it('refuses what it can not count and sketches that are not like it', () => {
    for (const value of [Number.NaN, Infinity]) expect(codeOf(() => new QuantileSketch().add(value))).toBe('VALUE_NOT_FINITE')
    expect(codeOf(() => new QuantileSketch().add(1, 0))).toBe('INPUT_INVALID')
    expect(codeOf(() => new QuantileSketch().quantile(0.5))).toBe('DATA_EMPTY')
    expect(codeOf(() => sketchOf([1]).quantile(2))).toBe('INPUT_INVALID')
    expect(codeOf(() => sketchOf([1]).merge(new QuantileSketch({ relativeAccuracy: 0.02 })))).toBe('INPUT_INVALID')
    expect(codeOf(() => new QuantileSketch({ relativeAccuracy: 0 }))).toBe('INPUT_INVALID')
    expect(codeOf(() => new QuantileSketch({ maximumBins: 1.5 }))).toBe('INPUT_INVALID')
  })
})

function counterOf(from: number, to: number, precision = 14): DistinctCounter {
  const counter = new DistinctCounter(precision)
  for (let i = from; i < to; i++) counter.add(`caller ${i}`)
  return counter
}

describe('DistinctCounter', () => {
  it.each([0, 1, 10, 1000, 20_000])('counts %i different values within four standard errors', (count) => {
    const counter = counterOf(0, count)
    expect(Math.abs(counter.estimate() - count)).toBeLessThanOrEqual(4 * counter.standardError * count)
  })

  it('counts repeated values once, and merges without loss', () => {
    const counter = counterOf(0, 3000, 10)
    counter.merge(counterOf(2000, 5000, 10))
    counter.merge(counterOf(0, 5000, 10))
    expect(counter.toState()).toEqual(counterOf(0, 5000, 10).toState())
  })

  it('errs as its standard error says, over many streams', () => {
    const errors = Array.from({ length: 60 }, (_, stream) => counterOf(stream * 5000, stream * 5000 + 5000, 8).estimate() / 5000 - 1)
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error / errors.length, 0))
    expect(spread).toBeLessThan(1.4 * new DistinctCounter(8).standardError)
    expect(Math.abs(errors.reduce((sum, error) => sum + error / errors.length, 0))).toBeLessThan(3 * new DistinctCounter(8).standardError / Math.sqrt(60))
  })

  it('refuses a precision out of range and counters of another', () => {
    for (const precision of [3, 19, 8.5]) expect(codeOf(() => new DistinctCounter(precision))).toBe('INPUT_INVALID')
    expect(codeOf(() => new DistinctCounter(8).merge(new DistinctCounter(9)))).toBe('INPUT_INVALID')
  })
})

function summaryOf(list: readonly string[], capacity: number): FrequentItems {
  const summary = new FrequentItems(capacity)
  for (const word of list) summary.add(word)
  return summary
}

function expectBounds(summary: FrequentItems, list: readonly string[]): void {
  const kept = new Map(summary.top(Infinity).map((item) => [item.item, item]))
  expect(summary.largestError).toBeLessThanOrEqual(list.length / (summary.capacity + 1))
  expect(summary.count).toBe(list.length)
  for (const word of new Set(list)) {
    const count = list.filter((other) => other === word).length
    const { atLeast, atMost } = kept.get(word) ?? { atLeast: 0, atMost: summary.largestError }
    expect(atLeast).toBeLessThanOrEqual(count)
    expect(atMost).toBeGreaterThanOrEqual(count)
  }
}

describe('FrequentItems', () => {
  it('bounds every count, also of merged streams', () => {
    fc.assert(fc.property(words, words, fc.integer({ min: 1, max: 6 }), (first, second, capacity) => {
      const summary = summaryOf(first, capacity)
      expectBounds(summary, first)
      summary.merge(summaryOf(second, capacity))
      expectBounds(summary, [...first, ...second])
    }))
  })

  it('counts exactly while there is room, the most frequent first', () => {
    expect(summaryOf(['b', 'a', 'c', 'b'], 3).top(2)).toEqual([{ item: 'b', atLeast: 2, atMost: 2 }, { item: 'a', atLeast: 1, atMost: 1 }])
  })

  it('refuses capacities out of range, counts that are none and summaries of another capacity', () => {
    for (const capacity of [0, 1.5, Number.NaN]) expect(codeOf(() => new FrequentItems(capacity))).toBe('INPUT_INVALID')
    expect(codeOf(() => new FrequentItems(2).add('a', -1))).toBe('INPUT_INVALID')
    expect(codeOf(() => new FrequentItems(2).merge(new FrequentItems(3)))).toBe('INPUT_INVALID')
  })
})

function sampleOf(items: readonly string[], seed: number, size = 10): ReservoirSample {
  const sample = new ReservoirSample(size, seed)
  for (const item of items) sample.add(item)
  return sample
}

describe('ReservoirSample', () => {
  const ids = Array.from({ length: 100 }, (_, at) => `INC${at}`)

  it('keeps every item with the same chance, also after merging unequal streams', () => {
    const taken = new Map(ids.map((id) => [id, 0]))
    for (let seed = 0; seed < 600; seed++) {
      const sample = sampleOf(ids.slice(0, 30), seed)
      sample.merge(sampleOf(ids.slice(30), 100_000 + seed))
      expect(sample.items()).toHaveLength(10)
      for (const id of sample.items()) taken.set(id, taken.get(id)! + 1)
    }
    // Each is taken 60 times of 600 on average, with a deviation of 7.3; five of those all but never happen.
    for (const count of taken.values()) expect(Math.abs(count - 60)).toBeLessThan(37)
    const early = ids.slice(0, 30).reduce((sum, id) => sum + taken.get(id)!, 0)
    expect(Math.abs(early / 6000 - 0.3)).toBeLessThan(0.025)
  })

  it('merges in any order, and goes on after loading as if it had not been stored', () => {
    const [a, b] = [sampleOf(ids.slice(0, 50), 1), sampleOf(ids.slice(50), 2)]
    const [first, second] = [ReservoirSample.load(a.toState()), ReservoirSample.load(b.toState())]
    first.merge(b)
    second.merge(a)
    expect(first.items()).toEqual(second.items())
    const resumed = ReservoirSample.load(sampleOf(ids.slice(0, 50), 1).toState())
    for (const id of ids.slice(50)) resumed.add(id)
    expect(resumed.toState()).toEqual(sampleOf(ids, 1).toState())
  })

  it('keeps all of a short stream, and refuses sizes, seeds and samples that do not fit', () => {
    expect(sampleOf(['a', 'b'], 3).items().sort()).toEqual(['a', 'b'])
    expect(codeOf(() => new ReservoirSample(0, 1))).toBe('INPUT_INVALID')
    expect(codeOf(() => new ReservoirSample(1, -1))).toBe('INPUT_INVALID')
    expect(codeOf(() => sampleOf(['a'], 1).merge(sampleOf(['b'], 1)))).toBe('INPUT_INVALID')
    expect(codeOf(() => sampleOf(['a'], 1).merge(sampleOf(['b'], 2, 11)))).toBe('INPUT_INVALID')
  })
})

const stored = [
  { state: sketchOf([-3, 0, 1, 2, 7]).toState(), load: QuantileSketch.load },
  { state: new QuantileSketch().toState(), load: QuantileSketch.load },
  { state: counterOf(0, 20, 4).toState(), load: DistinctCounter.load },
  { state: summaryOf(['a', 'b', 'b', 'c', 'd', 'e', 'e'], 2).toState(), load: FrequentItems.load },
  { state: sampleOf(['a', 'b', 'c'], 1, 2).toState(), load: ReservoirSample.load },
].map((entry) => ({ ...entry, format: entry.state.format }))

describe.each(stored)('a stored state of $format', ({ state, load }) => {
  it('does not change when what was loaded from it is stored again', () => expect(load(state).toState()).toEqual(state))

  it.each(damagedStates(state))('is refused with $damage', ({ state: damaged }) => {
    expect(codeOf(() => load(damaged as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
})
