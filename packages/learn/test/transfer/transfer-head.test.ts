import { createRandom } from '@motadata/core'
import {
  accuracy, type ClassificationTarget, createFeatureRow, explainLinear, type FeatureMatrix, FittedTransferHead, GradientBoostingClassifier, LogisticRegression, type ModelState, mostProbable, selectMatrixRows, TransferBase,
  TransferHead,
} from '../../src/index.js'
import { badMatrices, badRows, otherWidths } from '../conformance/bad-input.js'
import { describeFit } from '../conformance/describe-fit.js'
import { classTargets, denseCount, fillRow, rowCount, sampleMatrix, sparseCount } from '../conformance/sample-data.js'
import { damagedStates } from '../damage-state.js'
import { codeOf, toSparse } from '../sparse-matrix.js'

const base = TransferBase.of(new LogisticRegression().fit(sampleMatrix, classTargets[0]!), sampleMatrix)
const fitted = new TransferHead(base).fit(sampleMatrix, classTargets[1]!)
const classCount = fitted.classes.length

/** Rows of 40 words, of which class `c` uses mostly every third from `c` on. */
function makeRows(count: number, seed: number): { readonly X: FeatureMatrix; readonly y: ClassificationTarget } {
  const random = createRandom(seed)
  const codes = Int32Array.from({ length: count }, () => random.below(3))
  const lines = Array.from(codes, (code) => {
    const line = new Array<number>(120).fill(0)
    for (let word = 0; word < 8; word++) line[random.next() < 0.35 ? code + 3 * random.below(40) : random.below(120)]! += 0.35
    return line
  })
  return { X: { rowCount: count, sparse: toSparse(lines, 120) }, y: { classes: ['a', 'b', 'c'], codes } }
}

