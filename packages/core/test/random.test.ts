import { createRandom } from '../src/index.js'

describe('createRandom', () => {
  it('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number | string) => Array.from({ length: 5 }, ((random) => () => random.next())(createRandom(seed)))
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw('tickets')).toEqual(draw('tickets'))
    expect(draw(2 ** 40)).not.toEqual(draw(0))
  })

  it('spreads evenly: a chi-squared of 100 bins over 100,000 draws stays below its 99.9 % quantile, 148.2', () => {
    const random = createRandom(1)
    const bins = new Float64Array(100)
    for (let i = 0; i < 100_000; i++) bins[random.below(100)]! += 1
    const chiSquared = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    expect(chiSquared).toBeLessThan(148.2)
    expect(chiSquared).toBeGreaterThan(50)
  })

  it('stays within its bounds', () => {
    const random = createRandom(3)
    for (let i = 0; i < 1000; i++) {
      expect(random.next()).toBeLessThan(1)
      expect(random.below(3)).toBeLessThan(3)
    }
  })

  it('shuffles a copy that holds the same items', () => {
    const items = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8])
    const shuffled = createRandom(1).shuffle(items)
    expect([...shuffled].sort()).toEqual(items)
    expect(shuffled).not.toEqual(items)
  })

  it('splits into sources that do not depend on what was drawn before', () => {
    const random = createRandom(1)
    const before = random.split('a').next()
    random.next()
    expect(random.split('a').next()).toBe(before)
    expect(random.split('b').next()).not.toBe(before)
  })
})
