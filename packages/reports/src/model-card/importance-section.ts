import type { ModelCard } from '@motadata/core'
import type { ReportSection } from '../document/report-document.js'

const mostTermsDrawn = 15
const mostClassesDrawn = 12

/** What weighs most in the model; null where nothing is known of it. */
export function importanceSection({ importances }: ModelCard): ReportSection | null {
  if (importances.length === 0) return null
  const left = importances.length - mostClassesDrawn
  return {
    heading: 'What weighs most',
    blocks: [
      ...importances.slice(0, mostClassesDrawn).map(({ method, label, terms }) => ({
        kind: 'chart',
        chart: {
          kind: 'bar', title: label === null ? 'In the whole model' : `For ${label}`,
          x: { name: method === 'permutation' ? 'what is lost when it is shuffled' : 'weight', ...(terms.some(({ weight }) => weight < 0) ? {} : { minimum: 0 }) },
          bars: terms.slice(0, mostTermsDrawn).map(({ source, name, weight }) => ({ label: name === source ? name : `${source}: ${name}`, value: weight })),
        },
      }) as const),
      ...(left > 0 ? [{ kind: 'text', text: `${left} more classes are in the card's JSON.` } as const] : []),
    ],
  }
}
