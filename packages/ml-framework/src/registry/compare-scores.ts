import { MLFrameworkError, type ModelVersion, type QualityMetrics } from '@motadata/core'
import { compareClassifiers, pairedBootstrap } from '@motadata/learn'
import type { RowScores } from '../training/row-scores.js'

/** One of two versions, with the quality that it was registered with. */
export interface ComparedVersion {
  readonly name: string
  readonly version: number
  readonly estimator: string
  /** On its own held-out rows. */
  readonly metrics: QualityMetrics
}

/** Two versions side by side, and whether the second differs from the first by more than chance. */
export interface VersionComparison {
  readonly first: ComparedVersion
  readonly second: ComparedVersion
  /** Rows that both were measured on: held out from both, or handed in. */
  readonly rows: { readonly source: 'held-out' | 'handed-in'; readonly count: number }
  readonly significance: {
    /** `logLoss` of classes, `squaredError` of numbers; smaller is better. */
    readonly metric: 'logLoss' | 'squaredError'
    readonly first: number
    readonly second: number
    /** Second minus first: below 0 the second is better. */
    readonly difference: number
    readonly interval: { readonly low: number; readonly high: number }
    /** By a paired bootstrap, two-sided. */
    readonly pValue: number
    /** Of classes: by McNemar's exact test. */
    readonly accuracy: { readonly first: number; readonly second: number; readonly difference: number; readonly pValue: number } | null
  }
  /** Which is better by more than chance, at 5 %. */
  readonly better: 'first' | 'second' | 'neither'
}

const risk = 0.05
const fewestRows = 2

/**
 * Compares two versions on the rows that both have scores of.
 *
 * @throws MLFrameworkError `VERSIONS_NOT_COMPARABLE`
 */
export function compareScores(
  [first, second]: readonly [ModelVersion, ModelVersion], [firstScores, secondScores]: readonly [RowScores | undefined, RowScores | undefined],
  source: VersionComparison['rows']['source'],
): VersionComparison {
  if (first.modelType !== second.modelType) throw notComparable([first, second], 'two that learn the same', `${first.modelType} and ${second.modelType}`)
  if (!firstScores || !secondScores) throw notComparable([first, second], 'two that kept how they did on their held-out rows', 'one that did not')
  const place = new Map(secondScores.keys.map((key, row) => [key, row]))
  const pairs = firstScores.keys.flatMap((key, row) => {
    const other = place.get(key)
    return other === undefined ? [] : [[row, other] as const]
  })
  if (pairs.length < fewestRows) throw notComparable([first, second], 'two with held-out rows in common', `${pairs.length} such rows`)
  const losses = [Float64Array.from(pairs, ([row]) => firstScores.losses[row]!), Float64Array.from(pairs, ([, row]) => secondScores.losses[row]!)] as const
  const { difference, interval, pValue } = pairedBootstrap(losses[0], losses[1])
  const isCertain = pValue < risk
  return {
    first: comparedOf(first),
    second: comparedOf(second),
    rows: { source, count: pairs.length },
    significance: {
      metric: first.modelType === 'classification' ? 'logLoss' : 'squaredError',
      first: meanOf(losses[0]), second: meanOf(losses[1]), difference, interval, pValue,
      accuracy: accuracyOf(pairs, firstScores.hits, secondScores.hits),
    },
    better: !isCertain ? 'neither' : difference < 0 ? 'second' : 'first',
  }
}

function accuracyOf(pairs: readonly (readonly [number, number])[], first: Uint8Array | undefined, second: Uint8Array | undefined) {
  if (!first || !second) return null
  const hits = [Uint8Array.from(pairs, ([row]) => first[row]!), Uint8Array.from(pairs, ([, row]) => second[row]!)] as const
  const { accuracyDifference, pValue } = compareClassifiers(new Uint8Array(pairs.length).fill(1), hits[0], hits[1])
  return { first: meanOf(hits[0]), second: meanOf(hits[1]), difference: accuracyDifference, pValue }
}

const meanOf = (values: Float64Array | Uint8Array): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

const comparedOf = ({ name, version, report }: ModelVersion): ComparedVersion => ({ name, version, estimator: report.estimator.kind, metrics: report.metrics })

function notComparable(versions: readonly ModelVersion[], expected: string, received: string): MLFrameworkError {
  const names = versions.map(({ name, version }) => `${name}/versions/${version}`).join(' and ')
  return new MLFrameworkError('VERSIONS_NOT_COMPARABLE', `Expected ${expected}, got ${received} (${names}). Hand in labelled rows to compare them on.`, {
    details: { versions: names, expected, received },
  })
}
