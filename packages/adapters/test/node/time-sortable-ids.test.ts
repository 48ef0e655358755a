import { FixedClock } from '@motadata/testing'
import { TimeSortableIds } from '../../src/node/time-sortable-ids.js'

describe('TimeSortableIds', () => {
  it('gives UUIDs of version 7 with the time in front', () => {
    // RFC 9562, appendix A.6: 2022-02-22T19:22:22Z is 0x017F22E279B0.
    const id = new TimeSortableIds({ clock: new FixedClock(1_645_557_742_000) }).next()
    expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('gives ids that sort in the order of making, within a millisecond, after it, and when the clock goes back', () => {
    const clock = new FixedClock()
    const ids = new TimeSortableIds({ clock })
    const made: string[] = []
    for (const byMs of [0, 1, -5000, 5001]) {
      clock.advance(byMs)
      for (let i = 0; i < 10_000; i++) made.push(ids.next())
    }
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(40_000)
  })
})
