import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { TfidfVectorizer, type TfidfOptions } from '../../src/index.js'
import { withKernelEngine } from '../../src/kernels/kernel-engine.js'
import { KernelSession } from '../../src/kernels/kernel-session.js'
import { termKernels } from '../../src/kernels/term-kernels.js'
import type { TfidfWeighting } from '../../src/preprocessing/fitted-tfidf.js'
import { KernelTermCounts } from '../../src/preprocessing/kernel-term-counts.js'
import { countTerms, type TermCounts } from '../../src/preprocessing/term-counts.js'
import { TermReader } from '../../src/preprocessing/term-reader.js'
import { countUnits, mostTerms, type TermChoice } from '../../src/preprocessing/text-size.js'
import type { NgramRange } from '../../src/preprocessing/vectorizer-options.js'
import { codeOf } from '../sparse-matrix.js'

type Texts = readonly (string | null)[]

const digest = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string => createHash('sha1').update(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)).digest('hex')

/** All that counts say, but for how terms are numbered: columns are in the order of the terms. */
function describeCounts(counts: TermCounts, terms: TermChoice, norm: TfidfWeighting['norm'] = 'l2', isKept: (term: string) => boolean = () => true) {
  const { bytes, offsets } = counts.terms()
  const texts = Array.from({ length: counts.termCount }, (_, id) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.slice(offsets[id], offsets[id + 1])))
  const order = texts.map((_, id) => id).filter((id) => isKept(texts[id]!)).sort((a, b) => (texts[a]! < texts[b]! ? -1 : 1))
  const columnOf = new Int32Array(counts.termCount).fill(-1)
  order.forEach((id, column) => (columnOf[id] = column))
  const totals = counts.totals()
  const idf = Float64Array.from(order, (id) => Math.log(7 / (1 + counts.documentFrequencies[id]!)) + 3)
  const weighting: TfidfWeighting = { ...terms, sublinearTf: true, binary: false, norm }
  return {
    terms: order.map((id) => [texts[id], counts.documentFrequencies[id], totals[id]]),
    rows: Object.values(counts.weigh(columnOf, idf, weighting)).map((part: number | Uint32Array | Float32Array) => (typeof part === 'number' ? part : digest(part))),
  }
}

const inKernels = <Result>(texts: Texts, terms: TermChoice, lanes: number, work: (counts: TermCounts) => Result): Result =>
  KernelSession.use(termKernels, { threads: lanes }, (session) => work(new KernelTermCounts(session, texts, countUnits(texts).unitCount, { ...terms, lanes })))

function expectSameCounts(texts: Texts, terms: TermChoice, lanes: number): void {
  for (const norm of ['l2', 'none'] as const) {
    const isKept = norm === 'l2' ? () => true : (term: string) => term.length % 3 !== 0
    expect(inKernels(texts, terms, lanes, (counts) => describeCounts(counts, terms, norm, isKept)))
      .toEqual(describeCounts(countTerms(texts, terms.analyzer, terms.ngramRange), terms, norm, isKept))
  }
}

const words = ['vpn', 'VPN', 'Drucker', 'Straße', 'STRASSE', 'über', 'U\u0308ber', 'Größe', 'x', 'ab', 'server_01', 'ΣΙΣΥΦΟΣ', 'İstanbul', 'हिन्दी', '中文字', '𝒳𝒴', '😀', '한글', 'e\u0301tude', '\ud800', 'naïve']
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 12 }).chain((some) => fc.constantFrom(' ', ', ', '\n', '-', '').map((glue) => some.join(glue))),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 30 }),
)
const anyTexts = fc.array(fc.option(anyText, { freq: 8 }), { maxLength: 40 })
const anyRange = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })).map((lengths) => lengths.sort((a, b) => a - b) as unknown as NgramRange)

