import { fromRecords, toRecords } from '@motadata/core'
import { table } from 'arquero'
import { readTrainingData, type TrainingData } from '../../src/training/training-data.js'

const records = [{ text: 'vpn is down', category: 'network' }, { text: 'no paper', category: 'printer' }]

describe('readTrainingData', () => {
  it('reads an arquero table, records and a dataset alike', () => {
    const columns = { text: records.map(({ text }) => text), category: records.map(({ category }) => category) }
    for (const data of [table(columns), records, fromRecords(records)]) {
      const { dataset, target } = readTrainingData(data, undefined)
      expect(target).toBe('category')
      expect(toRecords(dataset)).toEqual(records)
    }
  })

  it('reads texts with labels, records with labels, and a table with labels', () => {
    const y = ['network', 'printer']
    const expected = records.map(({ text, category }) => ({ text, target: category }))
    for (const X of [['vpn is down', 'no paper'], records.map(({ text }) => ({ text })), table({ text: ['vpn is down', 'no paper'] })]) {
      const { dataset, target } = readTrainingData({ X, y }, undefined)
      expect(target).toBe('target')
      expect(toRecords(dataset)).toEqual(expected)
    }
    expect(readTrainingData({ X: ['a', 'b'], y }, 'topic').dataset.columns.get('topic')?.kind).toBe('category')
  })

  it('takes target, label or category, in this order, when no target is named', () => {
    const row = { category: 'a', label: 'b', target: 'c', text: 'd' }
    expect(readTrainingData([row], undefined).target).toBe('target')
    expect(readTrainingData([{ category: 'a', text: 'd', label: 'b' }], undefined).target).toBe('label')
    expect(readTrainingData([row], 'text').target).toBe('text')
  })

  it('names the columns when none of them is a target by name', () => {
    expect(() => readTrainingData([{ text: 'a', topic: 'b' }], undefined)).toThrow(expect.objectContaining({ code: 'TARGET_INVALID', message: expect.stringContaining('text, topic') }))
  })

  it('reads columns as the kinds that are declared', () => {
    expect(readTrainingData([{ code: '007', label: 'a' }, { code: '008', label: 'b' }], undefined, { code: 'text' }).dataset.columns.get('code')).toEqual({ kind: 'text', values: ['007', '008'] })
  })

  it.each<[string, unknown, string]>([
    ['null', null, 'INPUT_INVALID'], ['a number', 5, 'INPUT_INVALID'], ['text', 'vpn', 'INPUT_INVALID'], ['an object of something else', { rows: [] }, 'INPUT_INVALID'],
    ['X alone', { X: ['a'] }, 'INPUT_INVALID'], ['labels that are no list', { X: ['a'], y: 5 }, 'INPUT_INVALID'], ['X that is no list of rows', { X: [5], y: ['a'] }, 'INPUT_INVALID'],
    ['more labels than rows', { X: ['a'], y: ['a', 'b'] }, 'COLUMN_LENGTH_MISMATCH'], ['labels that are objects', { X: ['a'], y: [{}] }, 'COLUMN_INVALID'],
    ['X with the column of the labels', { X: [{ target: 1 }], y: ['a'] }, 'TARGET_INVALID'],
  ])('refuses %s', (_, data, code) => {
    expect(() => readTrainingData(data as TrainingData, undefined)).toThrow(expect.objectContaining({ code }))
  })
})
