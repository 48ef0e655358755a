import { createRandom } from '@motadata/core'
import {
  type ClassificationTarget, type ClassifierEntry, type ClassifierEstimator, createFeatureRow, estimatorCatalog, type FeatureMatrix, type FeatureRow,
  type FittedClassifier, type FittedRegressor, type FitOptions, loadClassifier, loadRegressor, type ModelState, type RegressorEntry,
} from '../src/index.js'
import { damagedStates } from './damage-state.js'
import { codeOf, toDense, toSparse } from './sparse-matrix.js'

const rowCount = 60
const random = createRandom(11)
const denseLines = Array.from({ length: rowCount }, () => [random.next() * 2 - 1, random.next() * 2 - 1])
const sparseLines = Array.from({ length: rowCount }, (_, row) => Array.from({ length: 7 }, (_, column) => (column === row % 7 || random.next() < 0.2 ? 1 + random.next() : 0)))
const X: FeatureMatrix = { rowCount, dense: toDense(denseLines), sparse: toSparse(sparseLines) }
const classTargets: readonly ClassificationTarget[] = [
  { classes: ['a', 'b'], codes: Int32Array.from({ length: rowCount }, (_, row) => row % 2) },
  { classes: ['__proto__', 'constructor', 'Störung'], codes: Int32Array.from({ length: rowCount }, (_, row) => (row * row) % 3) },
  { classes: Array.from({ length: 9 }, (_, code) => `class ${code}`), codes: Int32Array.from({ length: rowCount }, (_, row) => row % 9) },
]
const numberTarget = Float64Array.from({ length: rowCount }, (_, row) => Math.sin(row) * 10)

function fillRow(row: FeatureRow, index: number): FeatureRow {
  row.dense.set(denseLines[index])
  const start = X.sparse!.rowPointers[index]
  row.sparseCount = X.sparse!.rowPointers[index + 1] - start
  row.sparseIndices.set(X.sparse!.columnIndices.subarray(start, start + row.sparseCount))
  row.sparseValues.set(X.sparse!.values.subarray(start, start + row.sparseCount))
  return row
}

/** Matrices that fit nothing fitted on X, and the code to refuse them with. */
const badMatrices: readonly { readonly what: string; readonly matrix: FeatureMatrix; readonly code: string }[] = [
  { what: 'NaN in the dense block', matrix: { ...X, dense: { ...X.dense!, values: X.dense!.values.map((value, i) => (i === 5 ? Number.NaN : value)) } }, code: 'VALUE_NOT_FINITE' },
  { what: 'infinity in the sparse block', matrix: { ...X, sparse: { ...X.sparse!, values: X.sparse!.values.map((value, i) => (i === 5 ? -Infinity : value)) } }, code: 'VALUE_NOT_FINITE' },
  { what: 'a column out of range', matrix: { ...X, sparse: { ...X.sparse!, columnIndices: X.sparse!.columnIndices.map((column, i) => (i === 5 ? 7 : column)) } }, code: 'SHAPE_MISMATCH' },
  { what: 'row pointers that fall', matrix: { ...X, sparse: { ...X.sparse!, rowPointers: X.sparse!.rowPointers.map((pointer, i) => (i === 5 ? 0 : pointer)) } }, code: 'SHAPE_MISMATCH' },
  { what: 'row pointers that leave pairs over', matrix: { ...X, sparse: { ...X.sparse!, rowPointers: X.sparse!.rowPointers.map((pointer, i) => (i === rowCount ? pointer - 1 : pointer)) } }, code: 'SHAPE_MISMATCH' },
  { what: 'too few dense values', matrix: { ...X, dense: { ...X.dense!, values: X.dense!.values.slice(1) } }, code: 'SHAPE_MISMATCH' },
  { what: 'blocks of different height', matrix: { ...X, rowCount: rowCount - 1 }, code: 'SHAPE_MISMATCH' },
]
const otherWidths: readonly { readonly what: string; readonly matrix: FeatureMatrix }[] = [
  { what: 'a wider dense block', matrix: { ...X, dense: toDense(denseLines.map((line) => [...line, 1])) } },
  { what: 'a narrower sparse block', matrix: { ...X, sparse: toSparse(sparseLines.map((line) => line.slice(1))) } },
  { what: 'no sparse block', matrix: { rowCount, dense: X.dense! } },
]
const badRows: readonly { readonly what: string; readonly row: () => FeatureRow; readonly code: string }[] = [
  { what: 'NaN in the dense part', row: () => ({ ...fillRow(createFeatureRow(2, 7), 0), dense: Float32Array.of(1, Number.NaN) }), code: 'VALUE_NOT_FINITE' },
  { what: 'infinity in the sparse part', row: () => ({ ...fillRow(createFeatureRow(2, 7), 0), sparseValues: new Float32Array(7).fill(Infinity) }), code: 'VALUE_NOT_FINITE' },
  { what: 'a wider dense part', row: () => createFeatureRow(3, 7), code: 'SHAPE_MISMATCH' },
  { what: 'a column out of range', row: () => ({ ...fillRow(createFeatureRow(2, 7), 0), sparseIndices: new Uint32Array(7).fill(7) }), code: 'SHAPE_MISMATCH' },
  { what: 'more pairs than its buffers hold', row: () => ({ ...createFeatureRow(2, 7), sparseCount: 8 }), code: 'SHAPE_MISMATCH' },
  { what: 'a negative number of pairs', row: () => ({ ...createFeatureRow(2, 7), sparseCount: -1 }), code: 'SHAPE_MISMATCH' },
]

