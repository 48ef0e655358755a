import { type CardImportance, createRandom, type Dataset, selectColumnRows, selectRows } from '@motadata/core'
import type { FeatureMatrix, LinearTerms } from '@motadata/learn'
import type { FittedProcessor } from '../processing/fitted-processor.js'

const termCount = 10
const mostClasses = 30
const mostPermutedRows = 500
const mostPermutedColumns = 50

/** What weighs most: of a linear model the terms of each class, of any other the columns whose shuffling costs most. */
export function findImportances(options: {
  readonly estimator: object
  /** Of a classifier. */
  readonly classes?: readonly string[]
  readonly processor: FittedProcessor
  readonly testRows: Dataset
  /** Mean loss of the model on rows of these numbers out of the test rows, from their features. */
  readonly lossOf: (matrix: FeatureMatrix, rows: Uint32Array) => number
  readonly seed: number
}): CardImportance[] {
  const { estimator, classes } = options
  if (isLinear(estimator)) return linearImportances(estimator, classes, options.processor)
  return [permutationImportance(options)]
}

function linearImportances({ weights, intercepts }: LinearTerms, classes: readonly string[] | undefined, processor: FittedProcessor): CardImportance[] {
  const columns = processor.featureColumns
  const outputs = intercepts.length
  const importance = (label: string | null, output: number, sign: number, isAbsolute: boolean): CardImportance => {
    const weightOf = (feature: number): number => sign * weights[feature * outputs + output]!
    const order = Array.from(columns.keys())
    const rank = isAbsolute ? (feature: number): number => Math.abs(weightOf(feature)) : weightOf
    order.sort((a, b) => rank(b) - rank(a) || a - b)
    const terms = order.slice(0, termCount).filter((feature) => rank(feature) > 0)
    return { method: 'linear-weights', label, terms: terms.map((feature) => ({ source: columns[feature]!.source, name: columns[feature]!.name, weight: weightOf(feature) })) }
  }
  if (classes === undefined) return [importance(null, 0, 1, true)]
  return classes.slice(0, mostClasses).map((label, code) => (outputs === 1 ? importance(label, 0, code === 1 ? 1 : -1, false) : importance(label, code, 1, false)))
}

/** How much the loss grows when a column's values are dealt out to other rows (Breiman, 2001). */
function permutationImportance({ processor, testRows, lossOf, seed }: Parameters<typeof findImportances>[0]): CardImportance {
  const rows = Uint32Array.from({ length: Math.min(testRows.rowCount, mostPermutedRows) }, (_, row) => row)
  const some = selectRows(testRows, rows)
  const before = lossOf(processor.transform(some), rows)
  const terms = processor.inputs.slice(0, mostPermutedColumns).flatMap(({ name }) => {
    const column = some.columns.get(name)
    if (!column) return []
    const dealt = createRandom(seed).split(name).shuffle(Array.from(rows))
    const shuffled = { ...some, columns: new Map([...some.columns, [name, selectColumnRows(column, dealt)]]) }
    return [{ source: name, name, weight: lossOf(processor.transform(shuffled), rows) - before }]
  })
  terms.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
  return { method: 'permutation', label: null, terms }
}

function isLinear(estimator: object): estimator is LinearTerms {
  return 'weights' in estimator && 'intercepts' in estimator && 'widths' in estimator
}
