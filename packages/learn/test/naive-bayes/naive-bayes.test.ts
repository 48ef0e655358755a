import {
  accuracy, type ClassificationTarget, createFeatureRow, explainLinear, type FeatureMatrix, FittedLinearBayes, GaussianNaiveBayes, getEstimator, logLoss, mostProbable,
  MultinomialNaiveBayes,
} from '../../src/index.js'
import { fillRow } from '../conformance/sample-data.js'
import { readFixture } from '../fixtures/read-fixture.js'
import { type DatasetName, scaledDataset } from '../scaled-datasets.js'
import { codeOf, expectClose, toDense, toSparse } from '../sparse-matrix.js'

interface CountCase {
  readonly name: string
  readonly input: { readonly X: number[][]; readonly y: string[]; readonly predict: number[][] }
  readonly expected: { readonly classes: string[]; readonly proba: number[][]; readonly feature_log_prob: number[][] }
}
interface NumberCase {
  readonly name: string
  readonly expected: { readonly proba_first5: number[][]; readonly log_loss: number; readonly accuracy: number }
}
const fixture = readFixture<{
  readonly cases: readonly (CountCase | NumberCase)[]
  readonly more: readonly { readonly name: string; readonly kind: string; readonly hyperparameters: Readonly<Record<string, number | boolean>>; readonly sampleWeights?: number[]; readonly proba: number[][] }[]
}>('naive-bayes')
const countCases = fixture.cases.filter((one): one is CountCase => !one.name.startsWith('Gaussian'))
const numberCases = fixture.cases.filter((one): one is NumberCase => one.name.startsWith('Gaussian'))

const kinds: Readonly<Record<string, string>> = { Multinomial: 'multinomial-naive-bayes', Complement: 'complement-naive-bayes', Bernoulli: 'bernoulli-naive-bayes' }

function create(kind: string, hyperparameters = {}) {
  const entry = getEstimator(kind)
  if (entry.task !== 'classification') throw new Error('not a classifier')
  return entry.create(hyperparameters)
}

const layouts = [
  { layout: 'dense', build: (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, dense: toDense(lines) }) },
  { layout: 'sparse', build: (lines: number[][]): FeatureMatrix => ({ rowCount: lines.length, sparse: toSparse(lines) }) },
]
const targetOf = ({ input, expected }: CountCase): ClassificationTarget =>
  ({ classes: expected.classes, codes: Int32Array.from(input.y, (name) => expected.classes.indexOf(name)) })

describe.each(layouts)('naive Bayes on $layout columns', ({ build }) => {
  it.each(countCases)('gives the probabilities of scikit-learn: $name', (one) => {
    const kind = kinds[one.name.split('NB')[0]]
    const fitted = create(kind).fit(build(one.input.X), targetOf(one))
    expectClose(fitted.predictProbabilities(build(one.input.predict)), one.expected.proba.flat(), 1e-6)
    if (!(fitted instanceof FittedLinearBayes)) return
    const classCount = one.expected.classes.length
    one.expected.feature_log_prob.forEach((line, code) => line.forEach((log, feature) => expect(fitted.weights[feature * classCount + code]).toBeCloseTo(log, 5)))
  })

  it.each(fixture.more.filter(({ sampleWeights }) => sampleWeights))('weighs rows as scikit-learn does: $name', ({ kind, hyperparameters, sampleWeights, proba }) => {
    const one = countCases[0]
    const fitted = create(kind, hyperparameters).fit(build(one.input.X), targetOf(one), { sampleWeights: Float64Array.from(sampleWeights!) })
    expectClose(fitted.predictProbabilities(build(one.input.predict)), proba.flat(), 1e-6)
  })

  it.each(numberCases)('gives the probabilities of scikit-learn: $name', ({ name, expected }) => {
    const { train, test } = scaledDataset(name.split(' ')[1] as DatasetName)
    const probabilities = new GaussianNaiveBayes().fit(build(train.lines), train.target).predictProbabilities(build(test.lines))
    expectClose(probabilities.slice(0, expected.proba_first5.flat().length), expected.proba_first5.flat(), 1e-4)
    const classCount = train.target.classes.length
    expect(logLoss(test.target.codes, probabilities, classCount)).toBeCloseTo(expected.log_loss, 4)
    expect(accuracy(test.target.codes, mostProbable(probabilities, classCount))).toBeCloseTo(expected.accuracy, 12)
  })

  it('weighs rows of numbers as scikit-learn does', () => {
    const { train, test } = scaledDataset('wine')
    const sampleWeights = Float64Array.from(train.lines, (_, row) => 1 + (row % 3))
    const fitted = new GaussianNaiveBayes().fit(build(train.lines), train.target, { sampleWeights })
    expectClose(fitted.predictProbabilities(build(test.lines)).slice(0, 30), fixture.more.find(({ kind }) => kind.startsWith('gaussian'))!.proba.flat(), 1e-5)
  })
})

it.each(['multinomial-naive-bayes', 'complement-naive-bayes'])('%s refuses values below 0', (kind) => {
  expect(codeOf(() => create(kind).fit({ rowCount: 2, dense: toDense([[1], [-1]]) }, { classes: ['a', 'b'], codes: Int32Array.of(0, 1) }))).toBe('INPUT_INVALID')
})

it('explains multinomial naive Bayes exactly', () => {
  const one = countCases[0]
  const X: FeatureMatrix = { rowCount: one.input.X.length, sparse: toSparse(one.input.X) }
  const fitted = new MultinomialNaiveBayes().fit(X, targetOf(one))
  const row = fillRow(createFeatureRow(0, one.input.X[0].length), X, 0)
  const [first, second] = [0, 1].map((code) => explainLinear(fitted, row, { code }).score)
  const out = new Float64Array(3)
  fitted.predictRow(row, out)
  expect(Math.log(out[0] / out[1])).toBeCloseTo(first - second, 9)
})
