import fc from 'fast-check'
import { FittedTfidf, TfidfVectorizer, type TfidfOptions } from '../../src/index.js'
import { TermTable } from '../../src/preprocessing/term-table.js'
import { hashTerm } from '../../src/preprocessing/term-hash.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose, toNested } from '../sparse-matrix.js'

interface VectorizerCase {
  readonly name: string
  readonly input: { readonly fit: string[]; readonly transform: string[] }
  readonly expected: { readonly vocabulary: Record<string, number>; readonly idf: number[] | null; readonly fit_out: number[][]; readonly new_out: number[][] }
}
interface TextVectors {
  readonly documents: string[]
  readonly newDocuments: string[]
  readonly tfidf: readonly {
    readonly name: string
    readonly options: Record<string, unknown>
    readonly terms: string[]
    readonly idf: number[]
    readonly fitted: number[][]
    readonly transformed: number[][]
  }[]
}

const settings: Readonly<Record<string, TfidfOptions>> = {
  'CountVectorizer default': { useIdf: false, norm: 'none' },
  'TfidfVectorizer default': {},
  'TfidfVectorizer (1,2) sublinear min_df=2': { ngramRange: [1, 2], sublinearTf: true, minDocumentFrequency: 2 },
  'TfidfVectorizer no idf l1': { useIdf: false, norm: 'l1' },
  'CountVectorizer binary max_df .3': { useIdf: false, norm: 'none', binary: true, maxDocumentShare: 0.3 },
}
const cases = readFixture<{ cases: VectorizerCase[] }>('preprocessing').cases.filter(({ name }) => name in settings)
const vectors = readFixture<TextVectors>('text-vectors')
const pieces = readFixture<Omit<TextVectors, 'tfidf'> & { readonly characters: TextVectors['tfidf'] }>('character-vectors')

/** Our options out of scikit-learn's. */
const ours = (theirs: Record<string, unknown>): TfidfOptions => ({
  ...(theirs['ngram_range'] !== undefined && { ngramRange: theirs['ngram_range'] as [number, number] }),
  ...(theirs['min_df'] !== undefined && { minDocumentFrequency: theirs['min_df'] as number }),
  ...(theirs['max_df'] !== undefined && { maxDocumentShare: theirs['max_df'] as number }),
  ...(theirs['max_features'] !== undefined && { maxFeatures: theirs['max_features'] as number }),
  ...(theirs['sublinear_tf'] !== undefined && { sublinearTf: theirs['sublinear_tf'] as boolean }),
  ...(theirs['smooth_idf'] !== undefined && { smoothIdf: theirs['smooth_idf'] as boolean }),
  ...(theirs['binary'] !== undefined && { binary: theirs['binary'] as boolean }),
  ...('norm' in theirs && { norm: 'none' as const }),
})

