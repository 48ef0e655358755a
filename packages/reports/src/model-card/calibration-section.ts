import type { ModelCard } from '@motadata/core'
import { formatNumber, formatShare } from '../chart/format-number.js'
import type { ReportSection } from '../document/report-document.js'

/** How far probabilities can be taken at their word; null without them. */
export function calibrationSection({ calibration }: ModelCard): ReportSection | null {
  if (calibration === null) return null
  return {
    heading: 'Calibration',
    blocks: [
      {
        kind: 'facts',
        facts: [
          { name: 'Method', value: calibration.method },
          { name: 'Expected calibration error', value: `${formatShare(calibration.expectedError)} (${formatShare(calibration.uncalibratedExpectedError)} without calibration)` },
          { name: 'Of the worst bin', value: formatShare(calibration.maximumError) },
          { name: 'Log-loss of each method tried', value: Object.entries(calibration.logLosses).map(([method, loss]) => `${method} ${formatNumber(loss)}`).join(', ') },
        ],
      },
      {
        kind: 'chart',
        chart: {
          kind: 'line', title: 'How often the predicted class was right, by how sure the model was',
          x: { name: 'probability of the predicted class', minimum: 0, maximum: 1 }, y: { name: 'share that was right', minimum: 0, maximum: 1 },
          lines: [
            { name: 'perfect', reference: true, points: [[0, 0], [1, 1]] },
            { name: 'held-out rows', points: calibration.curve.map(({ meanProbability, observedShare }) => [meanProbability, observedShare]) },
          ],
        },
      },
    ],
  }
}