describe.each([1, 2, 4])('terms counted by kernels in %d lanes', (lanes) => {
  it.each(['words', 'characters'] as const)('are those counted in JavaScript: any texts as %s', (analyzer) => {
    fc.assert(fc.property(anyTexts, anyRange, (texts, ngramRange) => expectSameCounts(texts, { analyzer, ngramRange }, lanes)), { numRuns: 60 })
  })

  it('are those counted in JavaScript: tables that grow, texts that repeat, none at all', () => {
    const many = Array.from({ length: 2_000 }, (_, row) => (row % 11 === 0 ? null : `wort${row} ist über${row % 700} größer ${row % 5 === 0 ? '😀 e\u0301tude' : 'als'} wort${row}`))
    for (const texts of [many, Array.from({ length: 500 }, () => 'the same text the same'), [], [null], ['', ' ', 'a'], ['ab '.repeat(70_000)]]) {
      expectSameCounts(texts, { analyzer: 'words', ngramRange: [1, 2] }, lanes)
      expectSameCounts(texts, { analyzer: 'characters', ngramRange: [2, 4] }, lanes)
    }
  })
})

it('has room for every term that a text may have', () => {
  fc.assert(fc.property(anyText, anyRange, fc.constantFrom('words', 'characters'), (text, ngramRange, analyzer) => {
    expect(new TermReader(analyzer, ngramRange, 0).read(text)).toBeLessThanOrEqual(mostTerms(text.normalize('NFC').length, { analyzer, ngramRange }))
  }))
})

describe('TfidfVectorizer in threads', () => {
  const nouns = ['drucker', 'vpn', 'passwort', 'server', 'über', 'größe', 'printer', 'mailbox', 'straße', 'login']
  const texts = Array.from({ length: 14_000 }, (_, row) =>
    row % 97 === 0 ? null : Array.from({ length: 8 }, (_, at) => `${nouns[(row * 7 + at * at * 3) % nouns.length]}${(row * (at + 3)) % 331}`).join(row % 3 ? ' ' : ' – '))
  const settings: TfidfOptions[] = [
    { ngramRange: [1, 2] }, { maxFeatures: 500, ngramRange: [1, 2], sublinearTf: true }, { maxFeatures: 40, binary: true, norm: 'l1' },
    { minDocumentFrequency: 20, maxDocumentShare: 0.02, smoothIdf: false }, { analyzer: 'characters', ngramRange: [3, 4], useIdf: false, norm: 'none' },
  ]

  it.each(settings)('learns the same bytes as one thread and as JavaScript: %j', (options) => {
    const fit = (threads: number) => {
      const { fitted, rows } = new TfidfVectorizer(options).fitTransform(texts, { threads })
      const states = [fitted.toState(), new TfidfVectorizer(options).fit(texts, { threads }).toState()]
      return [rows.rowPointers, rows.columnIndices, rows.values, ...states.flatMap(({ tensors }) => Object.values(tensors).map(({ data }) => data))].map(digest)
    }
    const expected = withKernelEngine('javascript', () => fit(1))
    for (const threads of [1, 2, 3, 4]) expect(fit(threads)).toEqual(expected)
  })

  it('gives rows that stay when another fit is done', () => {
    const first = new TfidfVectorizer().fitTransform(texts, { threads: 2 })
    const before = digest(first.rows.values)
    new TfidfVectorizer({ analyzer: 'characters', ngramRange: [3, 4] }).fitTransform(texts, { threads: 2 })
    expect(digest(first.rows.values)).toBe(before)
    expect(Object.prototype.toString.call(first.rows.values.buffer)).toBe('[object ArrayBuffer]')
  })

  it('learns nothing when it is aborted, and refuses what is not text', () => {
    const aborted = AbortSignal.abort()
    for (const few of [texts, ['vpn']]) expect(codeOf(() => new TfidfVectorizer().fit(few, { threads: 2, signal: aborted }))).toBe('CANCELLED')
    expect(codeOf(() => new TfidfVectorizer().fit([...texts, 7 as unknown as string], { threads: 2 }))).toBe('INPUT_INVALID')
  })

  it('sees a signal that is aborted between rounds', () => {
    let looks = 0
    const signal = { get aborted() { return ++looks > 2 } } as AbortSignal
    expect(codeOf(() => new TfidfVectorizer().fit(Array.from({ length: 5_000 }, (_, row) => `anders${row} wort${row} ${row}neu ${row * 7}zeichen`), { signal }))).toBe('CANCELLED')
  })
})