/** What every fit has to do, whatever it learns. */
function describeFit(fit: (matrix: FeatureMatrix, options?: FitOptions) => { toState(): ModelState }): void {
  it('gives the same bytes for the same seed and data, and leaves its inputs alone', () => {
    const before = structuredClone({ X, classTargets, numberTarget })
    const states = [fit(X, { seed: 3 }).toState(), fit(X, { seed: 3 }).toState()]
    expect(states[1]).toEqual(states[0])
    expect({ X, classTargets, numberTarget }).toEqual(before)
  })

  it.each(badMatrices)('refuses to learn from $what', ({ matrix, code }) => {
    expect(codeOf(() => fit(matrix))).toBe(code)
  })

  it('refuses to learn from no rows', () => {
    expect(codeOf(() => fit({ rowCount: 0, dense: { rowCount: 0, columnCount: 2, values: new Float32Array(0) } }))).toBe('DATA_EMPTY')
  })

  it.each([
    ['one too few', new Float64Array(rowCount - 1).fill(1), 'SHAPE_MISMATCH'],
    ['NaN among them', new Float64Array(rowCount).fill(Number.NaN), 'VALUE_NOT_FINITE'],
    ['a negative one', new Float64Array(rowCount).fill(1).fill(-1, 0, 1), 'INPUT_INVALID'],
    ['all of them 0', new Float64Array(rowCount), 'INPUT_INVALID'],
  ])('refuses sample weights with %s', (_, sampleWeights, code) => {
    expect(codeOf(() => fit(X, { sampleWeights }))).toBe(code)
  })

  it('reports progress that never falls and ends with 1', () => {
    const shares: number[] = []
    fit(X, { onProgress: (share) => shares.push(share) })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares[0]).toBeGreaterThanOrEqual(0)
    expect(shares.at(-1)).toBe(1)
  })

  it('stops at an aborted signal', () => {
    expect(codeOf(() => fit(X, { signal: AbortSignal.abort() }))).toBe('CANCELLED')
  })

  it('stops between iterations once the signal is aborted', () => {
    const controller = new AbortController()
    const shares: number[] = []
    const run = (): unknown => fit(X, {
      signal: controller.signal,
      onProgress: (share) => {
        shares.push(share)
        controller.abort()
      },
    })
    const code = codeOf(run)
    // What is done in one step is done by the time that it reports.
    expect(code).toBe(shares[0] === 1 ? undefined : 'CANCELLED')
    expect(shares).toHaveLength(1)
  })
}