describe('TfidfVectorizer', () => {
  it('is compared with five settings of the reference', () => expect(cases).toHaveLength(5))

  it.each(cases)('has the columns and values of scikit-learn: $name', ({ name, input, expected }) => {
    const { fitted, rows } = new TfidfVectorizer(settings[name]).fitTransform(input.fit)
    const terms = Object.entries(expected.vocabulary).sort(([, a], [, b]) => a - b).map(([term]) => term)
    expect(fitted.terms()).toEqual(terms)
    expectClose(toNested(rows).flat(), expected.fit_out.flat(), 1e-6)
    expectClose(toNested(fitted.transform(input.transform)).flat(), expected.new_out.flat(), 1e-6)
    if (expected.idf) expectClose(fitted.toState().tensors['idf'].data, expected.idf, 1e-12)
  })

  it.each(vectors.tfidf)('has the columns and values of scikit-learn in German, Russian and Japanese: $name', (expected) => {
    const { fitted, rows } = new TfidfVectorizer(ours(expected.options)).fitTransform(vectors.documents)
    expect(fitted.terms()).toEqual(expected.terms)
    expectClose(toNested(rows).flat(), expected.fitted.flat(), 1e-6)
    expectClose(toNested(fitted.transform(vectors.newDocuments)).flat(), expected.transformed.flat(), 1e-6)
    expectClose(fitted.toState().tensors['idf'].data, expected.idf, 1e-12)
  })

  it.each(pieces.characters)('has the columns and values of scikit-learn for pieces of words: $name', (expected) => {
    const { fitted, rows } = new TfidfVectorizer({ analyzer: 'characters', ...ours(expected.options) }).fitTransform(pieces.documents)
    expect(fitted.terms()).toEqual(expected.terms)
    expectClose(toNested(rows).flat(), expected.fitted.flat(), 1e-6)
    expectClose(toNested(fitted.transform(pieces.newDocuments)).flat(), expected.transformed.flat(), 1e-6)
    expectClose(fitted.toState().tensors['idf'].data, expected.idf, 1e-12)
  })

  it('finds what compounds and misspelled words have in common with known words', () => {
    const fitted = new TfidfVectorizer({ analyzer: 'characters', ngramRange: [4, 4] }).fit(['drucker', 'störung'])
    const known = (text: string): string[] => [...fitted.transform([text]).columnIndices].map((column) => fitted.term(column))
    expect(known('Etikettendruckerstörung')).toEqual(['druc', 'ruck', 'ucke', 'cker', 'stör', 'töru', 'örun', 'rung', 'ung '])
    expect(known('Druker')).toEqual([' dru', 'ker '])
  })

  it('gives no values to a missing text and to unknown words', () => {
    const fitted = new TfidfVectorizer().fit(['vpn down', null])
    expect(toNested(fitted.transform([null, 'printer', '']))).toEqual([[0, 0], [0, 0], [0, 0]])
  })

  it('learns an empty vocabulary from texts without words', () => {
    const fitted = new TfidfVectorizer().fit([null, '-', ''])
    expect(fitted.columnCount).toBe(0)
    expect(fitted.transform(['vpn']).values).toHaveLength(0)
  })

  it('takes names of object properties for terms', () => {
    const fitted = new TfidfVectorizer().fit(['__proto__ constructor', 'hasownproperty __proto__'])
    expect(fitted.terms()).toEqual(['__proto__', 'constructor', 'hasownproperty'])
    expect(toNested(fitted.transform(['__proto__']))).toEqual([[1, 0, 0]])
  })

  it('does not take the pair of "ab cd" for the word "abcd", nor for "a bcd"', () => {
    const fitted = new TfidfVectorizer({ ngramRange: [1, 2] }).fit(['ab cd', 'abcd', 'abc dd'])
    expect(fitted.terms()).toEqual(['ab', 'ab cd', 'abc', 'abc dd', 'abcd', 'cd', 'dd'])
  })

  it('writes a row where it is told, with an offset on its columns', () => {
    const fitted = new TfidfVectorizer({ norm: 'none', useIdf: false }).fit(['vpn down', 'printer'])
    const indices = new Uint32Array(4)
    const values = new Float32Array(4)
    expect(fitted.transformRow('vpn down vpn', indices, values, 1, 100)).toBe(2)
    expect([...indices]).toEqual([0, 102, 100, 0])
    expect([...values]).toEqual([0, 2, 1, 0])
  })

  it('refuses buffers that are too small, and works on afterwards', () => {
    const fitted = new TfidfVectorizer().fit(['vpn down now'])
    expect(codeOf(() => fitted.transformRow('now down vpn', new Uint32Array(2), new Float32Array(2)))).toBe('SHAPE_MISMATCH')
    const [indices, values] = [new Uint32Array(3), new Float32Array(3)]
    expect(fitted.transformRow('down down', indices, values)).toBe(1)
    expect(indices[0]).toBe(0)
    expect(values[0]).toBe(1)
  })

  it('names a column by its term, and refuses a column that is not there', () => {
    const fitted = new TfidfVectorizer().fit(['störung vpn'])
    expect(fitted.term(0)).toBe('störung')
    for (const column of [-1, 2, 0.5, Number.NaN]) expect(codeOf(() => fitted.term(column))).toBe('SHAPE_MISMATCH')
  })

  const ticketText = fc.array(fc.constantFrom('vpn', 'VPN', 'Störung', 'sto\u0308rung', '障害', '𠮷野家', 'a', '-', '__proto__', '😀', 'ΟΔΟΣ', 'हिन्दी', 'x2')).map((words) => words.join(' '))
  const anyText = fc.oneof(ticketText, fc.string({ unit: 'binary', maxLength: 40 }))

  it('gives the same bytes in fitting, in transforming, row by row, and after storing and loading', () => {
    fc.assert(fc.property(fc.array(fc.option(anyText), { maxLength: 12 }), fc.boolean(), fc.constantFrom('words' as const, 'characters' as const), (texts, sublinearTf, analyzer) => {
      const { fitted, rows } = new TfidfVectorizer({ analyzer, ngramRange: [1, 3], sublinearTf }).fitTransform(texts)
      const loaded = FittedTfidf.load(fitted.toState())
      expect(fitted.transform(texts)).toEqual(rows)
      expect(loaded.transform(texts)).toEqual(rows)
      expect(loaded.toState()).toEqual(fitted.toState())
      const [indices, values] = [new Uint32Array(fitted.columnCount), new Float32Array(fitted.columnCount)]
      texts.forEach((text, row) => {
        const count = loaded.transformRow(text, indices, values)
        expect(indices.slice(0, count)).toEqual(rows.columnIndices.slice(rows.rowPointers[row], rows.rowPointers[row + 1]))
        expect(values.slice(0, count)).toEqual(rows.values.slice(rows.rowPointers[row], rows.rowPointers[row + 1]))
      })
    }))
  })

  it('has its columns in the order of code points, each once', () => {
    fc.assert(fc.property(fc.array(anyText, { maxLength: 12 }), (texts) => {
      const terms = new TfidfVectorizer({ ngramRange: [1, 2] }).fit(texts).terms()
      const points = terms.map((term) => Array.from(term, (letter) => letter.codePointAt(0)!.toString(16).padStart(6, '0')).join(''))
      expect(points).toEqual([...new Set(points)].sort())
    }))
  })

  it('handles ten megabytes in one text', () => {
    const text = 'Störung im VPN '.repeat(700_000)
    const fitted = new TfidfVectorizer({ ngramRange: [1, 2] }).fit([text])
    expect(fitted.terms()).toEqual(['im', 'im vpn', 'störung', 'störung im', 'vpn', 'vpn störung'])
    const { values } = fitted.transform([text])
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
  })

  it.each([
    [{ ngramRange: [2, 1] }, 'HYPERPARAMETER_INVALID'],
    [{ ngramRange: [0, 1] }, 'HYPERPARAMETER_INVALID'],
    [{ ngramRange: 2 }, 'HYPERPARAMETER_INVALID'],
    [{ analyzer: 'letters' }, 'HYPERPARAMETER_INVALID'],
    [{ minDocumentFrequency: 0.5 }, 'HYPERPARAMETER_INVALID'],
    [{ maxDocumentShare: 0 }, 'HYPERPARAMETER_INVALID'],
    [{ norm: 'l3' }, 'HYPERPARAMETER_INVALID'],
    [{ minDocumentFrequencies: 2 }, 'HYPERPARAMETER_UNKNOWN'],
  ])('refuses the options %p with %s', (options, code) => {
    expect(codeOf(() => new TfidfVectorizer(options as TfidfOptions))).toBe(code)
  })
})

