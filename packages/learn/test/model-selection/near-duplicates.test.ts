import { createRandom } from '@motadata/core'
import { findNearDuplicates, rowShingles, textShingles } from '../../src/index.js'
import { codeOf, toDense, toSparse } from '../sparse-matrix.js'

const random = createRandom(3)
const words = Array.from({ length: 400 }, (_, at) => `word${at}`)
const textOf = (): string[] => Array.from({ length: 40 }, () => random.pick(words))
const texts = Array.from({ length: 300 }, () => textOf().join(' '))

describe('findNearDuplicates', () => {
  it('finds texts that were copied or changed a little, and only those', () => {
    const copies = [texts[5], texts[6].toUpperCase().replace(' ', ', '), `${texts[7]} thanks`, texts[8].split(' ').slice(2).join(' ')]
    const all = [...texts, ...copies, ...Array.from({ length: 50 }, () => textOf().join(' '))]
    const split = { train: Uint32Array.from({ length: 300 }, (_, row) => row), test: Uint32Array.from({ length: 54 }, (_, at) => 300 + at) }
    const { duplicates, share } = findNearDuplicates(all.map((text) => textShingles(text)), split)
    expect(duplicates.map(({ testRow, trainRow }) => [testRow, trainRow])).toEqual([[300, 5], [301, 6], [302, 7], [303, 8]])
    expect(duplicates.map(({ similarity }) => similarity)).toEqual([1, 1, 38 / 39, 36 / 38])
    expect(share).toBeCloseTo(4 / 54, 12)
  })

  it('misses no pair of sixty at its similarity', () => {
    let found = 0
    for (let pair = 0; pair < 60; pair++) {
      const own = textOf()
      // Two words put in at the middle break two shingles and add four: 36 of 42 are shared, 0.857.
      const changed = [...own.slice(0, 20), 'new', 'words', ...own.slice(20)]
      const shingles = [own, changed].map((list) => textShingles(list.join(' ')))
      found += findNearDuplicates(shingles, { train: Uint32Array.of(0), test: Uint32Array.of(1) }).duplicates.length
    }
    expect(found).toBe(60)
  })

  it('compares rows of a matrix as well', () => {
    const X = { rowCount: 3, dense: toDense([[1, 2], [1, 2], [1, 3]]), sparse: toSparse([[0, 1, 1, 0.5], [0, 1, 1, 0.5], [1, 0, 0, 0]]) }
    const shingles = [0, 1, 2].map((row) => rowShingles(X, row))
    expect(findNearDuplicates(shingles, { train: Uint32Array.of(0), test: Uint32Array.of(1, 2) }).duplicates).toEqual([{ testRow: 1, trainRow: 0, similarity: 1 }])
  })

  it('takes short texts as they are, and finds nothing in empty ones', () => {
    expect([textShingles('VPN').length, textShingles('vpn down').length, textShingles('').length]).toEqual([1, 1, 0])
    expect(findNearDuplicates([textShingles(''), textShingles('')], { train: Uint32Array.of(0), test: Uint32Array.of(1) }).duplicates).toEqual([])
  })

  it('refuses similarities out of range and splits of other rows', () => {
    const split = { train: Uint32Array.of(0), test: Uint32Array.of(9) }
    expect(codeOf(() => findNearDuplicates([textShingles('a')], split, 0.2))).toBe('INPUT_INVALID')
    expect(codeOf(() => findNearDuplicates([textShingles('a')], split))).toBe('SHAPE_MISMATCH')
  })
})