/** What a stored state has to do, whatever was learned. */
function describeState(entry: ClassifierEntry | RegressorEntry, state: ModelState): void {
  it('stores itself under its kind, in plain JSON and typed arrays', () => {
    expect(state.format).toMatch(new RegExp(`^${entry.kind}/\\d+$`))
    expect(JSON.parse(JSON.stringify(state.json))).toEqual(state.json)
    for (const { shape, data } of Object.values(state.tensors)) expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length)
  })

  it('stores the same bytes again after loading', () => {
    expect(entry.load(state).toState()).toEqual(state)
  })

  it('does not keep the arrays that it was loaded from', () => {
    const source = structuredClone(state)
    const loaded = entry.load(source)
    for (const { data } of Object.values(source.tensors)) data.fill(0)
    expect(loaded.toState()).toEqual(state)
  })

  it.each(damagedStates(state))('refuses a stored state with $damage', ({ state: damaged }) => {
    expect(codeOf(() => entry.load(damaged as ModelState))).toBe('MODEL_LOAD_FAILED')
  })
}

const classifiers = estimatorCatalog.filter((entry) => entry.task === 'classification')
const regressors = estimatorCatalog.filter((entry) => entry.task === 'regression')

describe.each(classifiers)('the classifier $kind', (entry) => {
  const estimator: ClassifierEstimator = entry.create()

  it('says its kind and hyperparameters', () => {
    expect(estimator.kind).toBe(entry.kind)
    expect(Object.keys(estimator.hyperparameters)).toEqual(Object.keys(entry.hyperparameterSchema))
    for (const [name, rule] of Object.entries(entry.hyperparameterSchema)) expect(estimator.hyperparameters[name]).toBe(rule.default)
  })

  describeFit((matrix, options) => estimator.fit(matrix, classTargets[1], options))
  describeState(entry, estimator.fit(X, classTargets[1]).toState())

  describe.each(classTargets)('with the classes $classes', (target) => {
    const fitted: FittedClassifier = estimator.fit(X, target)
    const classCount = target.classes.length

    it('says what it knows', () => {
      expect(fitted.classes).toEqual(target.classes)
      expect(fitted.featureCount).toBe(9)
      expect(fitted.sizeBytes).toBeGreaterThan(0)
    })

    it('gives probabilities between 0 and 1 that sum to 1', () => {
      const probabilities = fitted.predictProbabilities(X)
      expect(probabilities).toHaveLength(rowCount * classCount)
      for (let row = 0; row < rowCount; row++) {
        const line = probabilities.slice(row * classCount, (row + 1) * classCount)
        expect(line.every((probability) => probability >= 0 && probability <= 1)).toBe(true)
        expect(Math.abs(line.reduce((sum, probability) => sum + probability, 0) - 1)).toBeLessThan(1e-12)
      }
    })

    it('gives the same probabilities row by row', () => {
      const probabilities = fitted.predictProbabilities(X)
      const row = createFeatureRow(2, 7)
      const out = new Float64Array(classCount)
      for (let index = 0; index < rowCount; index++) {
        fitted.predictRow(fillRow(row, index), out)
        expect(out).toEqual(probabilities.slice(index * classCount, (index + 1) * classCount))
      }
    })

    it('gives the same probabilities after storing and loading', () => {
      const state = fitted.toState()
      expect(loadClassifier(state).predictProbabilities(X)).toEqual(fitted.predictProbabilities(X))
      expect(loadClassifier(state).classes).toEqual(target.classes)
    })

    it('predicts nothing for no rows', () => {
      const none = { rowCount: 0, dense: { ...X.dense!, rowCount: 0, values: new Float32Array(0) }, sparse: toSparse([], 7) }
      expect(fitted.predictProbabilities(none)).toHaveLength(0)
    })

    it.each(otherWidths)('refuses to predict with $what', ({ matrix }) => {
      expect(codeOf(() => fitted.predictProbabilities(matrix))).toBe('SHAPE_MISMATCH')
    })

    it.each(badMatrices)('refuses to predict with $what', ({ matrix, code }) => {
      expect(codeOf(() => fitted.predictProbabilities(matrix))).toBe(code)
    })

    it.each(badRows)('refuses to predict a row with $what', ({ row, code }) => {
      expect(codeOf(() => fitted.predictRow(row(), new Float64Array(classCount)))).toBe(code)
    })

    it('refuses an output of another length', () => {
      expect(codeOf(() => fitted.predictRow(fillRow(createFeatureRow(2, 7), 0), new Float64Array(classCount + 1)))).toBe('SHAPE_MISMATCH')
    })
  })

  it.each([
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
  })
})

