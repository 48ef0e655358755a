import {
  buildColumn, cellAt, type Column, type ColumnKind, columnKinds, columnLength, createDataset, type Dataset, getColumn, MLError,
} from '@motadata/core'

/**
 * A column read as another kind; of the same kind it comes back as it is.
 *
 * @throws MLError `COLUMN_INVALID` naming the first row whose value is not of the kind
 */
export function convertColumn(name: string, column: Column, kind: ColumnKind): Column {
  if (column.kind === kind) return column
  return buildColumn(name, kind, Array.from({ length: columnLength(column) }, (_, row) => cellAt(column, row)))
}

/** A column of some kind in which every value is missing. */
export function missingColumn(kind: ColumnKind, rowCount: number): Column {
  return buildColumn('', kind, new Array(rowCount).fill(null))
}

/**
 * The dataset with some columns read as the kinds declared for them.
 *
 * @throws MLError `COLUMN_MISSING`, `COLUMN_INVALID`, or `INPUT_INVALID` for a kind that there is not
 */
export function declareKinds(dataset: Dataset, kinds: Readonly<Record<string, ColumnKind>> = {}): Dataset {
  const declared = new Map<string, Column>()
  for (const [name, kind] of Object.entries(kinds)) {
    if (!columnKinds.includes(kind)) {
      throw new MLError(
        'INPUT_INVALID',
        `Expected one of ${columnKinds.join(', ')} as the kind of column '${name}', got ${JSON.stringify(kind) ?? 'nothing'}.`,
        { details: { field: `columnKinds.${name}`, expected: columnKinds.join(', '), received: String(kind).slice(0, 80) } },
      )
    }
    declared.set(name, convertColumn(name, getColumn(dataset, name), kind))
  }
  if (declared.size === 0) return dataset
  return createDataset([...dataset.columns].map(([name, column]) => [name, declared.get(name) ?? column]))
}
