import type { ModelCard } from '@motadata/core'
import { formatNumber, formatShare } from '../chart/format-number.js'
import type { ReportSection } from '../document/report-document.js'

/** What was learned from, and what was held out. */
export function dataSection({ data, split }: ModelCard): ReportSection {
  return {
    heading: 'Data',
    blocks: [
      {
        kind: 'facts',
        facts: [
          { name: 'Rows', value: formatNumber(data.rowCount) },
          { name: 'Target', value: data.target },
          { name: 'Rows without a target', value: formatNumber(data.rowsWithoutTarget) },
          { name: 'Held out', value: split.description },
          ...(split.cutAt === null ? [] : [{ name: 'Cut at', value: split.cutAt }]),
          { name: 'Learned from', value: `${formatNumber(split.trainRows)} rows, of which ${formatNumber(split.calibrationRows)} for calibration and thresholds, too` },
          { name: 'Measured on', value: `${formatNumber(split.testRows)} rows` },
          { name: 'Left out', value: `${formatNumber(split.rowsLeftOut)} rows` },
          ...(split.nearDuplicateShare === null ? [] : [{ name: 'Held-out rows that nearly repeat a training row', value: formatShare(split.nearDuplicateShare) }]),
        ],
      },
      { kind: 'table', columns: [{ name: 'column' }, { name: 'kind' }, { name: 'use' }], rows: data.columns.map(({ name, kind, use }) => [name, kind, use]) },
    ],
  }
}
