import { cellAt, fromRecords, getColumn, type Instance, type TrainingSpec } from '@motadata/core'
import { innerSplit } from '../../src/training/inner-split.js'
import { prepareRows } from '../../src/training/prepare-rows.js'

const dayMs = 86_400_000
const at = (day: number): string => new Date(Date.UTC(2026, 0, 1) + day * dayMs).toISOString()
/** A ticket a day, in no order; its class is known a week later. */
const tickets: Instance[] = Array.from({ length: 100 }, (_, i) => {
  const day = (i * 37) % 100
  return { text: `ticket ${day}`, site: `site ${day % 9}`, opened: at(day), closed: at(day + 7), queue: day % 2 === 0 ? 'network' : 'printers', hours: day }
})
const kinds = { text: 'text', site: 'category', opened: 'instant', closed: 'instant', queue: 'category', hours: 'number' } as const
const rowsOf = (rows: readonly Instance[], spec: Partial<TrainingSpec>) => {
  const whole: TrainingSpec = { modelId: 'm', modelType: 'classification', target: 'queue', columnKinds: kinds, seed: 3, ...spec }
  const prepared = prepareRows(fromRecords(rows, kinds), whole, whole.modelType === 'regression' ? 'regression' : 'classification')
  const { train, test } = innerSplit(prepared, whole)
  const valuesOf = (column: string, numbers: Uint32Array) => Array.from(numbers, (row) => cellAt(getColumn(prepared.trainRows, column), row))
  return { train, test, rowCount: prepared.trainRows.rowCount, valuesOf }
}
const numbers = (values: readonly unknown[]): number[] => values.map((value) => Number(value))

describe('innerSplit', () => {
  it.each(['classification', 'regression'] as const)('chooses on the latest of the training rows where rows are divided by time (%s)', (modelType) => {
    const { train, test, rowCount, valuesOf } = rowsOf(tickets, { modelType, target: modelType === 'regression' ? 'hours' : 'queue', eventTime: 'opened' })
    expect(train.length + test.length).toBe(rowCount)
    expect(test).toHaveLength(16)
    expect(Math.max(...numbers(valuesOf('opened', train)))).toBeLessThan(Math.min(...numbers(valuesOf('opened', test))))
  })

  it.each<[string, Partial<TrainingSpec>]>([
    ['always', { eventTime: 'opened', labelKnownAt: 'closed' }], ['of the split', { test: { kind: 'time', column: 'opened', labelKnownAt: 'closed' } }],
  ])('leaves out what was not known at the inner cut, said %s', (_name, spec) => {
    const { train, test, valuesOf } = rowsOf(tickets, spec)
    const cut = Math.min(...numbers(valuesOf('opened', test)))
    expect(Math.max(...numbers(valuesOf('closed', train)))).toBeLessThan(cut)
  })

  it('keeps groups together where rows are divided by group', () => {
    const { train, test, valuesOf } = rowsOf(tickets, { test: { kind: 'group', column: 'site' } })
    const [own, held] = [new Set(valuesOf('site', train)), new Set(valuesOf('site', test))]
    expect([...held].filter((site) => own.has(site))).toEqual([])
    expect(held.size).toBeGreaterThan(0)
  })

  it('divides evenly where a class came only later, or nothing else is said', () => {
    const later = tickets.map((ticket) => (numbers([ticket['hours']])[0]! >= 70 ? { ...ticket, queue: 'accounts' } : ticket))
    for (const [rows, spec] of [[later, { eventTime: 'opened' }], [tickets, {}]] as const) {
      const { train, test, valuesOf } = rowsOf(rows, spec)
      expect(new Set(valuesOf('queue', train))).toEqual(new Set(valuesOf('queue', test)))
    }
  })
})
