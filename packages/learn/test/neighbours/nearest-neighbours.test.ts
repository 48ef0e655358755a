import { createRandom } from '@motadata/core'
import fc from 'fast-check'
import {
  accuracy, createFeatureRow, type FeatureMatrix, mostProbable, type Neighbour, NearestNeighbours, NearestNeighboursClassifier, NearestNeighboursRegressor, TfidfVectorizer,
} from '../../src/index.js'
import { fillRow, sampleMatrix } from '../conformance/sample-data.js'
import { damagedStates } from '../damage-state.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { type DatasetName, scaledDataset } from '../scaled-datasets.js'
import { codeOf, expectClose, toDense, toNested, toSparse } from '../sparse-matrix.js'

const fixture = readFixture<{
  readonly cases: readonly { readonly name: string; readonly dataset: DatasetName; readonly k: number; readonly expected: { readonly pred: number[]; readonly accuracy: number } }[]
  readonly cosine: { readonly docs: string[]; readonly matrix: number[][] }
  readonly more: readonly {
    readonly name: string; readonly dataset: DatasetName; readonly metric: string; readonly weights: string; readonly k: number; readonly proba: number[][]; readonly numbers: number[]
  }[]
}>('neighbours')

const layouts = [
  { layout: 'dense', build: (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, dense: toDense(lines) }) },
  {
    layout: 'dense beside sparse',
    build: (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, dense: toDense(lines.map((line) => line.slice(0, 2))), sparse: toSparse(lines.map((line) => line.slice(2))) }),
  },
]

describe.each(layouts)('neighbours on $layout columns', ({ build }) => {
  it.each(fixture.cases)('predict what scikit-learn predicts: $name', ({ dataset, k, expected }) => {
    const { train, test } = scaledDataset(dataset)
    const fitted = new NearestNeighboursClassifier({ count: k, metric: 'euclidean' }).fit(build(train.lines), train.target)
    const predicted = mostProbable(fitted.predictProbabilities(build(test.lines)), train.target.classes.length)
    expect([...predicted]).toEqual(expected.pred)
    expect(accuracy(test.target.codes, predicted)).toBeCloseTo(expected.accuracy, 12)
  })

  it.each(fixture.more)('give the probabilities and numbers of scikit-learn: $name', ({ dataset, metric, weights, k, proba, numbers }) => {
    const { train, test } = scaledDataset(dataset)
    const settings = { count: k, metric, weights }
    expectClose(new NearestNeighboursClassifier(settings).fit(build(train.lines), train.target).predictProbabilities(build(test.lines)), proba.flat(), 1e-5)
    expectClose(new NearestNeighboursRegressor(settings).fit(build(train.lines), train.numbers).predict(build(test.lines)), numbers, 1e-4)
  })
})

it('answers a row that has nothing in common with any by the shares and the mean of training', () => {
  const X: FeatureMatrix = { rowCount: 3, sparse: toSparse([[1, 0, 0], [1, 1, 0], [0, 1, 0]]) }
  const strange: FeatureMatrix = { rowCount: 2, sparse: toSparse([[0, 0, 2], [0, 0, 0]], 3) }
  const classifier = new NearestNeighboursClassifier({ count: 1 }).fit(X, { classes: ['a', 'b'], codes: Int32Array.of(0, 1, 1) })
  expectClose(classifier.predictProbabilities(strange), [1 / 3, 2 / 3, 1 / 3, 2 / 3], 1e-12)
  expectClose(new NearestNeighboursRegressor({ count: 1 }).fit(X, Float64Array.of(1, 2, 6)).predict(strange), [3, 3], 1e-12)
})