describe.each(regressors)('the regressor $kind', (entry) => {
  const estimator = entry.create()
  const fitted: FittedRegressor = estimator.fit(X, numberTarget)

  it('says its kind and hyperparameters', () => {
    expect(estimator.kind).toBe(entry.kind)
    expect(Object.keys(estimator.hyperparameters)).toEqual(Object.keys(entry.hyperparameterSchema))
  })

  describeFit((matrix, options) => estimator.fit(matrix, numberTarget, options))
  describeState(entry, fitted.toState())

  it('gives finite numbers, the same row by row and after storing and loading', () => {
    const numbers = fitted.predict(X)
    expect(numbers).toHaveLength(rowCount)
    expect(numbers.every(Number.isFinite)).toBe(true)
    const row = createFeatureRow(2, 7)
    numbers.forEach((number, index) => expect(fitted.predictRow(fillRow(row, index))).toBe(number))
    expect(loadRegressor(fitted.toState()).predict(X)).toEqual(numbers)
    expect(fitted.featureCount).toBe(9)
    expect(fitted.sizeBytes).toBeGreaterThan(0)
  })

  it.each(otherWidths)('refuses to predict with $what', ({ matrix }) => {
    expect(codeOf(() => fitted.predict(matrix))).toBe('SHAPE_MISMATCH')
  })

  it.each(badMatrices)('refuses to predict with $what', ({ matrix, code }) => {
    expect(codeOf(() => fitted.predict(matrix))).toBe(code)
  })

  it.each(badRows)('refuses to predict a row with $what', ({ row, code }) => {
    expect(codeOf(() => fitted.predictRow(row()))).toBe(code)
  })

  it('refuses targets of another length and targets that are not finite', () => {
    expect(codeOf(() => estimator.fit(X, numberTarget.slice(1)))).toBe('SHAPE_MISMATCH')
    for (const value of [Number.NaN, Infinity]) expect(codeOf(() => estimator.fit(X, new Float64Array(rowCount).fill(value)))).toBe('VALUE_NOT_FINITE')
  })
})

// Beyond what every estimator does: the baselines' numbers by definition.
describe('baselines', () => {
  it('predict the class frequencies and the mean, weighted by rows', () => {
    const matrix: FeatureMatrix = { rowCount: 4 }
    const sampleWeights = Float64Array.of(1, 1, 2, 0)
    const majority = classifiers.find(({ kind }) => kind === 'majority-classifier')!.create()
    const frequencies = majority.fit(matrix, { classes: ['a', 'b'], codes: Int32Array.of(0, 1, 1, 0) }, { sampleWeights }).predictProbabilities(matrix)
    expect([...frequencies]).toEqual([0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75])
    const mean = regressors.find(({ kind }) => kind === 'mean-regressor')!.create()
    expect([...mean.fit(matrix, Float64Array.of(1, 3, 4, 99), { sampleWeights }).predict(matrix)]).toEqual([3, 3, 3, 3])
  })
})
