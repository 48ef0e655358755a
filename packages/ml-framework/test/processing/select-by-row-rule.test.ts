import { fromRecords, isMLError } from '@motadata/core'
import { parseRowRule } from '../../src/processing/row-rule.js'
import { selectByRowRule } from '../../src/processing/select-by-row-rule.js'

const dataset = fromRecords([
  { row_id: 1, site: 'Oslo', vip: true, opened: '2026-01-01', text: 'a printer' },
  { row_id: 5, site: 'Pune', vip: false, opened: '2026-02-01', text: 'a router' },
  { row_id: 10, site: 'Oslo', vip: null, opened: '2026-03-01', text: null },
  { row_id: null, site: null, vip: true, opened: null, text: 'a printer' },
], { site: 'category', text: 'text' })

const select = (rule: string): number[] => [...selectByRowRule(dataset, parseRowRule(rule))]

describe('selectByRowRule', () => {
  it.each([
    ['row_id % 5 == 0', [0, 1, 1, 0]], ['row_id % 5 != 0', [1, 0, 0, 0]], ['row_id > 1', [0, 1, 1, 0]], ['row_id <= 5', [1, 1, 0, 0]],
    ["site == 'Oslo'", [1, 0, 1, 0]], ["site != 'Oslo'", [0, 1, 0, 0]], ["site == 'Rome'", [0, 0, 0, 0]], ["site != 'Rome'", [1, 1, 1, 0]],
    ['vip == true', [1, 0, 0, 1]], ['vip != true', [0, 1, 0, 0]], ['opened >= 2026-02-01', [0, 1, 1, 0]], ["opened < '2026-02-01'", [1, 0, 0, 0]],
    ["text == 'a printer'", [1, 0, 0, 1]],
  ])('selects by %s, a missing value never', (rule, expected) => {
    expect(select(rule)).toEqual(expected)
  })

  it.each(["row_id == 'a'", 'site % 2 == 0', 'site > 3', "site < 'Oslo'", 'vip > true', 'vip == 1', 'opened > 3', 'text == 3', 'opened % 5 == 0'])('refuses %s, which compares what can not be compared', (rule) => {
    expect(() => select(rule)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })

  it('names the columns when the one of the rule is not there', () => {
    try {
      select('nope == 1')
      expect('accepted').toBe('refused')
    } catch (error) {
      expect(isMLError(error, 'COLUMN_MISSING') && error.message).toContain('row_id, site')
    }
  })
})
