import { createDataset, fingerprintDataset, fromRecords, toRecords } from '@motadata/core'
import { desc, table } from 'arquero'
import { fromArquero, toArquero } from '../../src/arquero/index.js'
import { columnKindsOf } from '../../src/index.js'

const dataset = fromRecords(
  [
    { text: 'VPN is down', code: '007', impact: 2, urgent: true, opened: new Date('2026-01-05T10:00:00Z') },
    { text: null, code: '008', impact: null, urgent: null, opened: null },
    { text: 'Mail is slow', code: null, impact: 0.5, urgent: false, opened: new Date('2026-02-05T10:00:00Z') },
  ],
  { text: 'text', code: 'category' },
)

it('makes a table of a dataset, instants as dates and missing values as null', () => {
  expect(toArquero(dataset).objects()).toEqual(toRecords(dataset))
})

it('loses nothing on the way there and back', () => {
  expect(fingerprintDataset(fromArquero(toArquero(dataset), columnKindsOf(dataset)))).toBe(fingerprintDataset(dataset))
})

it('keeps a column named like a prototype', () => {
  const odd = createDataset([['__proto__', { kind: 'number', values: Float64Array.of(1) }]])
  expect([...fromArquero(toArquero(odd)).columns.keys()]).toEqual(['__proto__'])
})

it('takes the rows that the table shows, in its order', () => {
  const shown = table({ id: [1, 2, 3, 4] }).filter((row: { id: number }) => row.id > 1).orderby(desc('id'))
  expect(toRecords(fromArquero(shown))).toEqual([{ id: 4 }, { id: 3 }, { id: 2 }])
})

it('takes typed arrays, NaN and undefined for missing, and the whole numbers of Arrow', () => {
  const columns = table({ a: Float32Array.of(1.5, Number.NaN), b: [undefined, 'x'], c: [10n, 20n], id: [10n, 9_007_199_254_740_993n] })
  expect(toRecords(fromArquero(columns, { id: 'text' }))).toEqual([
    { a: 1.5, b: null, c: 10, id: '10' },
    { a: null, b: 'x', c: 20, id: '9007199254740993' },
  ])
})

it.each([[[1, 2]], [{ a: 1 }], [Number.POSITIVE_INFINITY], [() => 1]])('refuses %p, naming column and row', (value) => {
  expect(() => fromArquero(table({ a: [null, value] }))).toThrow(expect.objectContaining({ code: 'COLUMN_INVALID', details: expect.objectContaining({ column: 'a', row: 2 }) }))
})
