import type { CardInterval, CardMetric, CardQuality } from '@motadata/core'
import { formatNumber } from '../chart/format-number.js'
import type { ReportBlock, ReportSection } from '../document/report-document.js'

const mostClassesDrawn = 30

/** How good the version is on rows that it has not seen, beside what has to be beaten. */
export function qualitySection(quality: CardQuality): ReportSection {
  const { gain, primaryMetric } = quality
  return {
    heading: 'Quality on held-out rows',
    blocks: [
      { kind: 'table', columns: [{ name: 'metric' }, number('model'), number('interval at 95 %'), number(quality.baselineKind), { name: 'better is' }], rows: quality.metrics.map(metricRow) },
      { kind: 'text', text: `Gain over the baseline in ${primaryMetric}: ${formatNumber(gain.value)} (${intervalText(gain.interval)}).` },
      ...classBlocks(quality),
    ],
  }
}

/** An interval in words. */
export function intervalText(interval: CardInterval | null): string {
  return interval === null ? '–' : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`
}

function metricRow(metric: CardMetric): string[] {
  return [metric.name, formatNumber(metric.value), intervalText(metric.interval), formatNumber(metric.baseline), metric.isHigherBetter ? 'higher' : 'lower']
}

function number(name: string): { name: string; numeric: true } {
  return { name, numeric: true }
}

function classBlocks({ classes, confusion }: CardQuality): ReportBlock[] {
  if (classes.length === 0) return []
  return [
    {
      kind: 'table', columns: [{ name: 'class' }, number('rows'), number('precision'), number('recall'), number('F1')],
      rows: classes.map((of) => [of.label, formatNumber(of.support), formatNumber(of.precision), formatNumber(of.recall), formatNumber(of.f1)]),
    },
    ...(classes.length > mostClassesDrawn ? [] : [{
      kind: 'chart',
      chart: {
        kind: 'bar', title: 'F1 score of each class', x: { name: 'F1 score', minimum: 0, maximum: 1 },
        bars: classes.map(({ label, f1 }) => ({ label, value: f1 })),
      },
    } as const]),
    ...(confusion === null || confusion.labels.length > mostClassesDrawn ? [] : [{
      kind: 'chart',
      chart: {
        kind: 'heatmap', title: 'Held-out rows by actual and predicted class', rowName: 'actual', columnName: 'predicted',
        rows: confusion.labels, columns: confusion.labels, values: confusion.counts,
      },
    } as const]),
  ]
}
