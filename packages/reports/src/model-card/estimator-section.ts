import type { ModelCard } from '@motadata/core'
import { formatNumber, formatShare } from '../chart/format-number.js'
import type { ReportSection } from '../document/report-document.js'

/** What learned, how it was chosen, and what else was tried. */
export function estimatorSection({ estimator }: ModelCard): ReportSection {
  return {
    heading: 'Estimator',
    blocks: [
      { kind: 'facts', facts: [{ name: 'Kind', value: estimator.kind }, { name: 'Hyperparameters', value: settingsText(estimator.hyperparameters) }, { name: 'Choice', value: estimator.choice }] },
      ...(estimator.candidates.length === 0 ? [] : [{
        kind: 'table',
        columns: [{ name: 'tried' }, { name: 'hyperparameters' }, { name: estimator.candidateMetric ?? 'score', numeric: true }, { name: 'of the rows', numeric: true }, { name: 'why' }],
        rows: estimator.candidates.map((tried) => [
          tried.isChosen ? `${tried.kind} (chosen)` : tried.kind, settingsText(tried.hyperparameters), formatNumber(tried.score ?? undefined), formatShare(tried.rowShare), tried.reason,
        ]),
      } as const]),
    ],
  }
}

function settingsText(settings: Readonly<Record<string, number | string | boolean>>): string {
  const named = Object.entries(settings).map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : String(value)}`)
  return named.length === 0 ? 'none' : named.join(', ')
}
