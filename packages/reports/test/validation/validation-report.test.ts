import type { ValidationReport } from '@motadata/core'
import { renderHtml, renderMarkdown, validationReport } from '../../src/index.js'

const report: ValidationReport = {
  format: 'validation-report/1', passed: false, rowCount: 1234, columnCount: 5,
  results: [
    { expectation: { kind: 'not-null', column: 'text' }, description: 'text has a value', severity: 'error', passed: false, checkedRows: 1234, failedRows: 30, rows: [3, 8] },
    { expectation: { kind: 'row-count', minimum: 2000 }, description: 'the number of rows is at least 2000', severity: 'warning', passed: false, checkedRows: 1234, failedRows: 0, rows: [], observed: '1234 rows' },
    {
      expectation: { kind: 'distribution', column: 'hours' }, description: 'hours is distributed as at the reference', severity: 'warning', passed: true, checkedRows: 1234,
      failedRows: 0, rows: [], observed: 'PSI 0.010 beyond chance', distribution: { bins: ['≤ 1', '> 1'], reference: [0.5, 0.5], current: [0.45, 0.55] },
    },
  ],
}

test('what failed comes first, with the rows to look at', () => {
  const { blocks } = validationReport('tickets, version 3', report).sections[0]!
  expect(blocks).toEqual([
    { kind: 'text', text: '1 of 3 expectations hold; 1 errors, 1 warnings.' },
    { kind: 'warning', text: 'error: text has a value — 30 of 1,234 rows fail. Rows 3, 8, ….' },
    { kind: 'warning', text: 'warning: the number of rows is at least 2000 — 1234 rows.' },
  ])
})

test('it becomes a page with a histogram for each distribution', () => {
  const html = renderHtml(validationReport('tickets', report))
  expect(html).toContain('failed · 1,234 rows, 5 columns')
  expect(html.match(/<svg /g)).toHaveLength(1)
  expect(renderMarkdown(validationReport('tickets', { ...report, passed: true, results: [] })).pictures).toEqual([])
})
