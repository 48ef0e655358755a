import type { ModelCard } from '@motadata/core'
import { formatNumber, formatShare } from '../chart/format-number.js'
import type { ReportSection } from '../document/report-document.js'

/** The precision that is kept by leaving rows to a person; null where none was promised. */
export function promiseSection({ promise }: ModelCard): ReportSection | null {
  if (promise === null) return null
  const scope = promise.scope === 'each-class' ? 'of each class' : 'of all classes together'
  const kept = promise.precision !== null && promise.precision >= promise.promisedPrecision
  return {
    heading: 'Promised precision',
    blocks: [
      {
        kind: 'text',
        text: `A precision ${scope} of ${formatShare(promise.promisedPrecision)} is promised with a confidence of ${formatShare(promise.confidence)}; what the model is not sure enough of is left to a person.`,
      },
      ...(promise.precision !== null && !kept
        ? [{ kind: 'warning', text: `On the held-out rows it reached ${formatShare(promise.precision)}, ${formatShare(promise.promisedPrecision - promise.precision)} short.` } as const]
        : []),
      {
        kind: 'facts',
        facts: [
          { name: 'Precision on accepted held-out rows', value: `${formatShare(promise.precision ?? undefined)} (${formatShare(promise.precisionInterval.low)} to ${formatShare(promise.precisionInterval.high)})` },
          { name: 'Coverage: share accepted', value: `${formatShare(promise.coverage)} (${formatShare(promise.expectedCoverage)} expected)` },
        ],
      },
      {
        kind: 'table',
        columns: [{ name: 'class' }, { name: 'accepted from', numeric: true }, { name: 'accepted rows', numeric: true }, { name: 'precision', numeric: true }],
        rows: promise.classes.map(({ label, threshold, acceptedRows, precision }) => [
          label, threshold === null ? 'never' : formatNumber(threshold), formatNumber(acceptedRows), formatShare(precision ?? undefined),
        ]),
      },
    ],
  }
}

/** Sets or intervals with a promised coverage; null where none was asked for. */
export function conformalSection({ conformal }: ModelCard): ReportSection | null {
  if (conformal === null) return null
  const { low, high } = conformal.coverageInterval
  return {
    heading: conformal.kind === 'sets' ? 'Sets of classes' : 'Intervals',
    blocks: [{
      kind: 'facts',
      facts: [
        { name: 'Method', value: conformal.method },
        { name: 'Coverage promised', value: formatShare(conformal.promisedCoverage) },
        { name: 'Coverage on held-out rows', value: `${formatShare(conformal.coverage)} (${formatShare(low)} to ${formatShare(high)})` },
        { name: conformal.kind === 'sets' ? 'Classes in a set, on average' : 'Width of an interval, on average', value: formatNumber(conformal.meanSize) },
      ],
    }],
  }
}
