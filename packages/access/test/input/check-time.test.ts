import { checkExpiry, checkGracePeriodMs } from '../../src/input/check-time.js'

const nowMs = Date.parse('2026-03-01T12:00:00Z')

describe('the end of a key', () => {
  it('lies ahead', () => {
    expect(checkExpiry(new Date(nowMs + 1), nowMs)).toEqual(new Date(nowMs + 1))
    expect(checkExpiry(undefined, nowMs)).toBeUndefined()
  })

  it.each([
    ['now', new Date(nowMs)],
    ['the past', new Date('2020-01-01T00:00:00Z')],
    ['no date', new Date('2026-02-31T25:00:00Z')],
    ['the year 10000', new Date(Date.UTC(10_000, 0))],
    ['the last instant there is', new Date(8.64e15)],
    ['text', '2030-01-01'],
    ['a number', nowMs + 1],
    ['an object', {}],
  ])('is not %s', (_, value) => {
    const refused = { code: 'INPUT_INVALID', details: expect.objectContaining({ field: 'expiresAt' }) }
    expect(() => checkExpiry(value, nowMs)).toThrow(expect.objectContaining(refused))
  })
})

describe('the grace period of a rotation', () => {
  it('is nothing unless given, and at most 30 days', () => {
    expect(checkGracePeriodMs(undefined)).toBe(0)
    expect(checkGracePeriodMs(2_592_000_000)).toBe(2_592_000_000)
  })

  it.each([-1, 0.5, NaN, Infinity, 2_592_000_001, '1', {}, true])('is not %p', (value) => {
    expect(() => checkGracePeriodMs(value)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })
})
