import fc from 'fast-check'
import { createSubjectMatcher, parseErasureSubject } from '../../src/index.js'

const matcher = createSubjectMatcher({ kind: 'person', identifiers: ['Anna Bérg', 'anna.berg@acme.example', 'EMP-0042'] })

describe('a subject matcher', () => {
  it.each([
    'Anna Bérg called', 'please ring ANNA BÉRG.', 'mail <anna.berg@acme.example>', 'emp-0042', '(EMP-0042)', 'decomposed: Anna Be\u0301rg', '🙂anna.berg@acme.example🙂',
  ])('finds %j', (text) => expect(matcher.matches(text)).toBe(true))

  it.each(['', 'Hanna Bérg', 'Anna Bérgström', 'hanna.berg@acme.example', 'anna.berg@acme.examples', 'EMP-00421', '𝐀anna.berg@acme.example'])('does not find %j', (text) => expect(matcher.matches(text)).toBe(false))

  it('looks through values, names and depths of JSON', () => {
    expect(matcher.matchesJson({ rows: [{ caller: 'emp-0042' }] })).toBe(true)
    expect(matcher.matchesJson({ 'EMP-0042': null })).toBe(true)
    expect(matcher.matchesJson({ rows: [{ caller: 'emp-0043', n: 42, b: true, x: null }] })).toBe(false)
    expect(createSubjectMatcher({ kind: 'person', identifiers: ['4711'] }).matchesJson([4711])).toBe(true)
  })

  it('finds an identifier in bytes wherever it lies', () => {
    const found = (before: number): boolean => {
      const bytes = new Uint8Array(before + 2_000_000).fill(0xff)
      bytes.set(new TextEncoder().encode('anna.berg@acme.example'), before)
      return matcher.matchesBytes(bytes)
    }
    for (const before of [0, 5, 1_048_570, 1_048_576, 1_500_000]) expect([before, found(before)]).toEqual([before, true])
    expect(matcher.matchesBytes(new TextEncoder().encode('Nanna.berg@acme.exampleX'))).toBe(true)
    expect(matcher.matchesBytes(new Uint8Array(3_000_000))).toBe(false)
  })

  it('finds whatever text an identifier is put into between spaces', () => {
    fc.assert(fc.property(fc.string(), fc.string(), fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme' }).filter((text) => text.trim().length >= 4), (before, after, identifier) => {
      const subject = parseErasureSubject({ kind: 'person', identifiers: [identifier] })
      expect(createSubjectMatcher(subject).matches(`${before} ${identifier.trim()} ${after}`)).toBe(true)
    }))
  })

  it('finds everything of a tenant', () => {
    const all = createSubjectMatcher({ kind: 'tenant' })
    expect([all.matches(''), all.matchesJson(null), all.matchesBytes(new Uint8Array())]).toEqual([true, true, true])
  })
})

describe('a subject', () => {
  it('has its identifiers trimmed, each once', () => {
    expect(parseErasureSubject({ kind: 'person', identifiers: [' abcd', 'abcd'] })).toEqual({ kind: 'person', identifiers: ['abcd'] })
    expect(parseErasureSubject({ kind: 'tenant' })).toEqual({ kind: 'tenant' })
  })

  it.each([
    null, undefined, 'tenant', {}, { kind: 'group' }, { kind: 'person' }, { kind: 'person', identifiers: [] }, { kind: 'person', identifiers: ['abc'] },
    { kind: 'person', identifiers: ['abcd', 5] }, { kind: 'person', identifiers: ['x'.repeat(201)] }, { kind: 'person', identifiers: ['\ud800abcd'] }, { kind: 'person', identifiers: Array(51).fill('abcd') },
  ])('that is not as documented is refused: %j', (value) => {
    expect(() => parseErasureSubject(value)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })
})
