import type { ColumnProfile, DatasetProfile } from '@motadata/core'
import { formatNumber, formatShare } from '../chart/format-number.js'
import type { ReportBlock, ReportDocument, ReportSection } from '../document/report-document.js'

/**
 * A profile as a report: all columns in a table, then each column with its spread or its most frequent values, what personal data texts hold, and how
 * number columns go together.
 *
 * @param of - What was profiled, such as a dataset's name and version.
 * @example
 * const page = renderHtml(profileReport('tickets, version 3', profile))
 */
export function profileReport(of: string, profile: DatasetProfile): ReportDocument {
  const named = profile.columns.filter(({ texts }) => Object.keys(texts?.personalData ?? {}).length > 0)
  return {
    title: `Profile of ${of}`,
    subtitle: `${formatNumber(profile.rowCount)} rows, ${formatNumber(profile.columns.length)} columns`,
    sections: [
      { heading: 'Columns', blocks: [...named.map(personalDataBlock), columnTable(profile)] },
      ...numberSection(profile.columns), ...frequentSection(profile.columns), ...textSection(profile.columns), ...correlationSection(profile),
    ],
  }
}

function personalDataBlock({ name, texts }: ColumnProfile): ReportBlock {
  const kinds = Object.entries(texts!.personalData).map(([kind, share]) => `${kind} in ${formatShare(share)}`)
  return { kind: 'warning', text: `${name} holds personal data: ${kinds.join(', ')} of ${formatNumber(texts!.sampled)} sampled texts. Redact it before anybody learns from it.` }
}

function columnTable({ columns, rowCount }: DatasetProfile): ReportBlock {
  return {
    kind: 'table',
    columns: [{ name: 'column' }, { name: 'kind' }, { name: 'missing', numeric: true }, { name: 'different values, about', numeric: true }],
    rows: columns.map(({ name, kind, missingCount, distinctCount }) => [name, kind, rowCount === 0 ? '0' : formatShare(missingCount / rowCount), formatNumber(distinctCount)]),
  }
}

function numberSection(columns: readonly ColumnProfile[]): ReportSection[] {
  const numeric = columns.filter(({ numbers }) => numbers !== undefined)
  if (numeric.length === 0) return []
  const shown = (kind: string, value: number): string => (kind === 'instant' ? new Date(value).toISOString() : formatNumber(value))
  const shares = Object.keys(numeric[0]!.numbers!.quantiles).sort((a, b) => Number(a) - Number(b))
  return [{
    heading: 'Numbers and instants',
    blocks: [{
      kind: 'table',
      columns: [{ name: 'column' }, { name: 'smallest', numeric: true }, ...shares.map((share) => ({ name: formatShare(Number(share)), numeric: true })), { name: 'largest', numeric: true }, { name: 'mean', numeric: true }],
      rows: numeric.map(({ name, kind, numbers }) => [name, shown(kind, numbers!.minimum), ...shares.map((share) => shown(kind, numbers!.quantiles[share]!)), shown(kind, numbers!.maximum), shown(kind, numbers!.mean)]),
    }],
  }]
}

function frequentSection(columns: readonly ColumnProfile[]): ReportSection[] {
  const blocks = columns.filter(({ frequent }) => frequent.length > 0).map(({ name, frequent }): ReportBlock => ({
    kind: 'chart',
    chart: { kind: 'histogram', title: `The most frequent values of ${name}`, y: { name: 'rows' }, bins: frequent.map(({ value }) => String(value)), series: [{ name: 'rows', values: frequent.map(({ count }) => count) }] },
  }))
  return blocks.length === 0 ? [] : [{ heading: 'Frequent values', blocks }]
}

function textSection(columns: readonly ColumnProfile[]): ReportSection[] {
  const worded = columns.filter(({ texts }) => texts !== undefined)
  if (worded.length === 0) return []
  return [{
    heading: 'Texts',
    blocks: [{
      kind: 'table',
      columns: [{ name: 'column' }, { name: 'shortest', numeric: true }, { name: 'mean length', numeric: true }, { name: 'longest', numeric: true }, { name: 'languages' }],
      rows: worded.map(({ name, texts }) => [
        name, formatNumber(texts!.shortest), formatNumber(texts!.meanLength), formatNumber(texts!.longest), Object.entries(texts!.languages).map(([language, share]) => `${language} ${formatShare(share)}`).join(', '),
      ]),
    }],
  }]
}

function correlationSection({ correlations }: DatasetProfile): ReportSection[] {
  if (correlations.length === 0) return []
  const strongest = correlations.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 20)
  return [{
    heading: 'Correlations',
    blocks: [{ kind: 'table', columns: [{ name: 'columns' }, { name: 'Pearson’s r', numeric: true }], rows: strongest.map(({ columns, value }) => [columns.join(' and '), value.toFixed(3)]) }],
  }]
}
