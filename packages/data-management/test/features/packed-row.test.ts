import { type CellValue, columnKinds } from '@motadata/core'
import fc from 'fast-check'
import { packRow, unpackRow } from '../../src/features/packed-row.js'

const cellOf = (kind: (typeof columnKinds)[number]): fc.Arbitrary<CellValue> =>
  fc.oneof(fc.constant<CellValue>(null), kind === 'number' ? fc.double({ noNaN: true }) : kind === 'boolean' ? fc.boolean() : kind === 'instant' ? fc.date({ noInvalidDate: true }) : fc.string({ unit: 'grapheme', maxLength: 12 }))

it('gives back every feature as it was packed, all of them or some', () => {
  const columns = fc.array(fc.constantFrom(...columnKinds).chain((kind) => cellOf(kind).map((cell) => ({ kind, cell }))), { minLength: 1, maxLength: 40 })
  fc.assert(fc.property(columns, fc.infiniteStream(fc.boolean()), (row, picks) => {
    const kinds = row.map(({ kind }) => kind)
    const wanted = kinds.flatMap((_, at) => (picks.next().value === true ? [at] : []))
    const taken: CellValue[] = []
    unpackRow(kinds, packRow(kinds, row.map(({ cell }) => cell)), wanted, (place, cell) => void (taken[place] = cell))
    expect(taken).toEqual(wanted.map((at) => row[at]!.cell))
  }), { numRuns: 300 })
})

it('takes 8 bytes a number and one bit for what is missing', () => {
  expect(packRow(['number', 'number', 'text'], [1, null, 'ab']).length).toBe(1 + 1 + 8 + 4 + 2)
})

it('refuses other bytes, whatever they are, or reads them to their end', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    try {
      unpackRow(['number', 'text', 'boolean', 'instant'], bytes, [0, 1, 2, 3], () => undefined)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ARTIFACT_CORRUPT' })
    }
  }))
  expect(() => unpackRow(['number'], Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0, 0), [0], () => undefined)).toThrow(expect.objectContaining({ code: 'ARTIFACT_CORRUPT' }))
  expect(() => unpackRow(['number'], Uint8Array.of(1, 1, 0), [0], () => undefined)).toThrow(expect.objectContaining({ code: 'ARTIFACT_CORRUPT' }))
})
