import { formatModelReference, parseAlias, parseModelReference } from '../../src/index.js'

describe('a model reference', () => {
  it.each([
    ['ticket_classifier', { name: 'ticket_classifier' }],
    ['ticket_classifier@challenger', { name: 'ticket_classifier', alias: 'challenger' }],
    ['ticket_classifier@champion.staging', { name: 'ticket_classifier', alias: 'champion.staging' }],
    ['ticket_classifier/versions/3', { name: 'ticket_classifier', version: 3 }],
  ])('reads and writes %s', (text, reference) => {
    expect(parseModelReference(text)).toEqual(reference)
    expect(formatModelReference(reference)).toBe(text)
  })

  it.each(['', '@champion', 'a@', 'a/b', '../a', 'a/versions/x', 'a/versions/-1', 'a b', '.a', 'a@B', '__proto__', 'a'.repeat(129)])('refuses %j', (text) => {
    expect(() => parseModelReference(text)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }))
  })

  it('refuses an alias that is no text', () => expect(() => parseAlias(7)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' })))
})