describe('NearestNeighbours', () => {
  const { docs, matrix } = fixture.cosine
  const { fitted: vectorizer, rows: sparse } = new TfidfVectorizer().fitTransform(docs)
  const X: FeatureMatrix = { rowCount: docs.length, sparse }
  const ids = docs.map((_, row) => `INC${row}`)
  const widths = { denseCount: 0, sparseCount: vectorizer.columnCount }
  const queryOf = (row: number) => fillRow(createFeatureRow(0, vectorizer.columnCount), X, row)

  function filled(): NearestNeighbours {
    const index = new NearestNeighbours(widths)
    index.append({
      X, ids, times: Float64Array.from(ids, (_, row) => (row === 2 ? Number.NaN : row * 1000)),
      attributes: { site: ['Oslo', 'Bergen', 'Oslo', undefined, 'Bergen', 'Oslo', 'Oslo'], __proto__x: ids },
    })
    return index
  }

  it('gives the cosine similarities of scikit-learn, and finds nothing for an empty text', () => {
    const index = filled()
    docs.forEach((_, query) => {
      const found = index.query(queryOf(query), { count: 100 })
      const expected = matrix[query].map((score, row) => ({ score, row })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || a.row - b.row)
      expect(found.map(({ row }) => row)).toEqual(expected.map(({ row }) => row))
      expectClose(found.map(({ score }) => score), expected.map(({ score }) => score), 1e-6)
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ row }) => ids[row]))
    })
    expect(index.query(queryOf(docs.indexOf('')))).toEqual([])
  })

  it('filters by attributes and by a window of time, both ends of which are told apart', () => {
    const index = filled()
    const idsOf = (query: Parameters<NearestNeighbours['query']>[1]): string[] => index.query(queryOf(4), query).map(({ id }) => id)
    expect(idsOf({})).toEqual(['INC4', 'INC0'])
    expect(idsOf({ where: { site: 'Oslo' } })).toEqual(['INC0'])
    expect(idsOf({ where: { site: ['Oslo', 'Bergen'] } })).toEqual(['INC4', 'INC0'])
    expect(idsOf({ where: { site: 'Paris' } })).toEqual([])
    expect(idsOf({ before: 4000 })).toEqual(['INC0'])
    expect(idsOf({ after: 4000 })).toEqual(['INC4'])
    expect(idsOf({ after: 0, before: 1, where: { site: 'Bergen' } })).toEqual([])
    expect(index.query(queryOf(2), { after: -1e9 }).map(({ id }) => id)).toEqual(['INC1'])
    expect(codeOf(() => idsOf({ where: { sites: 'Oslo' } }))).toBe('INPUT_INVALID')
  })

  it('puts rows of equal scores in the order in which they came', () => {
    const index = new NearestNeighbours({ denseCount: 2, sparseCount: 0 })
    index.append({ X: { rowCount: 4, dense: toDense([[2, 2], [1, 0], [1, 1], [3, 3]]) }, ids: ['d', 'c', 'b', 'a'] })
    const query = { ...createFeatureRow(2, 0), dense: Float32Array.of(1, 1) }
    expect(index.query(query, { count: 3 }).map(({ id }) => id)).toEqual(['d', 'b', 'a'])
  })

  it('finds the same whether rows came at once or one by one, and after storing and loading', () => {
    const whole = new NearestNeighbours({ denseCount: 2, sparseCount: 7 })
    const parts = new NearestNeighbours({ denseCount: 2, sparseCount: 7 })
    const names = Array.from({ length: sampleMatrix.rowCount }, (_, row) => `row ${row}`)
    const { dense, sparse: columns } = sampleMatrix
    whole.append({ X: sampleMatrix, ids: names })
    names.forEach((id, row) => parts.append({
      X: { rowCount: 1, dense: toDense([[...dense!.values.slice(row * 2, row * 2 + 2)]]), sparse: toSparse([toNested(columns!)[row]], 7) },
      ids: [id], ...(row > 30 && { attributes: { half: ['second'] } }),
    }))
    const loaded = NearestNeighbours.load(parts.toState())
    expect(loaded.toState()).toEqual(parts.toState())
    for (let row = 0; row < sampleMatrix.rowCount; row++) {
      const query = fillRow(createFeatureRow(2, 7), sampleMatrix, row)
      const found = whole.query(query, { count: 7, above: -1 })
      expect(found).toHaveLength(7)
      expect(parts.query(query, { count: 7, above: -1 })).toEqual(found)
      expect(loaded.query(query, { count: 7, above: -1 })).toEqual(found)
    }
    const query = fillRow(createFeatureRow(2, 7), sampleMatrix, 0)
    expect(loaded.query(query, { count: 99, above: -1, where: { half: 'second' } }).every(({ row }) => row > 30)).toBe(true)
  })

  it('finds what a look at every row finds, whatever the data', () => {
    const random = createRandom(5)
    const line = (): number[] => Array.from({ length: 6 }, () => (random.next() < 0.5 ? 0 : Math.round(random.next() * 8 - 3)))
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (rowCount, count) => {
      const lines = Array.from({ length: rowCount }, line)
      const index = new NearestNeighbours({ denseCount: 0, sparseCount: 6 })
      index.append({ X: { rowCount, sparse: toSparse(lines, 6) }, ids: lines.map((_, row) => String(row)) })
      const asked = line()
      const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0)
      const expected: Neighbour[] = lines.map((own, row) => ({ id: String(row), row, score: dot(own, asked) / Math.sqrt(dot(own, own) * dot(asked, asked)) }))
        .filter(({ score }) => score > 1e-12).sort((a, b) => b.score - a.score || a.row - b.row).slice(0, count)
      const found = index.query(fillRow(createFeatureRow(0, 6), { rowCount: 1, sparse: toSparse([asked], 6) }, 0), { count })
      expectClose(found.map(({ score }) => score), expected.map(({ score }) => score), 1e-6)
    }))
  })

  it('refuses ids that are there, other widths, and no count, and stays as it was', () => {
    const index = filled()
    const before = index.toState()
    expect(codeOf(() => index.append({ X, ids }))).toBe('INPUT_INVALID')
    expect(codeOf(() => index.append({ X, ids: ids.map(() => 'one') }))).toBe('INPUT_INVALID')
    expect(codeOf(() => index.append({ X: { rowCount: 1, sparse: toSparse([[1]]) }, ids: ['new'] }))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => index.append({ X, ids: ids.map((id) => `${id}x`), attributes: { site: ['Oslo'] } }))).toBe('SHAPE_MISMATCH')
    for (const count of [0, 1.5, Number.NaN]) expect(codeOf(() => index.query(queryOf(0), { count }))).toBe('INPUT_INVALID')
    expect(index.toState()).toEqual(before)
    expect(new NearestNeighbours(widths).query(queryOf(0))).toEqual([])
  })

  it.each(damagedStates(filled().toState()))('refuses a stored state with $damage', ({ state }) => {
    expect(codeOf(() => NearestNeighbours.load(state as never))).toBe('MODEL_LOAD_FAILED')
  })
})
