import fc from 'fast-check'
import { type ClassificationTarget, createFeatureRow, estimatorCatalog, type FeatureMatrix, type FittedClassifier, loadClassifier, selectMatrixRows } from '../../src/index.js'
import { codeOf, expectClose, toSparse } from '../sparse-matrix.js'
import { badMatrices, badRows, dataCodes, otherWidths } from './bad-input.js'
import { describeEntry, describeFit } from './describe-fit.js'
import { describeState } from './describe-state.js'
import { inEngine, withEngines } from './engines.js'
import { alteredState, anyMatrix } from './fuzz.js'
import { classTargets, denseCount, fillRow, nonNegativeMatrix, repetitions, rowCount, sampleMatrix, sparseCount, withDenseValue } from './sample-data.js'
import { settingsOf } from './settings.js'

const classifiers = estimatorCatalog.filter((entry) => entry.task === 'classification')

function expectProbabilities(probabilities: Float64Array, rows: number, classCount: number): void {
  expect(probabilities).toHaveLength(rows * classCount)
  for (let row = 0; row < rows; row++) {
    const line = probabilities.slice(row * classCount, (row + 1) * classCount)
    expect(line.every((probability) => probability >= 0 && probability <= 1)).toBe(true)
    expect(Math.abs(line.reduce((sum, probability) => sum + probability, 0) - 1)).toBeLessThan(1e-12)
  }
}

it('lists every kind once', () => {
  const kinds = estimatorCatalog.map(({ kind }) => kind)
  expect(new Set(kinds).size).toBe(kinds.length)
  for (const kind of kinds) expect(kind).toMatch(/^[a-z]+(-[a-z]+)*$/)
})

