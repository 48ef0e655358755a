import type { ValidationReport, ValidationResult } from '@motadata/core'
import { formatNumber } from '../chart/format-number.js'
import type { ReportBlock, ReportDocument, ReportSection } from '../document/report-document.js'

/**
 * A validation as a report: what failed first, with the rows to look at, then all that was expected, then distributions beside their
 * references.
 *
 * @param of - What was validated, such as a dataset's name and version.
 * @example
 * const page = renderHtml(validationReport('tickets, version 3', report))
 */
export function validationReport(of: string, report: ValidationReport): ReportDocument {
  const failed = report.results.filter(({ passed }) => !passed)
  const errors = failed.filter(({ severity }) => severity === 'error').length
  return {
    title: `Validation of ${of}`,
    subtitle: `${report.passed ? 'passed' : 'failed'} · ${formatNumber(report.rowCount)} rows, ${formatNumber(report.columnCount)} columns`,
    sections: [
      {
        heading: 'Outcome',
        blocks: [
          { kind: 'text', text: `${report.results.length - failed.length} of ${report.results.length} expectations hold; ${errors} errors, ${failed.length - errors} warnings.` },
          ...failed.map(failureBlock),
        ],
      },
      { heading: 'Expectations', blocks: [expectationTable(report.results)] },
      ...distributionSection(report.results),
    ],
  }
}

function failureBlock(result: ValidationResult): ReportBlock {
  const rows = result.rows.length === 0 ? '' : ` Rows ${result.rows.join(', ')}${result.failedRows > result.rows.length ? ', …' : ''}.`
  return { kind: 'warning', text: `${result.severity}: ${result.description} — ${foundText(result)}.${rows}` }
}

function expectationTable(results: readonly ValidationResult[]): ReportBlock {
  return {
    kind: 'table',
    columns: [{ name: 'expected' }, { name: 'holds' }, { name: 'severity' }, { name: 'rows checked', numeric: true }, { name: 'rows that fail', numeric: true }, { name: 'found' }],
    rows: results.map((result) => [
      result.description, result.passed ? 'yes' : 'no', result.severity, formatNumber(result.checkedRows), formatNumber(result.failedRows), result.observed ?? '',
    ]),
  }
}

function distributionSection(results: readonly ValidationResult[]): ReportSection[] {
  const charts = results.flatMap(({ description, distribution }): ReportBlock[] => distribution
    ? [{
      kind: 'chart',
      chart: {
        kind: 'histogram', title: description, y: { name: 'share of the rows' }, bins: distribution.bins,
        series: [{ name: 'reference', values: distribution.reference }, { name: 'now', values: distribution.current }],
      },
    }]
    : [])
  return charts.length === 0 ? [] : [{ heading: 'Distributions', blocks: charts }]
}

function foundText({ observed, failedRows, checkedRows }: ValidationResult): string {
  return observed ?? `${formatNumber(failedRows)} of ${formatNumber(checkedRows)} rows fail`
}
