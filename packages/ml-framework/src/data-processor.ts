import { type ColumnKind, type ColumnOptions, DataProcessingError, type Dataset, getColumn, MLError, type TestSplit } from '@motadata/core'
import { type FeatureMatrix, mostProbable } from '@motadata/learn'
import { combineBlocks } from './processing/combine-blocks.js'
import { declareKinds } from './processing/convert-column.js'
import { fitFeature } from './processing/fit-feature.js'
import { type ColumnUse, FittedProcessor } from './processing/fitted-processor.js'
import { planColumns } from './processing/plan-columns.js'
import { type RowSplit, splitRows } from './processing/split-rows.js'
import { targetNumbers } from './processing/target-numbers.js'
import type { TextOptions } from './processing/text-feature.js'

export interface DataProcessorOptions {
  readonly text?: TextOptions
}

/** What to learn features from. */
export interface ProcessorFitOptions {
  /** Never a feature. */
  readonly target?: string
  /** Exactly these columns; default all that carry information. */
  readonly features?: readonly string[]
  /** Kinds of columns, where inference would guess wrong. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>>
  /** How columns become features, where the default would not do. */
  readonly columnOptions?: Readonly<Record<string, ColumnOptions>>
  /** Threads to work in, at most; default 1. What is learned does not depend on it. */
  readonly threads?: number
}

/** What a row was predicted to be. */
export interface Decision {
  readonly label: string
  readonly probability: number
}

/**
 * How do records become a feature matrix? Text becomes weighted words, pairs and pieces of words, categories a column each, numbers
 * are scaled, dates fall into parts; `columnOptions` say what shall be otherwise. Identifiers and columns that say nothing are left out,
 * and said to be. Rows keep their order, and none is dropped.
 *
 * @example
 * const processor = new DataProcessor()
 * const { train, test } = processor.splitData(tickets, { kind: 'share', share: 0.2 }, 0, 'category')
 * const fitted = processor.fit(selectRows(tickets, train), { target: 'category' })
 * const matrix = fitted.transform(selectRows(tickets, test))
 */
export class DataProcessor {
  readonly #text: TextOptions

  constructor(options: DataProcessorOptions = {}) {
    this.#text = options.text ?? {}
  }

  /**
   * Rows with their columns read as the kinds that were declared: what everything else starts from.
   *
   * @throws MLError `COLUMN_MISSING` for a column that is declared and not there, `COLUMN_INVALID`, `INPUT_INVALID`
   */
  preprocess(dataset: Dataset, options: Pick<ProcessorFitOptions, 'columnKinds' | 'columnOptions'> = {}): Dataset {
    for (const name of Object.keys(options.columnOptions ?? {})) getColumn(dataset, name)
    return declareKinds(dataset, options.columnKinds)
  }

  /**
   * Learns from training rows, and from nothing else, how to turn records into features.
   *
   * @throws MLError `COLUMN_MISSING`, `COLUMN_INVALID`, `INPUT_INVALID`, `DATA_EMPTY`, `FEATURES_EMPTY`
   */
  fit(dataset: Dataset, options: ProcessorFitOptions = {}): FittedProcessor {
    return this.fitTransform(dataset, options).processor
  }

  /** Learns from training rows and gives their features too, reading text once. @throws MLError as {@link fit} */
  fitTransform(dataset: Dataset, options: ProcessorFitOptions = {}): { readonly processor: FittedProcessor; readonly matrix: FeatureMatrix } {
    if (dataset.rowCount === 0) throw new DataProcessingError('DATA_EMPTY', 'Expected rows to learn features from, got none.')
    const declared = this.preprocess(dataset, options)
    const leftOut: ColumnUse[] = []
    const fitted = planColumns(declared, options).flatMap((plan) => {
      if ('leftOut' in plan) {
        leftOut.push({ name: plan.name, use: plan.leftOut })
        return []
      }
      const column = options.columnOptions?.[plan.name]
      const { feature, blocks } = fitFeature(plan.name, plan.column, {
        text: this.#text, threads: options.threads ?? 1, ...(column && { column }), targets: () => targetNumbers(declared, options.target),
      })
      if (feature.denseColumnCount + feature.sparseColumnCount > 0) return [{ name: plan.name, feature, blocks }]
      leftOut.push({ name: plan.name, use: 'left out: no words of two letters or more' })
      return []
    })
    if (fitted.length === 0) throw featuresEmpty(leftOut)
    return {
      processor: new FittedProcessor(fitted, leftOut),
      matrix: combineBlocks(dataset.rowCount, fitted.map(({ blocks }) => blocks)),
    }
  }

  /** The features of training rows, and what was learned to make them: {@link fitTransform} under the name of the step. @throws MLError as {@link fit} */
  extractFeatures(dataset: Dataset, options: ProcessorFitOptions = {}): { readonly processor: FittedProcessor; readonly matrix: FeatureMatrix } {
    return this.fitTransform(dataset, options)
  }

  /** The features of other rows, as they were learned. @returns shape (rows, features) @throws MLError `COLUMN_INVALID` */
  transformFeatures(processor: FittedProcessor, dataset: Dataset): FeatureMatrix {
    return processor.transform(dataset)
  }

  /**
   * What a classifier's probabilities say: the most probable class of each row.
   *
   * @param probabilities - shape (rows, classes), row-major
   * @throws MLError `SHAPE_MISMATCH` when these are not rows of so many classes
   */
  postprocess(probabilities: Float64Array, classes: readonly string[]): Decision[] {
    if (classes.length === 0 || probabilities.length % classes.length !== 0) {
      throw new MLError('SHAPE_MISMATCH', `Expected rows of ${classes.length} probabilities, got ${probabilities.length} in all.`)
    }
    return Array.from(mostProbable(probabilities, classes.length), (code, row) => ({ label: classes[code]!, probability: probabilities[row * classes.length + code]! }))
  }

  /**
   * Divides rows into those to learn from and those to measure on.
   *
   * @param split - A share of the rows, or a rule that says which rows are held out.
   * @param target - Keep the shares of its classes alike in both parts; a class of a single row is learned from.
   * @returns Row numbers, rising; each row is in one of the two
   * @throws MLError `INPUT_INVALID`, `COLUMN_MISSING`, `DATA_EMPTY` when a part would have no rows, `TARGET_INVALID`
   */
  splitData(dataset: Dataset, split: TestSplit, seed = 0, target?: string): RowSplit {
    return splitRows(dataset, split, seed, target)
  }
}

function featuresEmpty(leftOut: readonly ColumnUse[]): DataProcessingError {
  const reasons = leftOut.slice(0, 20).map(({ name, use }) => `${name} (${use.replace('left out: ', '')})`).join(', ')
  return new DataProcessingError(
    'FEATURES_EMPTY',
    `Expected a column to learn from, got ${reasons === '' ? 'none' : `only ${reasons}`}. Add a column, or name it in 'features'.`,
    { details: { columns: leftOut.slice(0, 100) } },
  )
}
