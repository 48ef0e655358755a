import fc from 'fast-check'
import { LinearRows } from '../../src/linear/linear-rows.js'
import { BinaryLogLoss, type MarginLoss, SoftmaxLoss } from '../../src/linear/margin-loss.js'
import { addSparseProduct, transposeLines } from '../../src/linear/sparse-product.js'
import { expectClose, toDense, toNested, toSparse } from '../sparse-matrix.js'

const number = fc.double({ min: -4, max: 4, noNaN: true })

describe.each([1, 2, 3, 4, 5, 7, 8, 9, 13, 17])('products with %i numbers a line', (width) => {
  it('are those of the definition, over rows and over columns', () => {
    const lines = fc.array(fc.array(fc.oneof(fc.constant(0), number.map((x) => Math.fround(x) || 0)), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(lines, (nested) => {
      const { rowPointers: pointers, columnIndices: indices, values } = toSparse(nested)
      const rows = { pointers, indices, values }
      const input = Float64Array.from({ length: 3 * width }, (_, i) => Math.sin(i + 1))
      const result = new Float64Array(nested.length * width).fill(1)
      addSparseProduct(rows, input, width, result)
      expectClose(result, nested.flatMap((line) => Array.from({ length: width }, (_, k) => 1 + line.reduce((sum, x, c) => sum + x * input[c * width + k], 0))), 1e-12)
      const columns = transposeLines(rows, 3)
      expect(toNested({ rowCount: 3, columnCount: nested.length, rowPointers: columns.pointers, columnIndices: columns.indices, values: columns.values }))
        .toEqual([0, 1, 2].map((c) => nested.map((line) => line[c])))
    }), { numRuns: 30 })
  })
})

describe('LinearRows', () => {
  const dense = toDense([[1, 2], [3, 4], [5, 6]])
  const sparse = toSparse([[0, 7, 0, 1], [0, 8, 0, 0], [0, 0, 0, 2]])
  const rows = new LinearRows({ rowCount: 3, dense, sparse }, 2)

  it('has no weights for columns without values, and brings weights there and back', () => {
    expect(rows.featureCount).toBe(4)
    const weights = Float32Array.from({ length: 12 }, (_, i) => i)
    const own = rows.gather(weights, [100, 200])
    const back = new Float32Array(12)
    rows.scatter(own, back)
    expect([...back]).toEqual([0, 1, 2, 3, 0, 0, 6, 7, 0, 0, 10, 11])
    expect([...own.slice(8)]).toEqual([100, 200])
  })

  it('makes margins of weights, and gradients of residuals', () => {
    const own = rows.gather(Float32Array.from({ length: 12 }, (_, i) => i), [100, 200])
    const margins = new Float64Array(6)
    rows.forward(own, margins)
    // 1·0 + 2·2 + 7·6 + 1·10 + 100, and so on by hand
    expect([...margins]).toEqual([156, 267, 156, 271, 132, 245])
    const gradient = new Float64Array(rows.weightCount)
    rows.backward(Float64Array.of(1, 0, 0, 1, 1, 1), gradient)
    const byFeature = new Float32Array(12)
    rows.scatter(gradient, byFeature)
    expect([...byFeature]).toEqual([6, 8, 8, 10, 0, 0, 7, 8, 0, 0, 3, 2])
    expect([...gradient.slice(8)]).toEqual([2, 2])
  })

  it('sums weighted squares of features', () => {
    const sums = rows.squareSums(Float64Array.of(1, 2, 0))
    expect([...sums].sort((a, b) => a - b)).toEqual([1, 1 + 18, 4 + 32, 49 + 128])
  })
})

const losses: readonly { readonly name: string; readonly outputs: number; readonly create: (codes: Int32Array, rowWeights: Float64Array) => MarginLoss }[] = [
  { name: 'BinaryLogLoss', outputs: 1, create: (codes, rowWeights) => new BinaryLogLoss({ codes, rowWeights }) },
  { name: 'SoftmaxLoss', outputs: 3, create: (codes, rowWeights) => new SoftmaxLoss({ codes, rowWeights }, 3) },
]

describe.each(losses)('$name', ({ outputs, create }) => {
  const weights = Float64Array.of(1, 0.5, 0)
  const classCount = Math.max(outputs, 2)
  const codes = fc.array(fc.integer({ min: 0, max: classCount - 1 }), { minLength: 3, maxLength: 3 })
  const margins = fc.array(number, { minLength: 3 * outputs, maxLength: 3 * outputs })

  it('is the weighted negative logarithm of the probability of the class', () => {
    fc.assert(fc.property(codes, margins, (rowCodes, rowMargins) => {
      const expected = rowCodes.reduce((sum, code, row) => {
        const own = outputs === 1 ? [0, rowMargins[row]] : rowMargins.slice(row * outputs, (row + 1) * outputs)
        const exponentials = own.map((margin) => Math.exp(margin))
        return sum - weights[row] * Math.log(exponentials[code] / exponentials.reduce((a, b) => a + b))
      }, 0)
      expect(create(Int32Array.from(rowCodes), weights).evaluate(Float64Array.from(rowMargins), new Float64Array(3 * outputs))).toBeCloseTo(expected, 10)
    }))
  })

  it('has the first and second derivatives of its differences', () => {
    fc.assert(fc.property(codes, margins, margins, (rowCodes, rowMargins, direction) => {
      const loss = create(Int32Array.from(rowCodes), weights)
      const at = (step: number): { value: number; slope: number } => {
        const residuals = new Float64Array(3 * outputs)
        const value = loss.evaluate(Float64Array.from(rowMargins, (margin, i) => margin + step * direction[i]), residuals)
        return { value, slope: residuals.reduce((sum, residual, i) => sum + residual * direction[i], 0) }
      }
      const h = 1e-4
      expect(at(0).slope).toBeCloseTo((at(h).value - at(-h).value) / (2 * h), 5)
      const residuals = new Float64Array(3 * outputs)
      loss.evaluate(Float64Array.from(rowMargins), residuals)
      expect(loss.curvatureAlong(Float64Array.from(direction), residuals)).toBeCloseTo((at(h).slope - at(-h).slope) / (2 * h), 5)
    }))
  })

  it('stays finite at margins of any size', () => {
    const loss = create(Int32Array.of(0, 1, 0), Float64Array.of(1, 1, 1))
    for (const size of [-1e5, 1e5]) {
      const residuals = new Float64Array(3 * outputs)
      expect(loss.evaluate(Float64Array.from({ length: 3 * outputs }, (_, i) => (i % 2 ? size : -size)), residuals)).toBeLessThan(Infinity)
      expect(residuals.every(Number.isFinite)).toBe(true)
    }
  })
})
