import fc from 'fast-check'
import { HashingVectorizer, type HashingOptions } from '../../src/index.js'
import { murmurHash3 } from '../../src/preprocessing/murmur-hash.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose, toNested } from '../sparse-matrix.js'

const reference = readFixture<{ cases: { name: string; input: { docs: string[] }; expected: { out: number[][] } }[] }>('preprocessing')
  .cases.find(({ name }) => name.startsWith('HashingVectorizer'))!
const vectors = readFixture<{ documents: string[]; hashing: { options: Record<string, unknown>; transformed: number[][] }[] }>('text-vectors')

describe('HashingVectorizer', () => {
  it('has the values of scikit-learn', () => {
    const rows = new HashingVectorizer({ columnCount: 16, norm: 'none' }).transform(reference.input.docs)
    expect(toNested(rows)).toEqual(reference.expected.out)
  })

  it.each(vectors.hashing)('has the values of scikit-learn for $options', ({ options, transformed }) => {
    const vectorizer = new HashingVectorizer({
      columnCount: options['n_features'] as number,
      ngramRange: options['ngram_range'] as [number, number],
      norm: options['norm'] as 'l1' | 'l2',
      alternateSign: (options['alternate_sign'] as boolean | undefined) ?? true,
    })
    expectClose(toNested(vectorizer.transform(vectors.documents)).flat(), transformed.flat(), 1e-6)
  })

  it('gives the same bytes row by row and after storing and loading', () => {
    const vectorizer = new HashingVectorizer({ columnCount: 50, ngramRange: [1, 2] })
    const loaded = HashingVectorizer.load(vectorizer.toState())
    const [indices, values] = [new Uint32Array(50), new Float32Array(50)]
    fc.assert(fc.property(fc.option(fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
      const rows = vectorizer.transform([text])
      const count = loaded.transformRow(text, indices, values)
      expect(indices.slice(0, count)).toEqual(rows.columnIndices)
      expect(values.slice(0, count)).toEqual(rows.values)
    }))
  })

  it('refuses buffers that are too small and columns out of range', () => {
    expect(codeOf(() => new HashingVectorizer().transformRow('ab cd', new Uint32Array(1), new Float32Array(1)))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => new HashingVectorizer({ columnCount: 0 }))).toBe('HYPERPARAMETER_INVALID')
    expect(codeOf(() => new HashingVectorizer({ columns: 8 } as HashingOptions))).toBe('HYPERPARAMETER_UNKNOWN')
  })
})

describe('murmurHash3', () => {
  // Test vectors of the 32-bit x86 variant, published with the algorithm's ports (seed 0, but for the first two).
  it.each([
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ])('of %p with seed %i', (text, seed, expected) => {
    const bytes = new TextEncoder().encode(`x${text}`)
    expect(murmurHash3(bytes, 1, bytes.length, seed) >>> 0).toBe(expected)
  })
})