describe.each(withEngines(classifiers))('the classifier $entry.kind, kernels in $engine', ({ entry, engine }) => {
  const settings = settingsOf(entry)
  const estimator = inEngine(engine, entry.create(settings.hyperparameters))
  const X = settings.nonNegativeFeatures ? nonNegativeMatrix : sampleMatrix

  describeEntry(entry)
  describeFit(X, estimator.acceptsMissing, (matrix, options) => estimator.fit(matrix, classTargets[1], options))
  describeState(entry, estimator.fit(X, classTargets[1]).toState())

  describe.each(classTargets)('with the classes $classes', (target) => {
    const fitted: FittedClassifier = estimator.fit(X, target)
    const classCount = target.classes.length

    it('says what it knows', () => {
      expect(fitted.classes).toEqual(target.classes)
      expect(fitted.featureCount).toBe(denseCount + sparseCount)
      expect(fitted.sizeBytes).toBeGreaterThan(0)
    })

    it('gives probabilities between 0 and 1 that sum to 1', () => {
      expectProbabilities(fitted.predictProbabilities(X), rowCount, classCount)
    })

    it('gives the same probabilities row by row', () => {
      const probabilities = fitted.predictProbabilities(X)
      const row = createFeatureRow(denseCount, sparseCount)
      const out = new Float64Array(classCount)
      for (let index = 0; index < rowCount; index++) {
        fitted.predictRow(fillRow(row, X, index), out)
        expect(out).toEqual(probabilities.slice(index * classCount, (index + 1) * classCount))
      }
    })

    it('gives the same probabilities and scores after storing and loading', () => {
      const loaded = loadClassifier(fitted.toState())
      expect(loaded.predictProbabilities(X)).toEqual(fitted.predictProbabilities(X))
      expect(loaded.decisionScores?.(X)).toEqual(fitted.decisionScores?.(X))
      expect(loaded.classes).toEqual(target.classes)
    })

    it('orders classes in each row by its scores as by its probabilities', () => {
      const scores = fitted.decisionScores?.(X)
      const probabilities = fitted.predictProbabilities(X)
      if (!scores) return
      expect(scores).toHaveLength(probabilities.length)
      for (let row = 0; row < rowCount; row++) {
        const line = (of: Float64Array): number[] => [...of.slice(row * classCount, (row + 1) * classCount)]
        const best = line(scores).indexOf(Math.max(...line(scores)))
        expect(line(probabilities)[best]).toBe(Math.max(...line(probabilities)))
      }
    })

    it('predicts nothing for no rows', () => {
      const none = { rowCount: 0, dense: { ...X.dense!, rowCount: 0, values: new Float32Array(0) }, sparse: toSparse([], sparseCount) }
      expect(fitted.predictProbabilities(none)).toHaveLength(0)
    })

    it.each(otherWidths)('refuses to predict with $what', ({ matrix }) => {
      expect(codeOf(() => fitted.predictProbabilities(matrix))).toBe('SHAPE_MISMATCH')
    })

    it.each(badMatrices)('refuses to predict with $what', ({ matrix, code }) => {
      expect(codeOf(() => fitted.predictProbabilities(matrix))).toBe(code)
      if (fitted.decisionScores) expect(codeOf(() => fitted.decisionScores!(matrix))).toBe(code)
    })

    it.each(badRows)('refuses to predict a row with $what', ({ row, code }) => {
      expect(codeOf(() => fitted.predictRow(row(), new Float64Array(classCount)))).toBe(code)
    })

    it('takes a missing value as at the fit', () => {
      const code = estimator.acceptsMissing ? undefined : 'VALUE_NOT_FINITE'
      const row = { ...fillRow(createFeatureRow(denseCount, sparseCount), X, 0), dense: Float32Array.of(1, Number.NaN) }
      expect(codeOf(() => fitted.predictProbabilities(withDenseValue(X, Number.NaN)))).toBe(code)
      expect(codeOf(() => fitted.predictRow(row, new Float64Array(classCount)))).toBe(code)
    })

    it('refuses an output of another length', () => {
      const row = fillRow(createFeatureRow(denseCount, sparseCount), X, 0)
      expect(codeOf(() => fitted.predictRow(row, new Float64Array(classCount + 1)))).toBe('SHAPE_MISMATCH')
    })

    it('gives the same probabilities when classes change places', () => {
      const places = target.classes.map((_, code) => (code + 1) % classCount)
      const classes = target.classes.map((_, code) => target.classes[places.indexOf(code)])
      const moved = estimator.fit(X, { classes, codes: target.codes.map((code) => places[code]) }).predictProbabilities(X)
      const back = Float64Array.from(moved, (_, i) => moved[i - (i % classCount) + places[i % classCount]])
      expectClose(back, fitted.predictProbabilities(X), settings.permutationTolerance ?? 1e-3)
    })
  })

  it.each<[string, ClassificationTarget, string]>([
    ['one class', { classes: ['a', 'b'], codes: new Int32Array(rowCount) }, 'TARGET_ONE_CLASS'],
    ['a code above the classes', { classes: ['a', 'b'], codes: new Int32Array(rowCount).fill(2) }, 'TARGET_INVALID'],
    ['a missing class', { classes: ['a', 'b'], codes: new Int32Array(rowCount).fill(-1) }, 'TARGET_INVALID'],
    ['a class twice', { classes: ['a', 'a'], codes: Int32Array.from({ length: rowCount }, (_, row) => row % 2) }, 'TARGET_INVALID'],
    ['too few codes', { classes: ['a', 'b'], codes: new Int32Array(rowCount - 1) }, 'SHAPE_MISMATCH'],
  ])('refuses a target with %s', (_, target, code) => {
    expect(codeOf(() => estimator.fit(X, target))).toBe(code)
  })

  it('refuses to learn when only rows of one class weigh anything', () => {
    const sampleWeights = Float64Array.from(classTargets[0].codes)
    expect(codeOf(() => estimator.fit(X, classTargets[0], { sampleWeights }))).toBe('TARGET_ONE_CLASS')
    expect(codeOf(() => estimator.fit(X, classTargets[0], { classWeights: Float64Array.of(0, 1) }))).toBe('TARGET_ONE_CLASS')
  })

  it.each([
    ['one too few', Float64Array.of(1), 'SHAPE_MISMATCH'],
    ['NaN', Float64Array.of(1, Number.NaN), 'VALUE_NOT_FINITE'],
    ['a negative one', Float64Array.of(1, -1), 'INPUT_INVALID'],
  ])('refuses class weights with %s', (_, classWeights, code) => {
    expect(codeOf(() => estimator.fit(X, classTargets[0], { classWeights }))).toBe(code)
  })

  it('takes the weight of a class for that of its rows', () => {
    const sampleWeights = Float64Array.from(classTargets[0].codes, (code) => (code === 1 ? 3 : 1))
    const byClass = estimator.fit(X, classTargets[0], { classWeights: Float64Array.of(1, 3) })
    expect(byClass.toState()).toEqual(estimator.fit(X, classTargets[0], { sampleWeights }).toState())
    expect(byClass.predictProbabilities(X)).not.toEqual(estimator.fit(X, classTargets[0]).predictProbabilities(X))
  })

  it('learns from as many rows as classes, and gives a class without rows a probability too', () => {
    const matrix = selectMatrixRows(X, [0, 1, 2])
    const distinct = estimator.fit(matrix, { classes: ['a', 'b', 'c'], codes: Int32Array.of(0, 1, 2) })
    expectProbabilities(distinct.predictProbabilities(matrix), 3, 3)
    const more = estimator.fit(matrix, { classes: ['a', 'b', 'c', 'd', 'e'], codes: Int32Array.of(0, 1, 4) })
    expectProbabilities(more.predictProbabilities(matrix), 3, 5)
  })

  it('learns from constant columns and from empty rows', () => {
    const matrix: FeatureMatrix = {
      rowCount, dense: { rowCount, columnCount: 1, values: new Float32Array(rowCount).fill(2) }, sparse: toSparse(Array.from({ length: rowCount }, () => [0, 0])),
    }
    expectProbabilities(estimator.fit(matrix, classTargets[2]).predictProbabilities(matrix), rowCount, 9)
  })

  if (settings.duplicationTolerance !== undefined) {
    it('learns from weighted rows what it learns from repeated ones', () => {
      const { weights, rows } = repetitions(rowCount)
      const weighted = estimator.fit(X, classTargets[1], { sampleWeights: weights })
      const repeated = estimator.fit(selectMatrixRows(X, rows), { ...classTargets[1], codes: Int32Array.from(rows, (row) => classTargets[1].codes[row]) })
      expectClose(weighted.predictProbabilities(X), repeated.predictProbabilities(X), settings.duplicationTolerance!)
    })
  }

  it('learns or refuses with a code, whatever it is given', () => {
    fc.assert(fc.property(anyMatrix, fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 8 }), (matrix, codes) => {
      try {
        const fitted = estimator.fit(matrix, { classes: ['a', 'b', 'c'], codes: Int32Array.from(codes) })
        expectProbabilities(fitted.predictProbabilities(matrix), matrix.rowCount, 3)
      } catch (error) {
        if (!dataCodes.includes((error as { code: string }).code)) throw error
      }
    }), { numRuns: 60 })
  })

  it('refuses an altered state or predicts from it', () => {
    const state = estimator.fit(X, classTargets[1]).toState()
    fc.assert(fc.property(alteredState(state), (altered) => {
      let fitted: FittedClassifier
      try {
        fitted = entry.load(altered)
      } catch (error) {
        expect((error as { code: unknown }).code).toBe('MODEL_LOAD_FAILED')
        return
      }
      expectProbabilities(fitted.predictProbabilities(X), rowCount, 3)
    }), { numRuns: 100 })
  })
})
