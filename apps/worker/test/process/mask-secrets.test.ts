import { maskSecrets } from '../../src/process/mask-secrets.js'

describe('secrets are masked', () => {
  const mask = maskSecrets(['postgres://me:p%40ss%22word@db.example/ml', 'k1k1k1, k2k2k2'])

  it.each([
    ['the address as it stands', 'connecting to postgres://me:p%40ss%22word@db.example/ml failed', 'connecting to *** failed'],
    ['its password as it is written there', 'user me, password p%40ss%22word', 'user me, password ***'],
    ['its password as it is', 'password p@ss"word is wrong', 'password *** is wrong'],
    ['its password as JSON writes it', '{"password":"p@ss\\"word"}', '{"password":"***"}'],
    ['each key of a list', 'not k2k2k2 but k1k1k1', 'not *** but ***'],
  ])('as %s', (_what, text, expected) => expect(mask(text)).toBe(expected))

  it('wherever and however often they stand', () => expect(mask('k1k1k1k1k1k1')).toBe('******'))

  it('and nothing else is: not the host, not the user, nothing for want of a password', () => {
    const text = 'me at db.example on localhost'
    expect([mask(text), maskSecrets(['redis://localhost:6379', ''])(text)]).toEqual([text, text])
  })

  it('also in a query string', () => expect(maskSecrets(['postgres:///ml?host=/run&password=hunter2'])('hunter2!')).toBe('***!'))

  it('and a password too short to be told from other words stays, rather than every word with it', () => {
    expect(maskSecrets(['postgres://me:e@db/ml'])('the end')).toBe('the end')
  })
})
