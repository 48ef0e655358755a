import { CollectingLogger, FixedClock, SequentialIds } from '../../src/index.js'

describe('the fakes', () => {
  it('keep a clock still until it is told otherwise', () => {
    const clock = new FixedClock(1_000)
    expect([clock.nowMs(), clock.nowMs()]).toEqual([1_000, 1_000])
    clock.advance(5)
    expect(clock.nowMs()).toBe(1_005)
  })

  it('give ids in order, which sort so', () => {
    const ids = new SequentialIds('job')
    const made = Array.from({ length: 12 }, () => ids.next())
    expect(made.slice(0, 2)).toEqual(['job-000001', 'job-000002'])
    expect(made.toSorted()).toEqual(made)
  })

  it('keep what a logger is told', () => {
    const logger = new CollectingLogger()
    logger.debug({ a: 1 }, 'one')
    logger.info({}, 'two')
    logger.warn({}, 'three')
    logger.error({}, 'four')
    expect(logger.records.map(({ level, message }) => [level, message])).toEqual([['debug', 'one'], ['info', 'two'], ['warn', 'three'], ['error', 'four']])
    expect(logger.records[0]!.fields).toEqual({ a: 1 })
  })
})
