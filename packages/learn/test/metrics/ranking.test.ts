import { coverageError, dcg, labelRankingAveragePrecision, meanReciprocalRank, ndcg, recallAtK } from '../../src/index.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { codeOf, expectClose } from '../sparse-matrix.js'

interface RankingCase {
  readonly name: string
  readonly input: { readonly relevance: number[][]; readonly score: number[][] }
  readonly expected: Readonly<Record<string, number>>
}
const { cases } = readFixture<{ cases: RankingCase[] }>('metrics-ranking')

describe('measures of a ranking', () => {
  it.each(cases)('have the numbers of scikit-learn: $name', ({ input: { relevance, score }, expected }) => {
    expectClose(
      [ndcg(relevance, score, 1), ndcg(relevance, score, 3), ndcg(relevance, score, 10), dcg(relevance, score)],
      [expected['ndcg@1'], expected['ndcg@3'], expected['ndcg@10'], expected.dcg], 1e-9,
    )
    if (expected.lrap === undefined) return
    expectClose([labelRankingAveragePrecision(relevance, score), coverageError(relevance, score)], [expected.lrap, expected.coverage_error], 1e-9)
  })

  it('count by hand: the first relevant candidate and the share found', () => {
    const relevance = [[0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]
    const scores = [[4, 3, 2, 1], [4, 3, 2, 1], [4, 3, 2, 1]]
    expect(meanReciprocalRank(relevance, scores)).toBeCloseTo((1 / 3 + 1 + 0) / 3, 12)
    expect(recallAtK(relevance, scores, 3)).toBeCloseTo((1 / 2 + 1) / 2, 12)
  })

  it.each([dcg, ndcg, meanReciprocalRank, (gains: number[][], scores: number[][]) => recallAtK(gains, scores, 1), labelRankingAveragePrecision, coverageError])(
    'refuse no queries, other lengths and negative relevance: %p', (measure) => {
      expect(codeOf(() => measure([], []))).toBe('DATA_EMPTY')
      expect(codeOf(() => measure([[1, 0]], [[1]]))).toBe('SHAPE_MISMATCH')
      expect(codeOf(() => measure([[1]], [[1], [1]]))).toBe('SHAPE_MISMATCH')
      expect(codeOf(() => measure([[-1]], [[1]]))).toBe('INPUT_INVALID')
      expect(codeOf(() => measure([[1]], [[Number.NaN]]))).toBe('INPUT_INVALID')
    },
  )

  it('refuse a rank that is none', () => expect(codeOf(() => ndcg([[1]], [[1]], 0.5))).toBe('INPUT_INVALID'))
})