describe('TermTable', () => {
  const add = (table: TermTable, bytes: Uint8Array, start: number, end: number, hash: number): number => table.idOf(table.findOrAddSlot(bytes, start, end, hash))

  it('tells terms of one hash apart by their bytes, short or long, and from their beginnings', () => {
    const table = new TermTable()
    const bytes = new TextEncoder().encode('vpndownvpxprinters')
    expect(add(table, bytes, 0, 3, 42)).toBe(0)
    expect(add(table, bytes, 3, 7, 42)).toBe(1)
    expect(add(table, bytes, 10, 18, 42)).toBe(2)
    expect(table.find(bytes, 7, 10, 42)).toBe(-1)
    expect(table.find(bytes, 10, 17, 42)).toBe(-1)
    expect(table.find(bytes, 0, 2, 42)).toBe(-1)
    expect(table.find(bytes, 0, 3, 42)).toBe(0)
    expect(table.find(bytes, 3, 7, 42)).toBe(1)
    expect(table.find(bytes, 10, 18, 42)).toBe(2)
  })

  it('finds every one of a hundred thousand terms again after growing, and in a table made of them', () => {
    const terms = Array.from({ length: 100_000 }, (_, i) => new TextEncoder().encode(`t${i}`))
    const table = new TermTable(8)
    const hashIn = (owner: TermTable, term: Uint8Array): number => hashTerm('words', term, 0, term.length, owner.hashSeed)
    expect(terms.every((term, i) => add(table, term, 0, term.length, hashIn(table, term)) === i)).toBe(true)
    expect(terms.every((term, i) => table.find(term, 0, term.length, hashIn(table, term)) === i)).toBe(true)
    const { bytes, offsets } = table.terms()
    const made = TermTable.of('words', bytes, offsets)
    expect(terms.every((term, i) => made.find(term, 0, term.length, hashIn(made, term)) === i)).toBe(true)
    expect(made.find(terms[7], 0, 1, hashTerm('words', terms[7], 0, 1, made.hashSeed))).toBe(-1)
    expect(made.terms()).toEqual({ bytes, offsets })
  })
})
