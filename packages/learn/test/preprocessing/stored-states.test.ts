import {
  DateParts, FittedImputer, FittedOneHot, FittedScaler, FittedTfidf, HashingVectorizer, type ModelState, OneHotEncoder, SimpleImputer, StandardScaler,
  TfidfVectorizer,
} from '../../src/index.js'
import { damagedStates } from '../damage-state.js'
import { codeOf } from '../sparse-matrix.js'

const columns = [Float64Array.of(1, 2, Number.NaN), Float64Array.of(5, Number.NaN, 7)]
const tfidf = new TfidfVectorizer().fit(['störung vpn', 'vpn down']).toState()
const pieces = new TfidfVectorizer({ analyzer: 'characters', ngramRange: [2, 3] }).fit(['störung vpn', 'vpn down']).toState()

const stored: readonly { readonly format: string; readonly state: ModelState; readonly load: (state: ModelState) => unknown }[] = [
  { state: tfidf, load: FittedTfidf.load },
  { state: pieces, load: FittedTfidf.load },
  { state: new HashingVectorizer().toState(), load: HashingVectorizer.load },
  { state: new OneHotEncoder().fit({ codes: Int32Array.of(0, -1, 1), categories: ['a', 'b'] }).toState(), load: FittedOneHot.load },
  { state: new StandardScaler().fit(columns).toState(), load: FittedScaler.load },
  { state: new SimpleImputer({ addIndicator: true }).fit(columns).toState(), load: FittedImputer.load },
  { state: new DateParts().toState(), load: DateParts.load },
].map((entry) => ({ ...entry, format: entry.state.format }))

describe.each(stored)('a stored state of $format', ({ state, load }) => {
  it.each(damagedStates(state))('is refused with $damage', ({ state: damaged }) => {
    expect(codeOf(() => load(damaged as ModelState))).toBe('MODEL_LOAD_FAILED')
  })

  it('is plain JSON and typed arrays', () => {
    expect(JSON.parse(JSON.stringify(state.json))).toEqual(state.json)
    expect(Object.values(state.tensors).every(({ data }) => ArrayBuffer.isView(data))).toBe(true)
  })

  it('does not change when what was loaded from it is stored again', () => {
    expect((load(state) as { toState(): ModelState }).toState()).toEqual(state)
  })
})

describe('a vocabulary stored as tfidf/1', () => {
  // Before there were pieces of words, a state did not say what its terms are made of.
  const { analyzer, ...json } = tfidf.json
  const old: ModelState = { ...tfidf, format: 'tfidf/1', json }

  it('gives the same values as one stored today', () => {
    expect(analyzer).toBe('words')
    expect(FittedTfidf.load(old).toState()).toEqual(tfidf)
  })

  it.each(damagedStates(old))('is refused with $damage', ({ state: damaged }) => {
    expect(codeOf(() => FittedTfidf.load(damaged as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
})

describe('a stored vocabulary', () => {
  const withTensors = (terms: readonly number[], offsets: readonly number[], idf = new Array<number>(offsets.length - 1).fill(1)): ModelState => ({
    ...tfidf,
    tensors: {
      terms: { dtype: 'U8', shape: [terms.length], data: Uint8Array.from(terms) },
      offsets: { dtype: 'U32', shape: [offsets.length], data: Uint32Array.from(offsets) },
      idf: { dtype: 'F64', shape: [idf.length], data: Float64Array.from(idf) },
    },
  })
  const [a, b] = [0x61, 0x62]

  it('is accepted in order', () => {
    expect(FittedTfidf.load(withTensors([a, a, b], [0, 1, 3])).terms()).toEqual(['a', 'ab'])
  })

  it.each([
    ['terms out of order', withTensors([b, a], [0, 1, 2])],
    ['a term twice', withTensors([a, a], [0, 1, 2])],
    ['an empty term', withTensors([a, b], [0, 0, 2])],
    ['offsets that fall', withTensors([a, b, b], [0, 3, 1, 3])],
    ['offsets beyond the end', withTensors([a, b], [0, 1, 3])],
    ['offsets that do not start at 0', withTensors([a, b], [1, 2])],
    ['offsets that leave bytes over', withTensors([a, b], [0, 1])],
    ['bytes that are not UTF-8', withTensors([0xff, 0xfe], [0, 1, 2])],
    ['a term that starts inside a letter', withTensors([0x61, 0xc3, 0xa4], [0, 2, 3])],
    ['a negative weight', withTensors([a, b], [0, 1, 2], [1, -1])],
  ])('is refused with %s', (_, state) => {
    expect(codeOf(() => FittedTfidf.load(state))).toBe('MODEL_LOAD_FAILED')
  })
})
