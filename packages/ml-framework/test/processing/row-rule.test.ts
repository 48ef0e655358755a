import { isMLError } from '@motadata/core'
import fc from 'fast-check'
import { parseRowRule } from '../../src/processing/row-rule.js'

const faultOf = (rule: string): { position: unknown; expected: unknown } => {
  try {
    parseRowRule(rule)
  } catch (error) {
    if (isMLError(error, 'INPUT_INVALID')) return { position: error.details['position'], expected: error.details['expected'] }
    throw error
  }
  throw new Error(`'${rule}' was accepted`)
}

describe('parseRowRule', () => {
  it.each([
    ['row_id % 5 == 0', { column: 'row_id', modulus: 5, operator: '==', value: { kind: 'number', number: 0 } }],
    ['row_id%5==0', { column: 'row_id', modulus: 5, operator: '==', value: { kind: 'number', number: 0 } }],
    ['hours >= -1.5e3', { column: 'hours', operator: '>=', value: { kind: 'number', number: -1500 } }],
    ['opened_at >= 2026-01-01', { column: 'opened_at', operator: '>=', value: { kind: 'instant', instantMs: Date.UTC(2026, 0, 1) } }],
    ['opened_at < 2026-01-01T08:30:00Z', { column: 'opened_at', operator: '<', value: { kind: 'instant', instantMs: Date.UTC(2026, 0, 1, 8, 30) } }],
    ["site != 'New York'", { column: 'site', operator: '!=', value: { kind: 'text', text: 'New York' } }],
    ['site == "it\'s"', { column: 'site', operator: '==', value: { kind: 'text', text: "it's" } }],
    ['vip == true', { column: 'vip', operator: '==', value: { kind: 'boolean', boolean: true } }],
    ['`opened at` <= 3', { column: 'opened at', operator: '<=', value: { kind: 'number', number: 3 } }],
    ['"größe" > 3', { column: 'größe', operator: '>', value: { kind: 'number', number: 3 } }],
    ['größe > 3', { column: 'größe', operator: '>', value: { kind: 'number', number: 3 } }],
  ])('reads %s', (rule, expected) => {
    expect(parseRowRule(rule)).toEqual(expected)
  })

  it.each([
    ['', 1], ['5 == 5', 1], ['row_id', 7], ['row_id = 5', 8], ['row_id % == 0', 10], ['row_id % 0 == 0', 10], ['row_id == ', 11], ['row_id == zero', 11],
    ["site == 'open", 9], ['`a == 3', 1], ['row_id == 5 and x == 3', 13], ['row_id % 5 == "a"', 18], ['d > 2026-13-01', 5], ['"" == 3', 1],
  ])('refuses %s and says where', (rule, position) => {
    expect(faultOf(rule).position).toBe(position)
  })

  it('never throws anything but INPUT_INVALID, whatever it is given', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z "'`%=<>!0-9.:TZ-]{0,30}$/)), (rule) => {
      try {
        parseRowRule(rule)
      } catch (error) {
        expect(isMLError(error, 'INPUT_INVALID')).toBe(true)
      }
    }), { seed: 1, numRuns: 500 })
  })
})
