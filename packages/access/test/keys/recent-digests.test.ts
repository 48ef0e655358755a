import { jest } from '@jest/globals'
import { digestKeyText } from '../../src/keys/key-text.js'
import { RecentDigests } from '../../src/keys/recent-digests.js'

describe('RecentDigests', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  it('gives the digest of each text, whatever it was asked for before', () => {
    const digests = new RecentDigests()
    for (const text of ['mk1.acme.k1.one', 'mk1.acme.k1.two', '', 'mk1.acme.k1.one']) expect(digests.of(text)).toBe(digestKeyText(text))
  })

  it('still gives the right one when more texts came than it keeps', () => {
    const digests = new RecentDigests()
    for (let count = 0; count < 2_500; count++) digests.of(`text ${count}`)
    expect(digests.of('text 7')).toBe(digestKeyText('text 7'))
    expect(digests.size).toBeLessThanOrEqual(1_000)
  })

  it('keeps no text for longer than a second, also when nobody asks any more', () => {
    const digests = new RecentDigests()
    digests.of('mk1.acme.k1.secret')
    jest.advanceTimersByTime(999)
    expect(digests.size).toBe(1)
    jest.advanceTimersByTime(1)
    expect(digests.size).toBe(0)
    digests.of('mk1.acme.k1.secret')
    jest.advanceTimersByTime(1_000)
    expect(digests.size).toBe(0)
  })
})
