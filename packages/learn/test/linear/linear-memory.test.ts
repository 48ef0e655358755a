import { createRandom } from '@motadata/core'
import { type FeatureMatrix, LogisticRegression } from '../../src/index.js'
import { withKernelEngine } from '../../src/kernels/kernel-engine.js'
import { type LinearMemory, ordinaryMemory, withLinearMemory } from '../../src/linear/linear-memory.js'
import { LinearRows } from '../../src/linear/linear-rows.js'
import { toDense, toSparse } from '../sparse-matrix.js'

/** Rows of a few values each in some columns, one of them never in use. */
function generate(rowCount: number, classCount: number): { readonly X: FeatureMatrix; readonly codes: Int32Array } {
  const random = createRandom(7)
  const lines = Array.from({ length: rowCount }, () => Array.from({ length: 12 }, (_, column) => (column !== 5 && random.next() < 0.3 ? random.next() * 4 - 2 : 0)))
  const numbers = Array.from({ length: rowCount }, () => [random.next(), random.next()])
  const codes = Int32Array.from(lines, (line, row) => Math.floor((Math.abs(line[0] + line[3]) + numbers[row][0]) * 31) % classCount)
  return { X: { rowCount, dense: toDense(numbers), sparse: toSparse(lines) }, codes }
}

describe.each([1, 2, 3, 7, 8, 9, 17, 26])('with %i outputs, kernels and JavaScript', (outputs) => {
  const { X } = generate(60, 2)

  it('multiply rows and columns to the same bytes', () => {
    const multiply = (memory: LinearMemory): number[][] => {
      const rows = new LinearRows(X, outputs, memory)
      const [weights, gradient] = [memory.doubles(rows.weightCount), memory.doubles(rows.weightCount)]
      weights.forEach((_, i) => (weights[i] = Math.sin(i + 1)))
      const margins = memory.doubles(60 * outputs)
      rows.forward(weights, margins)
      rows.backward(margins, gradient)
      return [[...margins], [...gradient]]
    }
    expect(withLinearMemory(0, multiply)).toEqual(multiply(ordinaryMemory))
  })

  it('make the same bytes of margins, which are those of the definition', () => {
    const sizes = [0, 1e-9, 1, 30, 650, 1e5]
    const share = (memory: LinearMemory): number[][] => {
      const rows = {
        margins: memory.doubles(sizes.length * outputs), width: outputs, rowWeights: memory.doubles(sizes.length).fill(0.25),
        shares: memory.doubles(sizes.length * outputs), largests: memory.doubles(sizes.length), sums: memory.doubles(sizes.length),
      }
      rows.margins.forEach((_, i) => (rows.margins[i] = sizes[Math.floor(i / outputs)] * Math.cos(i)))
      memory.softmaxShares(rows)
      return [rows.margins, rows.shares, rows.largests, rows.sums].map((array) => [...array])
    }
    const [margins, shares, largests, sums] = withLinearMemory(0, share)
    expect([margins, shares, largests, sums]).toEqual(share(ordinaryMemory))
    sizes.forEach((_, row) => {
      const own = margins.slice(row * outputs, (row + 1) * outputs)
      const powers = own.map((margin) => Math.exp(margin - Math.max(...own)))
      const sum = powers.reduce((a, b) => a + b)
      expect(largests[row]).toBe(Math.max(...own))
      expect(sums[row]).toBeCloseTo(sum, 13)
      powers.forEach((power, k) => expect(shares[row * outputs + k]).toBeCloseTo((0.25 * power) / sum, 15))
    })
  })
})

describe.each([2, 3, 9])('a logistic regression of %i classes', (classCount) => {
  const { X, codes } = generate(200, classCount)
  const target = { classes: Array.from({ length: classCount }, (_, code) => `class ${code}`), codes }

  it.each([0, 0.5])('learns the same bytes in both engines, at an L1 share of %f', (l1Ratio) => {
    const fit = () => {
      const { weights, intercepts, iterations } = new LogisticRegression({ l1Ratio }).fit(X, target)
      return { weights: [...weights], intercepts: [...intercepts], iterations }
    }
    const compiled = withKernelEngine('wasm', fit)
    expect(withKernelEngine('javascript', fit)).toEqual(compiled)
    expect(compiled.iterations).toBeGreaterThan(2)
  })

  it('keeps what it learned when another is fitted afterwards in the same memory', () => {
    const first = new LogisticRegression().fit(X, target)
    const before = [...first.weights, ...first.intercepts]
    new LogisticRegression({ C: 0.01 }).fit(X, target)
    expect([...first.weights, ...first.intercepts]).toEqual(before)
  })
})
