import fc from 'fast-check'
import { TextTokenizer } from '../../src/index.js'
import { codeOf } from '../sparse-matrix.js'

function wordsOf(text: string | null, tokenizer = new TextTokenizer(7)): string[] {
  const count = tokenizer.tokenize(text)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return Array.from({ length: count }, (_, word) => decoder.decode(tokenizer.bytes.subarray(tokenizer.starts[word], tokenizer.ends[word])))
}

/** The rule by a regular expression, for text of composed letters: what scikit-learn's default pattern finds in lower-cased text. */
const byPattern = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []

describe('TextTokenizer', () => {
  it('takes lower-cased runs of two or more letters, digits and underscores', () => {
    expect(wordsOf('VPN-Error 0x80: e-mail a I x2 _id')).toEqual(['vpn', 'error', '0x80', 'mail', 'x2', '_id'])
  })

  it('finds no words in nothing', () => {
    expect(wordsOf('')).toEqual([])
    expect(wordsOf(null)).toEqual([])
    expect(wordsOf(' ,;- — 😀')).toEqual([])
  })

  it('keeps umlauts and sharp s', () => {
    expect(wordsOf('STÖRUNG Straße ÜBER')).toEqual(['störung', 'straße', 'über'])
  })

  it('reads decomposed letters as composed ones', () => {
    expect(wordsOf('Sto\u0308rung cafe\u0301 \u1112\u1161\u11ab\u1100\u1173\u11af')).toEqual(['störung', 'café', '한글'])
    expect(wordsOf('\u212Bngstr\u00f6m')).toEqual(['ångström'])
  })

  it('keeps combining marks that have no composed letter inside their word, and starts no word with one', () => {
    expect(wordsOf('हिन्दी x\u0323\u0301y \u0301\u0301 ab')).toEqual(['हिन्दी', 'x\u0323\u0301y'.normalize('NFC'), 'ab'])
  })

  it('reads both sigmas as one, and the dotted capital I as i', () => {
    expect(wordsOf('ΟΔΟΣ οδος')).toEqual(['οδοσ', 'οδοσ'])
    expect(wordsOf('İstanbul')).toEqual(['istanbul'])
  })

  it('counts letters above the basic plane as one each and lower-cases them', () => {
    expect(wordsOf('𠮷 𠮷野家 𐐀𐐁 a𝟙')).toEqual(['𠮷野家', '𐐨𐐩', 'a𝟙'])
  })

  it('separates at emoji and lone surrogates', () => {
    expect(wordsOf('ab😀cd ef\ud800gh ij\udc00kl mn\ud83d')).toEqual(['ab', 'cd', 'ef', 'gh', 'ij', 'kl', 'mn'])
  })

  it('takes names of object properties for words', () => {
    expect(wordsOf('__proto__ constructor toString')).toEqual(['__proto__', 'constructor', 'tostring'])
  })

  it('agrees with the pattern on text of composed letters', () => {
    // Of random code points, those that lower-case, compose or combine in one way only.
    const simple = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => text === text.normalize('NFC') && !/[\p{M}\u0130Σς\u1161-\u11c2]/u.test(text))
    fc.assert(fc.property(simple, (text) => expect(wordsOf(text)).toEqual(byPattern(text))))
  })

  it('gives the same words for a text in any normal form of canonical equivalence', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(wordsOf(text.normalize('NFD'))).toEqual(wordsOf(text))
    }))
  })

  it('gives the same words whatever was read before', () => {
    const used = new TextTokenizer(7)
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(wordsOf(text, used)).toEqual(wordsOf(text))
    }))
  })

  it('reads ten megabytes of letters without a space in time linear in the length, and gives the memory back', () => {
    const tokenizer = new TextTokenizer(7)
    expect(tokenizer.tokenize('ä'.repeat(10_000_000))).toBe(1)
    expect(tokenizer.tokenize('ab '.repeat(3_300_000))).toBe(3_300_000)
    tokenizer.tokenize('short')
    expect(tokenizer.sizeBytes).toBeLessThan(10_000)
  })

  it('refuses what is not text', () => {
    expect(codeOf(() => new TextTokenizer(7).tokenize(5 as unknown as string))).toBe('INPUT_INVALID')
  })
})
