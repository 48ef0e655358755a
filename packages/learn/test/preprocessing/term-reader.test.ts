import fc from 'fast-check'
import { hashTerm } from '../../src/preprocessing/term-hash.js'
import { TermReader } from '../../src/preprocessing/term-reader.js'

const decoder = new TextDecoder('utf-8', { fatal: true })
const analyzers = ['words', 'characters'] as const

function termsOf(reader: TermReader, text: string): string[] {
  return Array.from({ length: reader.read(text) }, (_, term) => decoder.decode(reader.bytes.subarray(reader.starts[term], reader.ends[term])))
}

/** scikit-learn's `_char_wb_ngrams`, from words that a space separates. */
function piecesByRule(text: string, shortest: number, longest: number): string[] {
  return text.split(' ').filter((word) => word !== '').flatMap((word) => {
    const letters = [' ', ...word, ' ']
    const pieces: string[] = []
    for (let length = shortest; length <= longest; length++) {
      pieces.push(letters.slice(0, length).join(''))
      for (let start = 1; start + length <= letters.length; start++) pieces.push(letters.slice(start, start + length).join(''))
      if (letters.length <= length) break
    }
    return pieces
  })
}

describe('TermReader', () => {
  it('reads runs of words', () => {
    expect(termsOf(new TermReader('words', [1, 2], 7), 'VPN is down')).toEqual(['vpn', 'vpn is', 'is', 'is down', 'down'])
    expect(termsOf(new TermReader('words', [2, 3], 7), 'VPN is down')).toEqual(['vpn is', 'vpn is down', 'is down'])
  })

  it('reads pieces of words with the spaces around them', () => {
    expect(termsOf(new TermReader('characters', [4, 4], 7), 'Büro, hi')).toEqual([' bür', 'büro', 'üro ', ' hi '])
    expect(termsOf(new TermReader('characters', [5, 6], 7), 'hi, vpn')).toEqual([' hi ', ' vpn '])
  })

  it('reads the pieces that the rule of scikit-learn gives', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '障', '𠮷'), minLength: 2, maxLength: 9 })
    fc.assert(fc.property(fc.array(word, { maxLength: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 }), (words, shortest, more) => {
      const range = [shortest, shortest + more] as const
      const text = words.join(' ')
      expect(termsOf(new TermReader('characters', range, 7), text).sort()).toEqual(piecesByRule(text, ...range).sort())
    }))
  })

  it.each(analyzers)('gives %s the hash that their bytes have', (analyzer) => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const reader = new TermReader(analyzer, [1, 4], 11)
      for (let term = 0, count = reader.read(text); term < count; term++) {
        expect(reader.hashes[term]).toBe(hashTerm(analyzer, reader.bytes, reader.starts[term], reader.ends[term], 11))
      }
    }))
  })

  it.each(analyzers)('reads %s of a megabyte and gives the memory back', (analyzer) => {
    const reader = new TermReader(analyzer, [1, 2], 7)
    expect(reader.read('ab '.repeat(350_000))).toBeGreaterThan(350_000)
    reader.read('short')
    expect(reader.sizeBytes).toBeLessThan(20_000)
  })
})
