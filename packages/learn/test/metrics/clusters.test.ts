import {
  calinskiHarabaszScore, clusterAgreement, type ClusterAgreement, daviesBouldinScore, type PointRows, silhouetteSamples, silhouetteScore,
} from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface ClusterCase {
  readonly name: string
  readonly input: { readonly X: number[][]; readonly labels: number[]; readonly reference_labels: number[] | null }
  readonly expected: Readonly<Record<string, number | object>> & { readonly silhouette_samples: number[] | object }
}
const { cases } = readFixture<{ cases: ClusterCase[] }>('metrics-clustering')
const measured = cases.filter(({ expected }) => Array.isArray(expected.silhouette_samples))
const refused = cases.filter((testCase) => !measured.includes(testCase))
const compared = cases.filter(({ input }) => input.reference_labels)

const pointsOf = ({ input: { X } }: ClusterCase): PointRows => ({ rowCount: X.length, columnCount: X[0].length, values: X.flat() })

describe('the shape of clusters', () => {
  it.each(measured)('has the numbers of scikit-learn: $name', (testCase) => {
    const { input: { labels }, expected } = testCase
    const points = pointsOf(testCase)
    expectClose(silhouetteSamples(points, labels), expected.silhouette_samples as number[], 1e-9)
    expectClose(
      [silhouetteScore(points, labels), silhouetteScore(points, labels, 'cosine'), daviesBouldinScore(points, labels), calinskiHarabaszScore(points, labels)],
      [expected.silhouette, expected.silhouette_cosine, expected.davies_bouldin, expected.calinski_harabasz] as number[], 1e-8,
    )
  })

  it.each(refused)('is refused as by scikit-learn: $name', (testCase) => {
    for (const measure of [silhouetteSamples, silhouetteScore, daviesBouldinScore, calinskiHarabaszScore]) {
      expect(codeOf(() => measure(pointsOf(testCase), testCase.input.labels))).toBe('INPUT_INVALID')
    }
  })

  it('is refused for no points, other lengths and values that are no rows', () => {
    const points = { rowCount: 3, columnCount: 1, values: [1, 2, 3] }
    expect(codeOf(() => silhouetteScore({ rowCount: 0, columnCount: 1, values: [] }, []))).toBe('DATA_EMPTY')
    expect(codeOf(() => silhouetteScore(points, [0, 1]))).toBe('SHAPE_MISMATCH')
    expect(codeOf(() => silhouetteScore({ ...points, values: [1] }, [0, 1, 1]))).toBe('SHAPE_MISMATCH')
  })
})

describe('clusterAgreement', () => {
  const names: Readonly<Record<string, keyof ClusterAgreement>> = {
    adjusted_rand: 'adjustedRand', rand: 'rand', nmi: 'vMeasure', ami: 'adjustedMutualInformation', homogeneity: 'homogeneity', completeness: 'completeness',
    v_measure: 'vMeasure', fowlkes_mallows: 'fowlkesMallows',
  }
  it.each(compared)('has the numbers of scikit-learn: $name', ({ input, expected }) => {
    const agreement = clusterAgreement(input.reference_labels!, input.labels)
    const keys = Object.keys(names).filter((key) => expected[key] !== undefined)
    expectClose(keys.map((key) => agreement[names[key]]), keys.map((key) => expected[key] as number), 1e-9)
  })

  it('refuses no rows and other lengths', () => {
    expect(codeOf(() => clusterAgreement([], []))).toBe('DATA_EMPTY')
    expect(codeOf(() => clusterAgreement([1], [1, 2]))).toBe('SHAPE_MISMATCH')
  })
})
