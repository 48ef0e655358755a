import { type CardLeakage, type CategoryColumn, type Column, type Dataset, type InstantColumn, type TrainingSpec } from '@motadata/core'
import {
  type ClassificationTarget, columnsKnownLater, findLeakage, findNearDuplicates, type FeatureMatrix, quantileEdges, binCounts, rowShingles, type
  SingleColumn, textShingles,
} from '@motadata/learn'
import { convertColumn } from '../processing/convert-column.js'
import { eventTimeOf } from './plan-split.js'

/** More rows say nothing more of a column, and take longer. */
const mostLeakageRows = 5_000
const targetBins = 5
const [mostTrainTexts, mostTestTexts] = [20_000, 4_000]

/**
 * Columns among the features that may know too much: one that alone predicts nearly everything, alone or by being filled in, and instants
 * that lie after the event they are to help predict.
 */
export function findLeakingColumns(
  trainRows: Dataset, features: readonly string[], target: ClassificationTarget, spec: TrainingSpec,
): CardLeakage[] {
  const rowCount = Math.min(trainRows.rowCount, mostLeakageRows)
  const some = { classes: target.classes, codes: target.codes.slice(0, rowCount) }
  const columns = features.flatMap((name) => singleColumn(name, trainRows.columns.get(name), rowCount))
  const strengths = new Set(some.codes).size < 2 ? [] : findLeakage(columns, some, { seed: spec.seed ?? 0 })
  const alone = strengths.filter(({ isSuspicious }) => isSuspicious).map(({ name, explainedShare, missingnessShare }): CardLeakage => {
    const byAbsence = missingnessShare >= explainedShare
    const share = Math.max(explainedShare, missingnessShare)
    const how = byAbsence ? 'whether it has a value' : 'its value'
    const message = `'${name}' predicts the target nearly alone, by ${how}: it may be filled in with the answer or after it. Leave it out unless it is known when predicting.`
    return { column: name, kind: byAbsence ? 'missing-predicts-alone' : 'predicts-alone', share, message }
  })
  return [...alone, ...knownLater(trainRows, features, spec)]
}

function knownLater(trainRows: Dataset, features: readonly string[], spec: TrainingSpec): CardLeakage[] {
  const eventTime = eventTimeOf(spec, trainRows)
  const event = eventTime === undefined ? undefined : trainRows.columns.get(eventTime)
  if (event?.kind !== 'instant') return []
  const instants = features.filter((name) => name !== eventTime).flatMap((name) => {
    const column = trainRows.columns.get(name)
    return column?.kind === 'instant' ? [[name, column.values] as const] : []
  })
  return columnsKnownLater(Object.fromEntries(instants), (event as InstantColumn).values).map(({ name, laterShare }) => ({
    column: name, kind: 'known-later', share: laterShare,
    message: `'${name}' lies after '${eventTime}' in ${Math.round(laterShare * 100)} % of its values: it is not known when predicting. Leave it out.`,
  }))
}

/** Numbers as classes of about equally many rows, to look for leakage with. */
export function binnedTarget(target: Float64Array): ClassificationTarget {
  const edges = quantileEdges(target, targetBins)
  const classes = Array.from({ length: edges.length + 1 }, (_, bin) => String(bin))
  return { classes, codes: Int32Array.from(target, (value) => binCounts([value], edges).indexOf(1)) }
}

function singleColumn(name: string, column: Column | undefined, rowCount: number): SingleColumn[] {
  switch (column?.kind) {
    case 'number': return [{ name, numbers: column.values.slice(0, rowCount) }]
    case 'category': return [{ name, categories: { codes: column.codes.slice(0, rowCount), categories: column.categories } }]
    case 'boolean': {
      const { codes, categories } = convertColumn(name, column, 'category') as CategoryColumn
      return [{ name, categories: { codes: codes.slice(0, rowCount), categories } }]
    }
    case 'instant': return [{ name, numbers: column.values.slice(0, rowCount) }]
    default: return []
  }
}

/** Share of the held-out rows that nearly repeat a training row: by their texts, or where there is none by their features. */
export function nearDuplicateShare(
  rows: { readonly trainRows: Dataset; readonly testRows: Dataset; readonly train: FeatureMatrix; readonly test: FeatureMatrix }, texts: readonly string[],
): number {
  const trainCount = Math.min(rows.trainRows.rowCount, mostTrainTexts)
  const testCount = Math.min(rows.testRows.rowCount, mostTestTexts)
  const shinglesOf = (dataset: Dataset, matrix: FeatureMatrix, count: number) => Array.from({ length: count }, (_, row) => {
    if (texts.length === 0) return rowShingles(matrix, row)
    return textShingles(texts.map((name) => textAt(dataset.columns.get(name), row)).join(' '))
  })
  const shingles = [...shinglesOf(rows.trainRows, rows.train, trainCount), ...shinglesOf(rows.testRows, rows.test, testCount)]
  const places = Uint32Array.from(shingles.keys())
  return findNearDuplicates(shingles, { train: places.subarray(0, trainCount), test: places.subarray(trainCount) }).share
}

function textAt(column: Column | undefined, row: number): string {
  if (column?.kind === 'text') return column.values[row] ?? ''
  return column?.kind === 'category' ? (column.categories[column.codes[row]!] ?? '') : ''
}
