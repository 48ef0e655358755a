import fc from 'fast-check'
import { createFeatureRow, featureCount, selectMatrixRows } from '../src/index.js'
import { codeOf, toDense, toNested, toSparse } from './sparse-matrix.js'

const lines = fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 })

describe('selectMatrixRows', () => {
  it('gives the rows asked for, in their order, of both blocks', () => {
    fc.assert(fc.property(lines, fc.array(fc.nat()), (nested, picks) => {
      const rows = picks.map((pick) => pick % nested.length)
      const selected = selectMatrixRows({ rowCount: nested.length, dense: toDense(nested), sparse: toSparse(nested, 3) }, rows)
      expect(selected.rowCount).toBe(rows.length)
      expect([...selected.dense!.values]).toEqual(rows.flatMap((row) => nested[row]))
      expect(toNested(selected.sparse!)).toEqual(rows.map((row) => nested[row]))
      expect(featureCount(selected)).toBe(6)
    }))
  })

  it('refuses rows that are not there', () => {
    for (const row of [-1, 2, 0.5, Number.NaN]) expect(codeOf(() => selectMatrixRows({ rowCount: 2 }, [row]))).toBe('SHAPE_MISMATCH')
  })

  it('leaves out blocks that are not there', () => {
    expect(selectMatrixRows({ rowCount: 2 }, [1])).toEqual({ rowCount: 1 })
    expect(featureCount({ rowCount: 2 })).toBe(0)
  })
})

describe('createFeatureRow', () => {
  it('has room for every column', () => {
    const row = createFeatureRow(2, 5)
    expect([row.dense.length, row.sparseIndices.length, row.sparseValues.length, row.sparseCount]).toEqual([2, 5, 5, 0])
  })
})
