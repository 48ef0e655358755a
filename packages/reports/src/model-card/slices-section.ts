import type { CardSlice, ModelCard } from '@motadata/core'
import { formatNumber } from '../chart/format-number.js'
import type { ReportSection } from '../document/report-document.js'
import { intervalText } from './quality-section.js'

const mostSlicesDrawn = 25

/** Where the model is weaker than elsewhere; null where no slices were asked for. */
export function slicesSection({ slices }: ModelCard): ReportSection | null {
  if (slices === null) return null
  const { worst } = slices
  return {
    heading: 'Slices',
    blocks: [
      { kind: 'text', text: `${slices.metric} of all held-out rows: ${formatNumber(slices.overall)}; ${slices.isHigherBetter ? 'higher' : 'lower'} is better. ${slices.tooSmall} slices are too small to say anything about.` },
      ...(worst?.isClearlyWorse
        ? [{ kind: 'warning', text: `The worst slice is ${nameOf(worst)}: ${formatNumber(worst.mean)} (${intervalText(worst.interval)}) on ${formatNumber(worst.rowCount)} rows.` } as const]
        : []),
      {
        kind: 'table',
        columns: [{ name: 'slice' }, { name: 'rows', numeric: true }, { name: slices.metric, numeric: true }, { name: 'interval at 95 %', numeric: true }, { name: 'clearly worse' }],
        rows: slices.slices.map((slice) => [nameOf(slice), formatNumber(slice.rowCount), formatNumber(slice.mean), intervalText(slice.interval), slice.isClearlyWorse ? 'yes' : '']),
      },
      ...(slices.slices.length === 0 ? [] : [{
        kind: 'chart',
        chart: {
          kind: 'bar', title: `${slices.metric} by slice, the worst first`, x: { name: slices.metric, minimum: 0 },
          bars: slices.slices.slice(0, mostSlicesDrawn).map((slice) => ({ label: nameOf(slice), value: slice.mean, interval: [slice.interval.low, slice.interval.high] as const })),
        },
      } as const]),
    ],
  }
}

function nameOf({ column, value }: CardSlice): string {
  return `${column} = ${value}`
}