describe('TransferHead', () => {
  describeFit(sampleMatrix, false, (matrix, options) => new TransferHead(base).fit(matrix, classTargets[1]!, options))

  it('learns from 50 rows better with a base of other rows than without, at every seed', () => {
    const elsewhere = makeRows(2_000, 1)
    const taught = TransferBase.of(new LogisticRegression({ C: 1 }).fit(elsewhere.X, elsewhere.y), elsewhere.X)
    const test = makeRows(500, 2)
    for (let seed = 10; seed < 15; seed++) {
      const few = makeRows(50, seed)
      const scoreOf = (model: { predictProbabilities(X: FeatureMatrix): Float64Array }): number => accuracy(test.y.codes, mostProbable(model.predictProbabilities(test.X), 3))
      const alone = scoreOf(new LogisticRegression({ C: 1 }).fit(few.X, few.y))
      expect(scoreOf(new TransferHead(taught, { C: 1 }).fit(few.X, few.y))).toBeGreaterThan(alone + 0.05)
    }
  })

  it('learns classes that the base does not have', () => {
    expect(fitted.classes).toEqual(classTargets[1]!.classes)
    expect(fitted.classes).not.toEqual(base.classifier.classes)
  })

  it('gives the same probabilities row by row, after storing and loading, and sums of 1', () => {
    const probabilities = fitted.predictProbabilities(sampleMatrix)
    const loaded = FittedTransferHead.load(fitted.toState(), base)
    expect(loaded.predictProbabilities(sampleMatrix)).toEqual(probabilities)
    const [row, out] = [createFeatureRow(denseCount, sparseCount), new Float64Array(classCount)]
    for (let index = 0; index < rowCount; index++) {
      loaded.predictRow(fillRow(row, sampleMatrix, index), out)
      expect(out).toEqual(probabilities.slice(index * classCount, (index + 1) * classCount))
      expect(Math.abs(out.reduce((sum, probability) => sum + probability, 0) - 1)).toBeLessThan(1e-12)
    }
  })

  it.each([0, 1, 2])('is one linear model of the features, on a base of the classes %#, which its probabilities come from', (of) => {
    const own = TransferBase.of(new LogisticRegression().fit(sampleMatrix, classTargets[of]!), sampleMatrix)
    for (const target of classTargets) {
      const head = new TransferHead(own).fit(sampleMatrix, target)
      const terms = head.linearTerms()!
      const probabilities = head.predictProbabilities(sampleMatrix)
      const row = createFeatureRow(denseCount, sparseCount)
      for (let index = 0; index < rowCount; index += 7) {
        fillRow(row, sampleMatrix, index)
        const line = probabilities.subarray(index * target.classes.length)
        const scores = target.classes.map((_, code) => explainLinear(terms, row, { code }).score)
        // of two classes the score is the margin itself, of more it is one of those that softmax takes
        const expected = Math.log(line[1]! / line[0]!)
        const difference = target.classes.length === 2 ? scores[1]! : scores[1]! - scores[0]!
        expect(difference).toBeCloseTo(expected, 4)
      }
    }
  })

  it('is not linear on a base that is not', () => {
    const trees = TransferBase.of(new GradientBoostingClassifier({ iterations: 5 }).fit(sampleMatrix, classTargets[0]!), sampleMatrix)
    expect(new TransferHead(trees).fit(sampleMatrix, classTargets[1]!).linearTerms()).toBeUndefined()
  })

  it('is made of a regression that was fitted to features and scores, and of no other', () => {
    const regression = new LogisticRegression().fit(base.withScores(sampleMatrix), classTargets[1]!)
    expect(FittedTransferHead.onto(base, regression).predictProbabilities(sampleMatrix)).toEqual(fitted.predictProbabilities(sampleMatrix))
    expect(codeOf(() => FittedTransferHead.onto(base, new LogisticRegression().fit(sampleMatrix, classTargets[1]!)))).toBe('SHAPE_MISMATCH')
  })

  it('counts and stores the head alone', () => {
    const state = fitted.toState()
    const ownBytes = Object.values(state.tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
    expect(ownBytes).toBe(4 * classCount * (fitted.featureCount + base.scoreCount) + 8 * classCount)
    expect(fitted.sizeBytes).toBeLessThan(ownBytes + 1_000)
    expect(JSON.parse(JSON.stringify(state.json))).toEqual(state.json)
  })

  it('refuses to be loaded onto another base, even one of the same shape', () => {
    const other = TransferBase.of(new LogisticRegression({ C: 2 }).fit(sampleMatrix, classTargets[0]!), sampleMatrix)
    expect(other.id).not.toBe(base.id)
    expect(codeOf(() => FittedTransferHead.load(fitted.toState(), other))).toBe('MODEL_LOAD_FAILED')
  })

  it('knows its base again after that was stored and loaded', () => {
    const again = TransferBase.load(base.toState())
    expect(again.id).toBe(base.id)
    expect(again.toState()).toEqual(base.toState())
    expect(FittedTransferHead.load(fitted.toState(), again).predictProbabilities(sampleMatrix)).toEqual(fitted.predictProbabilities(sampleMatrix))
  })

  it.each(damagedStates(base.toState()))('refuses a stored base with $damage', ({ state }) => {
    expect(codeOf(() => TransferBase.load(state as ModelState))).toBe('MODEL_LOAD_FAILED')
  })

  it.each(damagedStates(fitted.toState()))('refuses a stored state with $damage', ({ state }) => {
    expect(codeOf(() => FittedTransferHead.load(state as ModelState, base))).toBe('MODEL_LOAD_FAILED')
  })

  it.each([...badMatrices, ...otherWidths.map((one) => ({ ...one, code: 'SHAPE_MISMATCH' }))])('refuses to predict about $what', ({ matrix, code }) => {
    expect(codeOf(() => fitted.predictProbabilities(matrix))).toBe(code)
  })

  it.each(badRows)('refuses to predict about a row with $what', ({ row, code }) => {
    expect(codeOf(() => fitted.predictRow(row(), new Float64Array(classCount)))).toBe(code)
  })

  it('refuses features of other widths than the base has', () => {
    const narrow: FeatureMatrix = { rowCount: sampleMatrix.rowCount, dense: selectMatrixRows(sampleMatrix, Array.from({ length: rowCount }, (_, row) => row)).dense! }
    expect(codeOf(() => new TransferHead(base).fit(narrow, classTargets[1]!))).toBe('SHAPE_MISMATCH')
  })
})
