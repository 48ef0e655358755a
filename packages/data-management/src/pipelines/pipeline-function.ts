import type { CellValue, DataRecord, Dataset } from '@motadata/core'
import type { DatasetColumn } from '../parts/dataset-manifest.js'

/**
 * A function that pipelines call by its name. Its version is part of what a cached result is known by: raise it when it would give other rows.
 *
 * `columns` is asked when a pipeline is defined: it gives the columns that come out, or throws for columns or options that it can not take.
 * `row` gives the columns that come out for one row, or undefined to leave it out; `table` gives all rows at once, which then are in memory.
 */
export type PipelineFunction = {
  readonly version: string
  columns(inputs: readonly (readonly DatasetColumn[])[], options: Readonly<Record<string, unknown>>): readonly DatasetColumn[]
} & (
  | { row(record: DataRecord, options: Readonly<Record<string, unknown>>): Readonly<Record<string, CellValue>> | undefined }
  | { table(inputs: readonly Dataset[], options: Readonly<Record<string, unknown>>): Dataset | Promise<Dataset> }
)

/** Functions by the names that pipelines call them by. */
export type PipelineFunctions = Readonly<Record<string, PipelineFunction>>
