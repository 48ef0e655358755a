import { checkPage, cutPage } from '../../src/input/check-page.js'

describe('a page', () => {
  it('has 50 entries unless told otherwise', () => {
    expect(checkPage(undefined)).toEqual({ limit: 50 })
    expect(checkPage({ limit: 200, pageToken: 'acme' })).toEqual({ limit: 200, after: 'acme' })
  })

  it.each([
    { limit: 0 }, { limit: 201 }, { limit: 1.5 }, { limit: NaN }, { limit: '5' }, { pageToken: '' }, { pageToken: "'" },
    { pageToken: 'a\u0000' }, { pageToken: 'a'.repeat(65) }, { pageToken: 5 }, 'x', [],
  ])('is not asked for with %j', (request) => {
    expect(() => checkPage(request as never)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })

  it('names where the next one begins, and the last names nothing', () => {
    expect(cutPage(['a', 'b', 'c'], 2, (row) => row)).toEqual({ page: ['a', 'b'], nextPageToken: 'b' })
    expect(cutPage(['a', 'b'], 2, (row) => row)).toEqual({ page: ['a', 'b'] })
  })
})
