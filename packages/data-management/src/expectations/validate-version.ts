import { type ColumnKind, createDataset, type Dataset, type ValidationReport } from '@motadata/core'
import { createColumnBuilder } from '../parts/column-builder.js'
import type { DatasetManifest } from '../parts/dataset-manifest.js'
import { withPartsView } from '../parts/parts-view.js'
import { type PartsReader, readParts } from '../parts/read-parts.js'
import { evaluate, reportOf, resultOf } from './evaluate.js'
import { evaluateParts } from './evaluate-parts.js'
import type { Evaluation } from './evaluation.js'
import type { Expectation } from './expectation.js'

export interface VersionValidation {
  readonly nowMs: number
  /** What a foreign key points to: one column of another dataset, or undefined where there is none. */
  readonly otherOf: (dataset: string, column: string) => Promise<Dataset | undefined>
}

/**
 * Holds a version against what is expected of it. The engine decides what it can over the parts, without its rows coming into memory; of the rest the
 * columns that an expectation names are read, one expectation at a time.
 */
export async function validateVersion(manifest: DatasetManifest, expectations: readonly Expectation[], reader: PartsReader, { nowMs, otherOf }: VersionValidation): Promise<ValidationReport> {
  const { columns, parts } = manifest
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0)
  const kinds = new Map(columns.map(({ name, kind }): [string, ColumnKind] => [name, kind]))
  const found: readonly (Evaluation | undefined)[] = rowCount === 0 ? expectations.map(() => undefined)
    : await withPartsView(manifest, reader, (view) => evaluateParts(expectations, { ...view, connection: reader.connection, kinds, rowCount, nowMs }))
  const results = []
  for (const [at, expectation] of expectations.entries()) {
    reader.throwIfEnded()
    results.push(resultOf(expectation, found[at] ?? (await inMemory(expectation))))
  }
  return reportOf(results, { rowCount, columnCount: columns.length })

  async function inMemory(expectation: Expectation): Promise<Evaluation> {
    const others = new Map<string, Dataset>()
    if (expectation.kind === 'foreign-key') {
      const other = await otherOf(expectation.dataset, expectation.other)
      if (other) others.set(expectation.dataset, other)
    }
    // what only asks for kinds and numbers of rows needs none of them
    if (expectation.kind === 'type' || expectation.kind === 'row-count') return evaluate({ rowCount, columns: new Map(columns.map(({ name, kind }) => [name, createColumnBuilder(kind).build()])) }, expectation, { nowMs, others })
    const named = new Set(columnsOf(expectation))
    const read = columns.filter(({ name }) => named.has(name))
    const dataset = read.length === 0 ? { ...createDataset([]), rowCount } : await readParts(parts, { columns: read, offset: 0, limit: Number.MAX_SAFE_INTEGER }, reader)
    return evaluate(dataset, expectation, { nowMs, others })
  }
}

function columnsOf(expectation: Expectation): readonly string[] {
  if (expectation.kind === 'unique') return expectation.columns
  if (expectation.kind === 'row-count') return []
  return expectation.kind === 'compare' ? [expectation.column, expectation.other] : [expectation.column]
}
