import type { CellValue, ColumnKind } from '@motadata/core'
import type { Expectation } from '../expectations/expectation.js'

/** What every step has. */
export interface StepBase {
  /** Of this step alone in the pipeline: a small letter, then small letters, digits and `_`. SQL calls its rows by it. */
  readonly name: string
  /** Steps whose rows it works on; default the one that is listed before it. */
  readonly inputs?: readonly string[]
  /** How often it is tried when the outside world fails, and the pause before the second time, in ms, doubled each time; default 3 and 200. */
  readonly retry?: { readonly attempts?: number; readonly delayMs?: number }
  /** Default and most: as the DataPipeline was opened. */
  readonly timeLimitMs?: number
}

/** Rows of a version of a dataset: the newest when a run begins, unless said. */
export interface ExtractStep extends StepBase {
  readonly kind: 'extract'
  readonly dataset: string
  readonly version?: number
  /** Default all. */
  readonly columns?: readonly string[]
  /** Declares the columns, so that the dataset need not be there yet; a run holds it to them. */
  readonly schema?: Readonly<Record<string, ColumnKind>>
}

/** Columns in this order, under other names where said. */
export interface SelectStep extends StepBase {
  readonly kind: 'select'
  readonly columns: readonly (string | { readonly column: string; readonly as: string })[]
}

/** Rows for which an SQL expression over the columns is true. */
export interface FilterStep extends StepBase {
  readonly kind: 'filter'
  readonly where: string
}

/** Columns computed row by row with SQL expressions; one that is there already is replaced. */
export interface DeriveStep extends StepBase {
  readonly kind: 'derive'
  readonly columns: Readonly<Record<string, string | { readonly expression: string; readonly kind: ColumnKind }>>
}

/** Rows of the first input, each with those of the second that have the same key; left rows keep their order. */
export interface JoinStep extends StepBase {
  readonly kind: 'join'
  readonly how?: 'inner' | 'left'
  /** Columns of the first input, with those of the second that they equal; a list when both are called alike. */
  readonly on: readonly string[] | Readonly<Record<string, string>>
  /** Columns of the second to take, default all but its keys. One whose name the first has too needs another name. */
  readonly columns?: readonly (string | { readonly column: string; readonly as: string })[]
  /** `one`: two rows of the second with one key are an error, which keeps rows from being doubled; default `one`. */
  readonly matches?: 'one' | 'many'
}

export type AggregateFunction = 'count' | 'count-distinct' | 'sum' | 'mean' | 'min' | 'max' | 'median' | 'standard-deviation' | 'first' | 'last'

/** One row for each group, sorted by its columns; without a group one row for all. */
export interface AggregateStep extends StepBase {
  readonly kind: 'aggregate'
  readonly groupBy?: readonly string[]
  /** What is computed, under which name. `count` without a column counts rows. */
  readonly measures: Readonly<Record<string, { readonly function: AggregateFunction; readonly column?: string }>>
}

/** One row of those that agree in the given columns (default all): the first or last of them in the order of rows, or of a column. */
export interface DeduplicateStep extends StepBase {
  readonly kind: 'deduplicate'
  readonly by?: readonly string[]
  readonly orderBy?: string
  readonly keep?: 'first' | 'last'
}

/** Values in place of missing ones: a constant, or a statistic of the column, or the value before it in the order of rows. */
export interface FillStep extends StepBase {
  readonly kind: 'fill'
  readonly columns: Readonly<Record<string, { readonly value: Exclude<CellValue, null> } | { readonly with: 'mean' | 'median' | 'mode' | 'previous' }>>
}

export type WindowFunction = 'row-number' | 'rank' | 'lag' | 'lead' | 'count' | 'sum' | 'mean' | 'min' | 'max'

/** Columns computed over the rows around each: those of its partition, in an order. The rows stay as and where they are. */
export interface WindowStep extends StepBase {
  readonly kind: 'window'
  readonly partitionBy?: readonly string[]
  readonly orderBy: string
  readonly descending?: boolean
  /**
   * `offset` of lag and lead: how many rows away, default 1. `rows` of the others: how many rows before this one count, this one too;
   * default all before it. `excludeCurrent` leaves this row out, as a feature of the past has to.
   */
  readonly measures: Readonly<Record<string, {
    readonly function: WindowFunction; readonly column?: string; readonly offset?: number; readonly rows?: number; readonly excludeCurrent?: boolean
  }>>
}

/** One row for each group, one column for each of the declared values of a column. */
export interface PivotStep extends StepBase {
  readonly kind: 'pivot'
  readonly groupBy: readonly string[]
  readonly column: string
  /** Which of its values become columns, under which names: declared, so that the columns do not depend on the rows. */
  readonly values: Readonly<Record<string, Exclude<CellValue, null>>>
  readonly measure: { readonly function: AggregateFunction; readonly column?: string }
}

/** One SQL `select` over the rows of its inputs, by their names, and over nothing else. */
export interface TransformStep extends StepBase {
  readonly kind: 'transform'
  readonly sql: string
  /** Kinds of text columns that it makes, where they are categories; default text. */
  readonly kinds?: Readonly<Record<string, 'text' | 'category'>>
}

/** A function that was registered in code, by its name. */
export interface FunctionStep extends StepBase {
  readonly kind: 'function'
  readonly function: string
  /** JSON; what it takes is the function's to say. */
  readonly options?: Readonly<Record<string, unknown>>
}

/** Holds the rows against expectations and passes them on. A foreign key's `dataset` is the name of a step among the other inputs. */
export interface ValidateStep extends StepBase {
  readonly kind: 'validate'
  readonly expectations: readonly Expectation[]
  /** What a failed expectation of severity error does; default `stop`. */
  readonly onFailure?: 'stop' | 'report'
}

/** Keeps the rows as a version of a dataset, with its lineage. */
export interface LoadStep extends StepBase {
  readonly kind: 'load'
  readonly dataset: string
  /** Default replace. */
  readonly mode?: 'replace' | 'append'
  /** Changes of the columns that appending may bring; default none. */
  readonly allow?: readonly ('column-added' | 'column-widened')[]
  readonly description?: string
}

export type PipelineStep =
  | ExtractStep | SelectStep | FilterStep | DeriveStep | JoinStep | AggregateStep | DeduplicateStep | FillStep | WindowStep | PivotStep
  | TransformStep | FunctionStep | ValidateStep | LoadStep

export type StepKindName = PipelineStep['kind']

/** Steps that depend on each other without a cycle: from datasets to datasets. JSON. */
export interface PipelineDefinition {
  readonly name: string
  readonly description?: string
  readonly steps: readonly PipelineStep[]
}
